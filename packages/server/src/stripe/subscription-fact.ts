/**
 * Step 6, subscription: Stripe's object as a fact, in our spelling and without what we do not need.
 *
 * Promise: two readings of the same Stripe state give the same JSON; nothing of the catalog is mixed in yet, so that a
 * change of the catalog needs no new reading.
 */
import type { IntervalKey, PriceModel } from '@tillkit/core/catalog/catalog';
import { roundShare } from '@tillkit/core/money/exact';
import { rateQuantity, rateUsage } from '@tillkit/core/pricing/price-rate';
import type { OpenInvoice, SubscriptionStatus } from '@tillkit/core/subscription/subscription';
import type { Stripe } from 'stripe';
import { toIntervalKey } from './interval.ts';
import type { InvoiceReading } from './invoice-reading.ts';
import { readCancelNote, readPurchaseNote, readScheduleNote, type PurchaseNote } from './metadata.ts';
import type { OneTimeFact } from './one-time-items.ts';
import { idOf } from './price-facts.ts';
import { toPriceModel } from './price-models.ts';

export interface DiscountFact {
  /** Stripe's `di_…`. */
  readonly id: string;
  /** The moment (Unix seconds) after which it takes nothing off. */
  readonly end?: number;
  /** It is used up by the next payment; known of the subscription's own, whose coupons come with it. */
  readonly once?: true;
}

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
  /** Of its own, beside those of the subscription. */
  readonly discounts?: readonly DiscountFact[];
}

/** A change that a subscription schedule brings at its next phase. */
export interface ScheduledFact {
  readonly at: number;
  /** The owner planned it at Stripe: only they can take it back. */
  readonly byOwner?: true;
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
  /** Of one that has ended: when that was asked for, also long before; or when Stripe did it. */
  readonly canceledAt?: number;
  /** Of one that has ended: a trial without a card would have ended it (`missing_payment_method`), and not let it rest or be charged. */
  readonly endsWithoutCard?: true;
  /** Stripe's `cancellation_details.reason`. */
  readonly cancelReason?: string;
  /** Invoices are made but not collected (`pause_collection`); the status does not tell. */
  readonly collectionPaused: boolean;
  /** When they are collected again, where Stripe knows. */
  readonly collectionResumesAt?: number;
  /** When a change that waits for its payment is forgotten. */
  readonly changePendingUntil?: number;
  readonly hasPaymentMethod: boolean;
  /** Its open invoices, oldest first; absent when nothing is open. */
  readonly openInvoices?: readonly OpenInvoice[];
  /** Of a paused one: the open invoice that resumes it when it is paid, left by a try to resume it. */
  readonly resumptionInvoiceId?: string;
  readonly nextPayment?: NextPaymentFact;
  /** Whether the owner set that end; only they can take it back. */
  readonly endsByOwner?: true;
  /** The schedule that holds the items; it must be released before they are changed directly. */
  readonly scheduleId?: string;
  /** Of a schedule of ours: the change that it plans, and the one that was made before. */
  readonly scheduleNote?: { readonly changeId: string; readonly after: string };
  readonly discounts?: readonly DiscountFact[];
  /** What holds where the subscription has no discounts of its own. */
  readonly customerDiscount?: DiscountFact;
  /** What was planned when the customer canceled, as text; it is planned again when they stay. */
  readonly setAside?: string;
  readonly scheduled?: ScheduledFact;
  /** What was bought once together with it, whatever became of it since; present where its note tells of such. */
  readonly oneTime?: readonly OneTimeFact[];
  readonly note: PurchaseNote;
}

/** What a reading must expand, so that nothing is asked twice. */
export const subscriptionExpansions = [
  'customer',
  'discounts',
  'latest_invoice',
  'schedule.phases.items.price',
  'items.data.price.currency_options',
  'items.data.price.tiers',
  'items.data.price.product',
  'items.data.discounts',
  'discounts.source.coupon',
];

/** What Stripe tells of a subscription in other objects. */
export type BesideFact = Pick<SubscriptionFact, 'nextPayment' | 'unpaidSince' | 'openInvoices' | 'resumptionInvoiceId' | 'oneTime'>;

