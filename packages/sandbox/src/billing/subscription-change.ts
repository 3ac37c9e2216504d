/**
 * Step panel: changing a running subscription (docs.stripe.com/billing/subscriptions/change).
 *
 * Promise: a preview and the change it leads to run through the same code, so that at the same `proration_date` they cost the same.
 */
import { ApiError, invalid, missing } from '../http/api-error.ts';
import { amountOf } from '../money/price-amount.ts';
import type { Invoice } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import type { Debit, Subscription, SubscriptionChange } from '../objects/subscription.ts';
import { addIntervals } from '../time/period.ts';
import { change, type World } from '../world.ts';
import { attemptPayment, paymentError } from './collect.ts';
import { draftInvoice, pendingItems } from './invoice-draft.ts';
import { addInvoiceItem } from './invoice-items.ts';
import { finalizeInvoice } from './invoice-life.ts';
import { supersedePending, waitForPayment } from './pending-change.ts';
import { creditItem, debitItem } from './proration-items.ts';
import { itemList, type WantedItem } from './subscription-create.ts';
import { debitOf, itemLine } from './subscription-lines.ts';
import { statusAfterFailure } from './subscription-payment.ts';
import { beginsNewPeriod, isRepriced, itemsAfter, type ItemWish, type Planned, planItems } from './subscription-plan.ts';

export interface ChangeWish {
  readonly items: readonly ItemWish[];
  readonly proration_behavior: 'always_invoice' | 'create_prorations' | 'none';
  /** Unix seconds from which proration counts. */
  readonly proration_date: number;
  readonly payment_behavior: 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete' | 'pending_if_incomplete';
  /** Attributes that change along with the items, e.g. metadata. */
  readonly patch?: SubscriptionChange;
  /** A new end of the trial, in unix seconds; a running subscription goes on trial. */
  readonly trial_end?: number | 'now';
  readonly billing_cycle_anchor?: 'now' | 'unchanged';
  /** One-time prices; they wait for the next invoice unless the change itself makes one. */
  readonly extras?: readonly WantedItem[];
}

export interface ChangeResult {
  readonly subscription: Subscription;
  /** The invoice that was made at once, if any. */
  readonly invoice: Invoice | null;
}

interface Calculated {
  readonly next: SubscriptionChange;
  /** The invoice bills whole new periods. */
  readonly whole: boolean;
  readonly bills: boolean;
}

function demandDate({ items }: Subscription, at: number): void {
  const start = Math.min(...items.data.map((item) => item.current_period_start));
  const end = Math.max(...items.data.map((item) => item.current_period_end));
  if (at < start || at > end) {
    throw invalid('Cannot specify `proration_date` outside of current billing period.', undefined, 'proration_date');
  }
}

/** The same period goes on: unused time is credited, remaining time debited. */
function prorate(world: World, subscription: Subscription, planned: readonly Planned[], wish: ChangeWish): Calculated {
  const prorates = wish.proration_behavior !== 'none' && subscription.status !== 'trialing';
  const debits: Record<string, Debit> = { ...subscription[memory].debits };
  for (const item of planned.filter(isRepriced)) {
    if (item.before && prorates) creditItem(world, subscription, item.before, wish.proration_date);
    if (item.before && !item.after) delete debits[item.before.id];
    if (item.after && prorates) debits[item.after.id] = debitItem(world, subscription, item.after, wish.proration_date);
    if (item.after) debits[item.after.id] ??= debitOf(item.after, 0);
  }
  return {
    next: { items: itemList(subscription.id, itemsAfter(planned)), [memory]: { ...subscription[memory], debits } },
    whole: false,
    bills: wish.proration_behavior === 'always_invoice' && prorates && planned.some(isRepriced),
  };
}

/** Credit for everything unused, where the wish prorates. */
function creditAll(world: World, subscription: Subscription, planned: readonly Planned[], wish: ChangeWish): void {
  if (wish.proration_behavior === 'none' || subscription.status === 'trialing') return;
  for (const { before } of planned) if (before) creditItem(world, subscription, before, wish.proration_date);
}

/** A new period from now: everything unused is credited, the new items are billed whole. */
function restart(world: World, subscription: Subscription, planned: readonly Planned[], wish: ChangeWish): Calculated {
  const at = world.now();
  creditAll(world, subscription, planned, wish);
  const data = itemsAfter(planned).map((item) => ({
    ...item,
    current_period_start: at,
    current_period_end: item.price.recurring ? addIntervals(at, item.price.recurring, 1) : at,
  }));
  const debits = Object.fromEntries(
    data.map((item) => [item.id, debitOf(item, amountOf(item.price, subscription.currency, item.quantity))]),
  );
  const wasTrial = subscription.status === 'trialing';
  return {
    next: {
      billing_cycle_anchor: at,
      items: itemList(subscription.id, data),
      ...(wasTrial && { status: 'active', trial_end: at }),
      [memory]: { ...subscription[memory], debits },
    },
    whole: true,
    bills: true,
  };
}

