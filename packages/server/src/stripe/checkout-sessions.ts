/** Step 4 at Stripe: opening a checkout session and reading it again. */
import type { Trial } from '@tillkit/core/catalog/catalog';
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';
import { readInvoiceReading, type InvoiceReading, type ReadLine } from './invoice-reading.ts';
import { readPurchaseNote, writePurchaseNote, type PurchaseNote } from './metadata.ts';
import { idOf } from './price-facts.ts';
import { undefinedIfMissing } from './stripe-errors.ts';
import { toItem, toTrialParams, type PricedLine } from './subscriptions.ts';

/** What shall be sold, already checked against the catalog. */
export interface CheckoutOrder {
  readonly mode: 'subscription' | 'payment';
  readonly uiMode: 'hosted_page' | 'elements';
  readonly lines: readonly PricedLine[];
  readonly currency: string;
  readonly trial?: Trial;
  /** Nothing is due today and a card may wait. */
  readonly cardOptional: boolean;
  readonly automaticTax: boolean;
  /** Stripe's `promo_…`. */
  readonly promotionCodeId?: string;
  /** Where Stripe sends the buyer, with `{CHECKOUT_SESSION_ID}` for the id. */
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly locale: string | undefined;
  /** Absent: the checkout makes a customer. */
  readonly customerId?: string;
  readonly note: PurchaseNote;
  /** When it runs out (Unix seconds): 30 minutes to 24 hours ahead. */
  readonly expiresAt?: number;
  readonly idempotencyKey: string;
}

export interface OpenCheckout {
  readonly id: string;
  readonly url?: string;
  readonly clientSecret?: string;
  readonly expiresAt: number;
  /** Minor units after discounts, before taxes: what a preview was bound to. */
  readonly net: number;
}

export async function createCheckoutSession(stripe: StripeGateway, order: CheckoutOrder): Promise<OpenCheckout> {
  const client = await stripe();
  const session = await client.checkout.sessions.create(toParams(order), { idempotencyKey: order.idempotencyKey });
  return {
    id: session.id,
    ...(session.url && { url: session.url }),
    ...(session.client_secret && { clientSecret: session.client_secret }),
    expiresAt: session.expires_at,
    net: (session.amount_subtotal ?? 0) - (session.total_details?.amount_discount ?? 0),
  };
}

/** Closes a checkout that nobody shall pay. */
export async function expireCheckoutSession(stripe: StripeGateway, id: string): Promise<void> {
  const client = await stripe();
  await client.checkout.sessions.expire(id);
}

/** The same for one that may have ended by itself meanwhile; throws when it still is open. */
export async function expireIfOpen(stripe: StripeGateway, id: string): Promise<void> {
  const client = await stripe();
  try {
    await client.checkout.sessions.expire(id);
  } catch (error) {
    const session = await client.checkout.sessions.retrieve(id).catch(undefinedIfMissing);
    if (session?.status === 'open') throw error;
  }
}

function toParams(order: CheckoutOrder): Stripe.Checkout.SessionCreateParams {
  const metadata = { ...writePurchaseNote(order.note) };
  return {
    mode: order.mode,
    ui_mode: order.uiMode,
    line_items: order.lines.map(toItem),
    currency: order.currency,
    locale: stripeLocale(order.locale),
    adaptive_pricing: { enabled: false },
    automatic_tax: { enabled: order.automaticTax },
    metadata,
    ...(order.expiresAt !== undefined && { expires_at: order.expiresAt }),
    ...(order.promotionCodeId && { discounts: [{ promotion_code: order.promotionCodeId }] }),
    ...(order.customerId && { customer: order.customerId }),
    // Stripe Tax goes by the address that the buyer enters there
    ...(order.customerId && order.automaticTax && { customer_update: { address: 'auto', name: 'auto' } }),
    ...(order.uiMode === 'elements' ? { return_url: order.successUrl } : { success_url: order.successUrl, cancel_url: order.cancelUrl }),
    ...(order.mode === 'subscription' ? toSubscriptionParams(order, metadata) : toPaymentParams(order, metadata)),
  };
}

function toSubscriptionParams(order: CheckoutOrder, metadata: Record<string, string>): Partial<Stripe.Checkout.SessionCreateParams> {
  return {
    subscription_data: { metadata, billing_mode: { type: 'flexible' }, ...toTrialParams(order.trial) },
    ...(order.cardOptional && { payment_method_collection: 'if_required' }),
  };
}

