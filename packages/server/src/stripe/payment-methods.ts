/** Step 7 at Stripe: what a customer pays with. Nothing of it is kept here. */
import type { PaymentMethod } from '@tillkit/core/contract/contract';
import type { Stripe } from 'stripe';
import { stripeLocale } from './checkout-sessions.ts';
import type { StripeGateway } from './gateway.ts';
import { pastKeptAnswer } from './kept-answers.ts';
import { isSetupNote, writeSetupNote } from './metadata.ts';
import { idOf } from './price-facts.ts';

/** A customer's methods, newest first. */
export async function listPaymentMethods(stripe: StripeGateway, customerId: string): Promise<PaymentMethod[]> {
  const client = await stripe();
  const [{ data: methods }, customer, running] = await Promise.all([
    client.paymentMethods.list({ customer: customerId, limit: 100 }),
    client.customers.retrieve(customerId),
    client.subscriptions.list({ customer: customerId, limit: 100 }),
  ]);
  if (customer.deleted) return [];
  // a checkout leaves the card with the subscription that it made, not with the customer
  const own = running.data.find(({ default_payment_method }) => default_payment_method)?.default_payment_method;
  const defaultMethod = own ?? customer.invoice_settings.default_payment_method;
  const defaultId = defaultMethod && idOf(defaultMethod);
  return methods.map((method) => toPaymentMethod(method, defaultId));
}

function toPaymentMethod(method: Stripe.PaymentMethod, defaultId: string | null | undefined): PaymentMethod {
  const { id, type, card } = method;
  const last4 = card?.last4 ?? method.us_bank_account?.last4 ?? method.sepa_debit?.last4;
  return {
    id,
    type,
    ...(card && { brand: card.display_brand ?? card.brand, expiryMonth: card.exp_month, expiryYear: card.exp_year }),
    ...(last4 && { last4 }),
    isDefault: id === defaultId,
  };
}

/** What a customer's invoices are paid with where neither they nor their subscription name another. */
export async function readDefaultMethod(stripe: StripeGateway, customerId: string): Promise<string | undefined> {
  const customer = await (await stripe()).customers.retrieve(customerId);
  const method = customer.deleted ? undefined : customer.invoice_settings.default_payment_method;
  return method ? idOf(method) : undefined;
}

export interface NewPaymentSetup {
  readonly customerId: string;
  /** Decides which kinds of methods Stripe offers. */
  readonly currency: string;
  /** With `{CHECKOUT_SESSION_ID}` for the id. */
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly locale: string | undefined;
  readonly idempotencyKey: string;
}

/** Opens Stripe's page on which a customer enters a method, without a charge. */
export async function createPaymentSetup(
  stripe: StripeGateway,
  setup: NewPaymentSetup,
): Promise<{ id: string; url: string; expiresAt: number }> {
  const client = await stripe();
  const { id, url, expires_at } = await client.checkout.sessions.create(
    {
      mode: 'setup',
      ui_mode: 'hosted_page',
      customer: setup.customerId,
      currency: setup.currency,
      locale: stripeLocale(setup.locale),
      metadata: { ...writeSetupNote() },
      success_url: setup.successUrl,
      cancel_url: setup.cancelUrl,
    },
    { idempotencyKey: setup.idempotencyKey },
  );
  return { id, url: url ?? '', expiresAt: expires_at };
}

/** A method that a customer has entered on a page of ours. */
export interface EnteredPaymentMethod {
  readonly customerId: string;
  readonly paymentMethodId: string;
}

/** What was entered; undefined while nothing was, and for a page that is not ours. */
export async function readPaymentSetup(stripe: StripeGateway, checkoutSessionId: string): Promise<EnteredPaymentMethod | undefined> {
  const client = await stripe();
  const session = await client.checkout.sessions.retrieve(checkoutSessionId, { expand: ['setup_intent'] });
  const { mode, status, customer, setup_intent: intent } = session;
  if (mode !== 'setup' || status !== 'complete' || !customer || !isSetupNote(session.metadata)) return undefined;
  if (!intent || typeof intent === 'string' || !intent.payment_method) return undefined;
  return { customerId: idOf(customer), paymentMethodId: idOf(intent.payment_method) };
}

/** Subscriptions of a customer that renewals are taken from another method for. */
export async function listPaidOtherwise(stripe: StripeGateway, { customerId, paymentMethodId }: EnteredPaymentMethod): Promise<string[]> {
  const client = await stripe();
  const found: string[] = [];
  for await (const { id, status, default_payment_method: method } of client.subscriptions.list({ customer: customerId, limit: 100 }))
    if (status !== 'incomplete_expired' && !(method && idOf(method) === paymentMethodId)) found.push(id);
  return found;
}

/** Makes a method the default of a subscription. `key` is the same for a repetition of the same request. */
export async function paySubscriptionWith(
  stripe: StripeGateway,
  id: string,
  paymentMethodId: string,
  { key, now }: { readonly key: string; readonly now: number },
): Promise<void> {
  const client = await stripe();
  await pastKeptAnswer(key, now, (idempotencyKey) =>
    client.subscriptions.update(id, { default_payment_method: paymentMethodId }, { idempotencyKey }),
  );
}

/** Makes a method the default of its customer; `key` as above. */
export async function payCustomerWith(
  stripe: StripeGateway,
  { customerId, paymentMethodId }: EnteredPaymentMethod,
  { key, now }: { readonly key: string; readonly now: number },
): Promise<void> {
  const client = await stripe();
  await pastKeptAnswer(key, now, (idempotencyKey) =>
    client.customers.update(customerId, { invoice_settings: { default_payment_method: paymentMethodId } }, { idempotencyKey }),
  );
}

/** Takes a method from its customer, for good. */
export async function detachPaymentMethod(stripe: StripeGateway, paymentMethodId: string, key: string, now: number): Promise<void> {
  const client = await stripe();
  await pastKeptAnswer(key, now, (idempotencyKey) => client.paymentMethods.detach(paymentMethodId, {}, { idempotencyKey }));
}
