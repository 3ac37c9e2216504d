/** Step checkout: what `stripe.elements(options)` takes, and what it refuses at once. */
import type { Appearance, FontSource } from '../frame-channel.ts';
import { IntegrationError } from './integration-error.ts';

export interface ElementsOptions {
  readonly clientSecret?: string;
  readonly mode?: 'payment' | 'setup' | 'subscription';
  /** Minor units. */
  readonly amount?: number;
  readonly currency?: string;
  readonly setupFutureUsage?: 'off_session' | 'on_session' | null;
  readonly captureMethod?: string;
  readonly paymentMethodCreation?: 'manual';
  readonly allowedPaymentMethodTypes?: readonly string[];
  readonly excludedPaymentMethodTypes?: readonly string[];
  readonly customerSessionClientSecret?: string;
  readonly appearance?: Appearance;
  readonly fonts?: readonly FontSource[];
  readonly locale?: string;
  readonly loader?: 'auto' | 'always' | 'never';
  readonly [more: string]: unknown;
}

const removedOptions: Readonly<Record<string, string>> = {
  paymentMethodTypes: 'paymentMethodTypes is no longer supported. Use allowedPaymentMethodTypes instead.',
  payment_method_types: 'payment_method_types is not an option of elements(). Use allowedPaymentMethodTypes instead.',
};

/** Every option of `StripeElementsOptions` in @stripe/stripe-js 10. */
const knownOptions = new Set(
  'adaptivePricing allowedPaymentMethodTypes amount appearance captureMethod clientSecret currency customPaymentMethods customerOptions customerSessionClientSecret excludedPaymentMethodTypes externalPaymentMethodTypes fonts loader locale mode onBehalfOf paymentMethodConfiguration paymentMethodCreation paymentMethodOptions setupFutureUsage syncAddressCheckbox'.split(
    ' ',
  ),
);

function warnOfUnknown(options: ElementsOptions): void {
  for (const name of Object.keys(options)) {
    if (!knownOptions.has(name)) console.warn(`Unrecognized elements() parameter: ${name} is not a recognized parameter.`);
  }
}

function demandAmount({ mode, amount, currency }: ElementsOptions): void {
  if (currency !== undefined && !/^[a-z]{3}$/u.test(currency)) {
    throw new IntegrationError(
      `Invalid value for elements(): currency should be a lowercase ISO code of three letters, not "${currency}".`,
    );
  }
  if (mode === 'setup') {
    if (amount !== undefined) throw new IntegrationError('Invalid value for elements(): amount cannot be passed when mode is "setup".');
    return;
  }
  if (currency === undefined) throw new IntegrationError(`elements() in mode "${mode}" needs a currency.`);
  const least = mode === 'subscription' ? 0 : 1;
  if (amount === undefined || !Number.isSafeInteger(amount) || amount < least) {
    throw new IntegrationError(
      `elements() in mode "${mode}" needs an amount: an integer of at least ${least} in the currency's minor unit.`,
    );
  }
}

function demandMode(options: ElementsOptions): void {
  const { mode, clientSecret } = options;
  if (clientSecret !== undefined && mode !== undefined) {
    throw new IntegrationError('elements() takes either a clientSecret or a mode, not both.');
  }
  if (clientSecret !== undefined && !/^(?:pi|seti)_\w+_secret_?\w*$/u.test(clientSecret)) {
    throw new IntegrationError('Invalid value for elements(): clientSecret should be a client secret of the form ${id}_secret_${secret}.');
  }
  if (mode === undefined) return;
  if (!['payment', 'setup', 'subscription'].includes(mode)) {
    throw new IntegrationError(`Invalid value for elements(): mode should be one of payment, setup, subscription, not "${mode}".`);
  }
  demandAmount(options);
}

/** Throws what Stripe.js throws for options that can never work. */
export function demandElementsOptions(options: ElementsOptions): void {
  for (const [name, message] of Object.entries(removedOptions)) if (name in options) throw new IntegrationError(message);
  if (options.allowedPaymentMethodTypes && options.excludedPaymentMethodTypes) {
    throw new IntegrationError('elements() takes either allowedPaymentMethodTypes or excludedPaymentMethodTypes, not both.');
  }
  demandMode(options);
  warnOfUnknown(options);
}
