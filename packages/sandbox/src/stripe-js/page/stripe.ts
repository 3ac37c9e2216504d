/**
 * Step checkout: the global `Stripe` of the stand-in (release train `endive`).
 *
 * Promise: live keys are refused, and what was removed from Stripe.js is refused by naming what stands in its place.
 */
import { confirmCard } from './card-confirmation.ts';
import { type CheckoutFormOptions, type CheckoutOptions, createCheckoutFormSdk, createCheckoutSdk } from './checkout-sdk.ts';
import { ElementsGroup } from './elements-group.ts';
import type { ElementsOptions } from './elements-options.ts';
import { createEmbeddedCheckoutPage, type EmbeddedOptions } from './embedded-checkout.ts';
import { IntegrationError } from './integration-error.ts';
import { type ConfirmOptions, confirmIntent, handleNextAction, retrieveIntent } from './intent-confirmation.ts';
import { createConfirmationToken, createPaymentMethod, createToken } from './payment-method-creation.ts';
import { StripeApi } from './stripe-api.ts';
import type { StripeContext } from './stripe-context.ts';

export interface StripeOrigins {
  readonly api: string;
  readonly card: string;
}

interface StripeOptions {
  readonly locale?: string;
  readonly stripeAccount?: string;
  readonly [more: string]: unknown;
}

const removed = (name: string, instead: string) => (): never => {
  throw new IntegrationError(`stripe.${name}() has been removed. Use stripe.${instead}() instead.`);
};

function demandTestKey(key: unknown): asserts key is string {
  if (typeof key !== 'string' || key === '') {
    throw new IntegrationError('Missing value for Stripe(): apiKey should be a string.');
  }
  if (key.startsWith('sk_'))
    throw new IntegrationError('You should not use your secret key with Stripe.js. Please pass a publishable key instead.');
  if (!key.startsWith('pk_test_')) throw new IntegrationError('The sandbox takes publishable test keys (pk_test_…) only.');
}

const localeOf = ({ locale = 'auto' }: StripeOptions): string => (locale === 'auto' ? navigator.language : locale);

function createStripe({ api, card }: StripeOrigins, key: string, options: StripeOptions): object {
  const context: StripeContext = {
    api: new StripeApi(api, key),
    apiOrigin: api,
    cardOrigin: card,
    key,
    locale: localeOf(options),
    leave(url) {
      location.assign(url);
      return new Promise<never>(() => undefined); // the page is going away
    },
  };
  return {
    elements: (asked: ElementsOptions = {}) => new ElementsGroup(context, asked),
    confirmPayment: (asked: ConfirmOptions) => confirmIntent(context, 'payment_intent', asked),
    confirmSetup: (asked: ConfirmOptions) => confirmIntent(context, 'setup_intent', asked),
    confirmCardPayment: (secret: string, data?: object, more?: object) => confirmCard(context, 'payment_intent', secret, { ...data }, more),
    confirmCardSetup: (secret: string, data?: object, more?: object) => confirmCard(context, 'setup_intent', secret, { ...data }, more),
    handleCardAction: (clientSecret: unknown) => handleNextAction(context, { clientSecret }),
    handleNextAction: (asked: { clientSecret?: unknown }) => handleNextAction(context, asked),
    retrievePaymentIntent: (clientSecret: unknown) => retrieveIntent(context, 'payment_intent', clientSecret),
    retrieveSetupIntent: (clientSecret: unknown) => retrieveIntent(context, 'setup_intent', clientSecret),
    createPaymentMethod: (asked: Parameters<typeof createPaymentMethod>[1]) => createPaymentMethod(context, asked),
    createConfirmationToken: (asked: Parameters<typeof createConfirmationToken>[1]) => createConfirmationToken(context, asked),
    createToken,
    initCheckoutElementsSdk: (asked: CheckoutOptions) => createCheckoutSdk(context, asked),
    initCheckoutFormSdk: (asked: CheckoutFormOptions) => createCheckoutFormSdk(context, asked),
    createEmbeddedCheckoutPage: (asked: EmbeddedOptions) => createEmbeddedCheckoutPage(context, asked),
    initCheckout: removed('initCheckout', 'initCheckoutElementsSdk'),
    initEmbeddedCheckout: removed('initEmbeddedCheckout', 'createEmbeddedCheckoutPage'),
    registerAppInfo: () => undefined,
    _registerWrapper: () => undefined,
  };
}

/** Sets `window.Stripe`, as Stripe.js does; the loader of @stripe/stripe-js then fetches nothing. */
export function startStripeJs(origins: StripeOrigins): void {
  function Stripe(key: unknown, options: StripeOptions = {}): object {
    demandTestKey(key);
    return createStripe(origins, key, options);
  }
  Stripe.version = 'endive';
  Object.assign(globalThis, { Stripe });
}