function toPaymentParams(order: CheckoutOrder, metadata: Record<string, string>): Partial<Stripe.Checkout.SessionCreateParams> {
  return { payment_intent_data: { metadata }, ...(!order.customerId && { customer_creation: 'always' }) };
}

/** Languages of Stripe's page (`Locale` in stripe-node 23.1); for any other Stripe goes by the browser. */
const stripeLocales =
  'bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW'.split(
    ' ',
  );

export function stripeLocale(locale: string | undefined): Stripe.Checkout.SessionCreateParams.Locale {
  const language = locale?.split('-')[0];
  return stripeLocales.find((known) => known === locale) ?? stripeLocales.find((known) => known.split('-')[0] === language) ?? 'auto';
}

export interface FinishedCheckout {
  readonly id: string;
  readonly mode: 'payment' | 'setup' | 'subscription';
  readonly status: 'open' | 'complete' | 'expired';
  readonly payment: 'paid' | 'nothing_due' | 'processing';
  readonly customerId?: string;
  readonly subscriptionId?: string;
  /** Of what began a subscription. */
  readonly invoiceId?: string;
  readonly currency: string;
  readonly amountTotal: number;
  readonly livemode: boolean;
  readonly note: PurchaseNote;
}

const payments: Record<string, FinishedCheckout['payment']> = { paid: 'paid', no_payment_required: 'nothing_due', unpaid: 'processing' };

/** What became of a checkout session, as Stripe says it. */
export async function readCheckoutSession(stripe: StripeGateway, id: string): Promise<FinishedCheckout> {
  const client = await stripe();
  const session = await client.checkout.sessions.retrieve(id);
  return {
    id: session.id,
    mode: session.mode as FinishedCheckout['mode'],
    status: (session.status ?? 'open') as FinishedCheckout['status'],
    payment: payments[session.payment_status] ?? 'processing',
    ...(session.customer && { customerId: idOf(session.customer) }),
    ...(session.subscription && { subscriptionId: idOf(session.subscription) }),
    ...(session.invoice && { invoiceId: idOf(session.invoice) }),
    currency: session.currency ?? '',
    amountTotal: session.amount_total ?? 0,
    livemode: session.livemode,
    note: readPurchaseNote(session.metadata),
  };
}

/** What was bought, line by line, with what was taken off and added; undefined for a subscription without an invoice. */
export async function readPurchase(stripe: StripeGateway, { id, mode, invoiceId }: FinishedCheckout): Promise<InvoiceReading | undefined> {
  if (invoiceId !== undefined) return readInvoiceReading(stripe, invoiceId);
  if (mode !== 'payment') return undefined;
  const client = await stripe();
  const session = await client.checkout.sessions.retrieve(id);
  const items = await client.checkout.sessions.listLineItems(id, { limit: 100 }).autoPagingToArray({ limit: 1000 });
  const { amount_discount: off = 0, amount_tax: tax = 0 } = session.total_details ?? {};
  const total = session.amount_total ?? 0;
  return {
    currency: session.currency ?? '',
    lines: items.map((item) => toPurchasedLine(item, session.created)),
    discounts: off > 0 ? [{ name: '', amount: off }] : [],
    // the sum of the lines tells whether the tax is contained in them
    taxes: tax > 0 ? [{ name: '', amount: tax, inclusive: (session.amount_subtotal ?? 0) - off === total }] : [],
    total,
    amountDue: total,
  };
}

function toPurchasedLine({ description, quantity, amount_subtotal: amount, price }: Stripe.LineItem, at: number): ReadLine {
  return {
    ...(price && { productId: idOf(price.product), priceId: price.id }),
    description: description ?? '',
    quantity: quantity ?? 1,
    ...(price?.unit_amount_decimal && { unitAmount: price.unit_amount_decimal.toString() }),
    amount,
    proration: false,
    recurring: false,
    periodStart: at,
    periodEnd: at,
  };
}

/** A checkout of a customer, as a list shows it. */
export interface CustomersCheckout {
  readonly id: string;
  readonly isOpen: boolean;
}

/** Every checkout session of a customer, of whatever mode. */
export async function checkoutSessionsOf(stripe: StripeGateway, customerId: string): Promise<CustomersCheckout[]> {
  const client = await stripe();
  const found: CustomersCheckout[] = [];
  try {
    for await (const { id, status } of client.checkout.sessions.list({ customer: customerId, limit: 100 }))
      found.push({ id, isOpen: status === 'open' });
  } catch (error) {
    undefinedIfMissing(error); // of a customer who was deleted Stripe lists nothing
  }
  return found;
}
