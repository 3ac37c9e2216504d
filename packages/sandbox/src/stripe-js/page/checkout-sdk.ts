/**
 * Step checkout: `initCheckoutElementsSdk`: a checkout session with `ui_mode: 'elements'` in the owner's page.
 *
 * Promise: amounts are the server's; what can go wrong for a buyer is returned as `{ type: 'error' }`, misuse is thrown.
 */
import type { Appearance, FontSource, Json, StripeJsError } from '../frame-channel.ts';
import { CheckoutActions } from './checkout-actions.ts';
import { CheckoutElements } from './checkout-elements.ts';
import { checkoutFailure } from './checkout-result.ts';
import { type BuyerDetails, CheckoutState } from './checkout-state.ts';
import { IntegrationError } from './integration-error.ts';
import type { StripeContext } from './stripe-context.ts';

export interface CheckoutOptions {
  readonly clientSecret: string | Promise<string>;
  readonly elementsOptions?: {
    readonly appearance?: Appearance;
    readonly fonts?: readonly FontSource[];
    readonly locale?: string;
    readonly [more: string]: unknown;
  };
  readonly defaultValues?: BuyerDetails;
}

export interface CheckoutFormOptions extends Pick<CheckoutOptions, 'clientSecret' | 'defaultValues'> {
  readonly appearance?: Appearance;
  readonly fonts?: readonly FontSource[];
}

function demandOptions({ clientSecret, elementsOptions = {} }: CheckoutOptions): void {
  if (typeof clientSecret !== 'string' && !(clientSecret instanceof Promise)) {
    throw new IntegrationError('initCheckoutElementsSdk needs a clientSecret: a text, or a promise of one.');
  }
  if (typeof clientSecret === 'string' && !/^cs_\w+_secret_?\w*$/u.test(clientSecret)) {
    throw new IntegrationError(
      'Invalid value for initCheckoutElementsSdk: clientSecret should be the client secret of a checkout session.',
    );
  }
  if ('paymentMethodTypes' in elementsOptions) {
    throw new IntegrationError('paymentMethodTypes is no longer supported. Use allowedPaymentMethodTypes instead.');
  }
}

async function loadActions(state: CheckoutState, actions: () => Json): Promise<Json> {
  try {
    await state.load();
    return { type: 'success', actions: actions() };
  } catch (error) {
    return { ...checkoutFailure((error as StripeJsError).message) };
  }
}

interface CheckoutParts {
  readonly state: CheckoutState;
  readonly elements: CheckoutElements;
  readonly actions: CheckoutActions;
}

function makeParts(context: StripeContext, options: CheckoutOptions): CheckoutParts {
  demandOptions(options);
  const { appearance = {}, fonts = [], locale = context.locale } = options.elementsOptions ?? {};
  const state = new CheckoutState(context, Promise.resolve(options.clientSecret), options.defaultValues ?? {});
  const elements = new CheckoutElements(context, state, { appearance, fonts, locale });
  return { state, elements, actions: new CheckoutActions(context, state, elements) };
}

const sharedMethods = ({ state, elements }: CheckoutParts): Json => ({
  on: (event: string, listener: (session: Json) => void) => event === 'change' && state.listen(listener),
  changeAppearance: (next: Appearance) => elements.changeAppearance(next),
  loadFonts: (more: readonly FontSource[]) => elements.loadFonts(more),
});

/** What `initCheckoutElementsSdk` gives. */
export function createCheckoutSdk(context: StripeContext, options: CheckoutOptions): Json {
  const parts = makeParts(context, options);
  const { elements, state, actions } = parts;
  return { ...elements.creators(), ...sharedMethods(parts), loadActions: () => loadActions(state, () => actions.all()) };
}

/** What `initCheckoutFormSdk` gives. */
export function createCheckoutFormSdk(context: StripeContext, { appearance, fonts, ...options }: CheckoutFormOptions): Json {
  const parts = makeParts(context, { ...options, elementsOptions: { ...(appearance && { appearance }), ...(fonts && { fonts }) } });
  const { elements, state, actions } = parts;
  return { ...elements.formCreators(), ...sharedMethods(parts), loadActions: () => loadActions(state, () => actions.ofForm()) };
}