export function toSubscriptionFact(subscription: Stripe.Subscription, beside: BesideFact = {}): SubscriptionFact {
  const { trial_end: trialEnd, ended_at: endedAt, cancellation_details: cancellation } = subscription;
  const ended = endedAt !== null;
  const cancelAt = ended ? null : subscription.cancel_at;
  const { setAside } = readCancelNote(subscription.metadata);
  return {
    id: subscription.id,
    customerId: idOf(subscription.customer),
    status: subscription.status as SubscriptionStatus,
    created: subscription.created,
    currency: subscription.currency,
    items: subscription.items.data.map((item) => toItemFact(item, subscription.currency)).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ...(trialEnd !== null && { trialEnd }),
    ...(cancelAt !== null && { cancelAt }),
    ...(cancelAt !== null && !isOfCustomer(subscription, cancelAt) && { endsByOwner: true }),
    ...(subscription.discounts.length > 0 && { discounts: subscription.discounts.map(toDiscountFact) }),
    ...customerDiscountOf(subscription.customer),
    ...(setAside && { setAside }),
    ...(ended && { endedAt }),
    ...(ended && subscription.canceled_at !== null && { canceledAt: subscription.canceled_at }),
    ...(ended && subscription.trial_settings?.end_behavior.missing_payment_method === 'cancel' && { endsWithoutCard: true }),
    ...(cancellation?.reason && { cancelReason: cancellation.reason }),
    collectionPaused: subscription.pause_collection !== null,
    ...(subscription.pause_collection?.resumes_at && { collectionResumesAt: subscription.pause_collection.resumes_at }),
    ...(subscription.pending_update && { changePendingUntil: subscription.pending_update.expires_at }),
    hasPaymentMethod: hasPaymentMethod(subscription),
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
    ...(item.discounts.length > 0 && { discounts: item.discounts.map(toDiscountFact) }),
  };
}

function productNameOf(product: Stripe.Price['product']): Pick<ItemFact, 'productName'> {
  return typeof product === 'string' || product.deleted ? {} : { productName: product.name };
}

function toDiscountFact(discount: string | Stripe.Discount): DiscountFact {
  if (typeof discount === 'string') return { id: discount };
  const { id, end, source } = discount;
  const once = source.coupon !== null && typeof source.coupon === 'object' && source.coupon.duration === 'once';
  return { id, ...(end !== null && { end }), ...(once && { once }) };
}

function customerDiscountOf(customer: Stripe.Subscription['customer']): Pick<SubscriptionFact, 'customerDiscount'> {
  const discount = typeof customer === 'string' || customer.deleted ? undefined : customer.discount;
  return discount ? { customerDiscount: toDiscountFact(discount) } : {};
}

function hasPaymentMethod({ default_payment_method: own, default_source: ownSource, customer }: Stripe.Subscription): boolean {
  if (own || ownSource) return true;
  if (typeof customer === 'string' || customer.deleted) return false;
  return Boolean(customer.invoice_settings.default_payment_method || customer.default_source);
}

/** The customer ends with a period, here or in Stripe's portal, or at a moment that we wrote down; any other end is the owner's. */
function isOfCustomer({ cancel_at_period_end: withPeriod, items, metadata }: Stripe.Subscription, cancelAt: number): boolean {
  return withPeriod || items.data.some((item) => item.current_period_end === cancelAt) || readCancelNote(metadata).cancelAt === cancelAt;
}

/** The schedule that manages the subscription, with its phase after the current one. */
function scheduledOf(
  schedule: string | Stripe.SubscriptionSchedule | null,
): Pick<SubscriptionFact, 'scheduleId' | 'scheduleNote' | 'scheduled'> {
  if (schedule === null || typeof schedule === 'string' || schedule.status !== 'active') return {};
  const next = schedule.phases.find((phase) => phase.start_date >= (schedule.current_phase?.end_date ?? Number.POSITIVE_INFINITY));
  const scheduleNote = readScheduleNote(schedule.metadata);
  const managed = { scheduleId: schedule.id, ...(scheduleNote && { scheduleNote }) };
  if (!next) return managed;
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
  return { ...managed, scheduled: { at: next.start_date, ...(!scheduleNote && { byOwner: true }), items } };
}
