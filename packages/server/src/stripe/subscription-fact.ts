/**
 * Step 6, subscription: Stripe's object as a fact, in our spelling and without what we do not need.
 *
 * Promise: two readings of the same Stripe state give the same JSON; nothing of the catalog is mixed in yet, so that a
 * change of the catalog needs no new reading.
 */
import type { IntervalKey, PriceModel } from '@tillkit/core/catalog/catalog';
import { roundShare } from '@tillkit/core/money/exact';
import { rateQuantity, rateUsage } from '@tillkit/core/pricing/price-rate';
import type { SubscriptionStatus } from '@tillkit/core/subscription/subscription';
import type { Stripe } from 'stripe';
import { toIntervalKey } from './interval.ts';
import type { InvoiceReading } from './invoice-reading.ts';
import { readPurchaseNote, type PurchaseNote } from './metadata.ts';
import type { OneTimeFact } from './one-time-items.ts';
import { idOf } from './price-facts.ts';
import { toPriceModel } from './price-models.ts';

export interface ItemFact {
  readonly id: string;
  readonly priceId: string;
  readonly productId: string;
  /** What the product is called at Stripe; absent where it was not asked for or the product is gone. */
  readonly productName?: string;
  readonly quantity: number;
  /** Minor units of the subscription's currency; of one unit alone where there is a model. */
  readonly unitAmount: number;
  /** How a quantity becomes an amount, where that is not quantity × unit amount. */
  readonly model?: PriceModel;
  /** Minor units of the whole interval. */
  readonly amount: number;
  readonly interval: IntervalKey;
  readonly periodStart: number;
  readonly periodEnd: number;
}

/** A change that a subscription schedule brings at its next phase. */
export interface ScheduledFact {
  readonly at: number;
  readonly items: readonly { readonly productId: string; readonly quantity: number; readonly interval: IntervalKey }[];
}

/** Stripe's upcoming invoice; facts that were kept before it was read whole have the amount alone. */
export interface NextPaymentFact {
  readonly at: number;
  readonly amount: number;
  readonly invoice?: InvoiceReading;
}

export interface SubscriptionFact {
  readonly id: string;
  readonly customerId: string;
  readonly status: SubscriptionStatus;
  readonly created: number;
  readonly currency: string;
  readonly items: readonly ItemFact[];
  readonly trialEnd?: number;
  /** When it will end, as long as that can be undone. */
  readonly cancelAt?: number;
  readonly endedAt?: number;
  /** While it is `past_due`: since when nothing was paid. */
  readonly unpaidSince?: number;
  /** Stripe's `cancellation_details.reason`. */
  readonly cancelReason?: string;
  /** Invoices are made but not collected (`pause_collection`); the status does not tell. */
  readonly collectionPaused: boolean;
  readonly hasPaymentMethod: boolean;
  readonly openInvoice?: { readonly id: string; readonly amountDue: number; readonly hostedInvoiceUrl?: string };
  readonly nextPayment?: NextPaymentFact;
  /** The schedule that holds the items; it must be released before they are changed directly. */
  readonly scheduleId?: string;
  readonly scheduled?: ScheduledFact;
  /** What was bought once together with it, whatever became of it since; present where its note tells of such. */
  readonly oneTime?: readonly OneTimeFact[];
  readonly note: PurchaseNote;
}

/** What a reading must expand, so that nothing is asked twice. */
export const subscriptionExpansions = [
  'customer',
  'latest_invoice',
  'schedule.phases.items.price',
  'items.data.price.currency_options',
  'items.data.price.tiers',
  'items.data.price.product',
  'discounts.source.coupon',
];

/** What Stripe tells of a subscription in other objects. */
export type BesideFact = Pick<SubscriptionFact, 'nextPayment' | 'unpaidSince' | 'oneTime'>;

