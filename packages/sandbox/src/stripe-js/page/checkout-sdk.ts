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

async function loadActions(state: CheckoutState, actions: CheckoutActions): Promise<Json> {
  try {
    await state.load();
    return { type: 'success', actions: actions.all() };
  } catch (error) {
    return { ...checkoutFailure((error as StripeJsError).message) };
  }
}

/** The object that the page holds. */
export function createCheckoutSdk(context: StripeContext, options: CheckoutOptions): Json {
  demandOptions(options);
  const { appearance = {}, fonts = [], locale = context.locale } = options.elementsOptions ?? {};
  const state = new CheckoutState(context, Promise.resolve(options.clientSecret), options.defaultValues ?? {});
  const elements = new CheckoutElements(context, state, { appearance, fonts, locale });
  const actions = new CheckoutActions(context, state, elements);
  return {
    ...elements.creators(),
    on: (event: string, listener: (session: Json) => void) => event === 'change' && state.listen(listener),
    loadActions: () => loadActions(state, actions),
    changeAppearance: (next: Appearance) => elements.changeAppearance(next),
    loadFonts: (more: readonly FontSource[]) => elements.loadFonts(more),
  };
}