/** A trial, begun or moved: nothing is billed until `end`. */
function putOnTrial(world: World, subscription: Subscription, planned: readonly Planned[], wish: ChangeWish, end: number): Calculated {
  const at = world.now();
  if (end <= at) throw invalid('Invalid timestamp: must be an integer Unix timestamp in the future.', undefined, 'trial_end');
  creditAll(world, subscription, planned, wish);
  const start = subscription.status === 'trialing' ? (subscription.trial_start ?? at) : at;
  const data = itemsAfter(planned).map((item) => ({ ...item, current_period_start: start, current_period_end: end }));
  return {
    next: {
      billing_cycle_anchor: end,
      items: itemList(subscription.id, data),
      status: 'trialing',
      trial_start: start,
      trial_end: end,
      [memory]: { ...subscription[memory], debits: Object.fromEntries(data.map((item) => [item.id, debitOf(item, 0)])) },
    },
    whole: false,
    bills: wish.proration_behavior === 'always_invoice' && subscription.status !== 'trialing',
  };
}

function calculate(world: World, subscription: Subscription, wish: ChangeWish): Calculated {
  const planned = planItems(world, subscription, wish.items);
  if (typeof wish.trial_end === 'number') return putOnTrial(world, subscription, planned, wish, wish.trial_end);
  const onTrial = subscription.status === 'trialing';
  const endsTrial = onTrial && wish.trial_end === 'now';
  const isAnchored = wish.billing_cycle_anchor === 'now';
  if (endsTrial || isAnchored || (!onTrial && beginsNewPeriod(subscription, planned))) return restart(world, subscription, planned, wish);
  return prorate(world, subscription, planned, wish);
}

function invoiceNow(world: World, subscription: Subscription, { next, whole }: Calculated, wish: ChangeWish): Invoice {
  const customer = world.tables.customers.get(subscription.customer);
  if (!customer) throw missing('customer', subscription.customer);
  const after = { ...subscription, ...next };
  return draftInvoice(world, {
    customer,
    currency: subscription.currency,
    billing_reason: 'subscription_update',
    lines: whole ? after.items.data.map((item) => itemLine(world, after, item, false)) : [],
    subscription,
    items: pendingItems(world, customer.id, subscription.currency, subscription.id),
    period: { start: world.now(), end: world.now() },
    automatically_finalizes_at: null,
    subscription_proration_date: wish.proration_date,
  });
}

const isPaid = ({ status }: Invoice): boolean => status === 'paid';

/** Until the customer confirms the payment the changed subscription is past due (docs.stripe.com/api/subscriptions/update, payment_behavior). */
function awaitConfirmation(world: World, subscription: Subscription): Subscription {
  if (subscription.collection_method === 'send_invoice') return subscription;
  const status = statusAfterFailure(subscription.status, false, world.settings.afterRetries);
  return change(world, 'subscriptions', subscription, { status }, 'customer.subscription.updated');
}

function applyAndCollect(world: World, subscription: Subscription, calculated: Calculated, wish: ChangeWish): ChangeResult {
  const applied = change(world, 'subscriptions', subscription, { ...wish.patch, ...calculated.next }, 'customer.subscription.updated');
  if (!calculated.bills) return { subscription: applied, invoice: null };
  const invoice = finalizeInvoice(world, invoiceNow(world, applied, { ...calculated, next: {} }, wish));
  const linked = change(world, 'subscriptions', applied, { latest_invoice: invoice.id });
  if (isPaid(invoice)) return { subscription: linked, invoice };
  if (wish.payment_behavior === 'default_incomplete') return { subscription: awaitConfirmation(world, linked), invoice };
  const tried = attemptPayment(world, invoice, { automatic: false });
  if (!isPaid(tried) && wish.payment_behavior === 'error_if_incomplete') {
    const { status, body } = paymentError(world, tried);
    throw new ApiError(status, body); // not a DeclinedError: nothing of the change remains
  }
  return { subscription: world.tables.subscriptions.get(linked.id) ?? linked, invoice: tried };
}

const changesBilling = ({ items, trial_end, billing_cycle_anchor, extras }: ChangeWish): boolean =>
  items.length > 0 || trial_end !== undefined || billing_cycle_anchor === 'now' || (extras ?? []).length > 0;

/** Changes a subscription, and bills at once what has to be. */
export function changeSubscription(world: World, before: Subscription, wish: ChangeWish): ChangeResult {
  if (!changesBilling(wish)) {
    return { subscription: change(world, 'subscriptions', before, wish.patch ?? {}, 'customer.subscription.updated'), invoice: null };
  }
  const subscription = supersedePending(world, before);
  if (wish.items.length > 0) demandDate(subscription, wish.proration_date);
  for (const extra of wish.extras ?? []) {
    addInvoiceItem(world, { ...extra, customer: subscription.customer, currency: subscription.currency, subscription: subscription.id });
  }
  const calculated = calculate(world, subscription, wish);
  if (wish.payment_behavior !== 'pending_if_incomplete' || !calculated.bills) {
    return applyAndCollect(world, subscription, calculated, wish);
  }
  const invoice = finalizeInvoice(world, invoiceNow(world, subscription, calculated, wish));
  return waitForPayment(world, subscription, invoice, { ...wish.patch, ...calculated.next });
}