export function toSubscriptionFact(subscription: Stripe.Subscription, beside: BesideFact = {}): SubscriptionFact {
  const { trial_end: trialEnd, ended_at: endedAt, cancellation_details: cancellation } = subscription;
  const ended = endedAt !== null;
  const cancelAt = ended ? null : subscription.cancel_at;
  return {
    id: subscription.id,
    customerId: idOf(subscription.customer),
    status: subscription.status as SubscriptionStatus,
    created: subscription.created,
    currency: subscription.currency,
    items: subscription.items.data.map((item) => toItemFact(item, subscription.currency)).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ...(trialEnd !== null && { trialEnd }),
    ...(cancelAt !== null && { cancelAt }),
    ...(ended && { endedAt }),
    ...(cancellation?.reason && { cancelReason: cancellation.reason }),
    collectionPaused: subscription.pause_collection !== null,
    hasPaymentMethod: hasPaymentMethod(subscription),
    ...openInvoiceOf(subscription.latest_invoice),
    ...beside,
    ...(!ended && scheduledOf(subscription.schedule)),
    note: readPurchaseNote(subscription.metadata),
  };
}

/** The amount in the subscription's currency: a price of several currencies lists it beside its own. */
function toItemFact(item: Stripe.SubscriptionItem, currency: string): ItemFact {
  const { price, quantity = 1 } = item;
  const option = price.currency === currency ? undefined : price.currency_options?.[currency];
  const unitAmount = (option ?? price).unit_amount ?? 0;
  const model = toPriceModel(price);
  const rated = { id: price.id, amounts: { [currency]: unitAmount }, ...(model && { model }) };
  return {
    id: item.id,
    priceId: price.id,
    productId: idOf(price.product),
    ...productNameOf(price.product),
    quantity,
    unitAmount: model ? roundShare(rateUsage(rated, currency, 1).exact) : unitAmount,
    ...(model && { model }),
    amount: roundShare(rateQuantity(rated, currency, quantity).exact),
    interval: toIntervalKey(price.recurring ?? { interval: 'month', interval_count: 1 }),
    periodStart: item.current_period_start,
    periodEnd: item.current_period_end,
  };
}

function productNameOf(product: Stripe.Price['product']): Pick<ItemFact, 'productName'> {
  return typeof product === 'string' || product.deleted ? {} : { productName: product.name };
}

function hasPaymentMethod({ default_payment_method: own, default_source: ownSource, customer }: Stripe.Subscription): boolean {
  if (own || ownSource) return true;
  if (typeof customer === 'string' || customer.deleted) return false;
  return Boolean(customer.invoice_settings.default_payment_method || customer.default_source);
}

function openInvoiceOf(invoice: string | Stripe.Invoice | null): Pick<SubscriptionFact, 'openInvoice'> {
  if (invoice === null || typeof invoice === 'string' || invoice.status !== 'open') return {};
  const { id, amount_remaining: amountDue, hosted_invoice_url: hostedInvoiceUrl } = invoice;
  return { openInvoice: { id, amountDue, ...(hostedInvoiceUrl && { hostedInvoiceUrl }) } };
}

/** The schedule that manages the subscription, with its phase after the current one. */
function scheduledOf(schedule: string | Stripe.SubscriptionSchedule | null): Pick<SubscriptionFact, 'scheduleId' | 'scheduled'> {
  if (schedule === null || typeof schedule === 'string' || schedule.status !== 'active') return {};
  const next = schedule.phases.find((phase) => phase.start_date >= (schedule.current_phase?.end_date ?? Number.POSITIVE_INFINITY));
  if (!next) return { scheduleId: schedule.id };
  const items = next.items.flatMap(({ price, quantity }) => {
    if (typeof price === 'string' || price.deleted) return [];
    return [
      {
        productId: idOf(price.product),
        quantity: quantity ?? 1,
        interval: toIntervalKey(price.recurring ?? { interval: 'month', interval_count: 1 }),
      },
    ];
  });
  return { scheduleId: schedule.id, scheduled: { at: next.start_date, items } };
}
