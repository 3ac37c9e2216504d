/**
 * Step 6, subscription: what a new reading tells that the last one did not.
 *
 * Promise: pure. A walk through any readings, with some repeated and some skipped, tells each step once, and of the steps
 * between two readings only what is still so. A subscription that is first seen long after it began tells nothing.
 */
import type { OutboxEntry } from '../store/outbox.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import { endedWithTrial } from '../subscription/trial-end.ts';
import { told, type EndReason, type SoldItem } from './event-types.ts';

export interface TellingContext {
  /** Our clock, Unix seconds. */
  readonly now: number;
  /** The reading's fetch token: it tells the second time from the first where a step can be taken again. */
  readonly reading: number;
  /** Plan of the catalog that products belong to. */
  readonly planOf: (items: readonly { readonly productId: string }[]) => string | undefined;
}

/** A subscription that is first seen long after it began was known to somebody else: a lost database tells nothing anew. */
export const newsAgeSeconds = 3 * 86_400;

/** What happened between two readings of one subscription, the earlier of which may be missing. */
export function transitions(before: SubscriptionFact | undefined, after: SubscriptionFact, context: TellingContext): OutboxEntry[] {
  if (!hasBegun(after)) return [];
  if (before === undefined || !hasBegun(before)) {
    const isNews = before !== undefined || context.now - after.created < newsAgeSeconds;
    return isNews && !hasEnded(after) ? beginning(after, context) : [];
  }
  if (hasEnded(before)) return [];
  if (hasEnded(after)) return [...trialEnd(before, after, context), canceled(after, context)];
  return [
    ...itemsOf(before, after, context),
    ...trialEnd(before, after, context),
    ...pauseOf(before, after, context),
    ...plansOf(before, after, context),
  ];
}

const hasBegun = ({ status }: SubscriptionFact): boolean => status !== 'incomplete' && status !== 'incomplete_expired';
const hasEnded = ({ status }: SubscriptionFact): boolean => status === 'canceled';
const isPaused = ({ status, collectionPaused }: SubscriptionFact): boolean => status === 'paused' || collectionPaused;

const soldItems = ({ items }: SubscriptionFact): SoldItem[] =>
  items.map(({ productId, quantity, interval }) => ({ productId, quantity, interval }));

/** Equal for the same things in whatever order. */
const sameItems = (one: readonly SoldItem[], other: readonly SoldItem[]): boolean => inOrder(one) === inOrder(other);
const inOrder = (items: readonly SoldItem[]): string =>
  JSON.stringify(items.map(({ productId, quantity, interval }) => `${productId} ${quantity} ${interval}`).toSorted());

function subject(fact: SubscriptionFact, { planOf }: TellingContext) {
  const planId = planOf(fact.items);
  return { subscriptionId: fact.id, customerId: fact.customerId, ...(planId !== undefined && { planId }) };
}

/** All that is known of a subscription when it is first seen. */
function beginning(after: SubscriptionFact, context: TellingContext): OutboxEntry[] {
  return [...started(after, context), ...pauseOf(undefined, after, context), ...plansOf(undefined, after, context)];
}

/** Once in a subscription's life. */
function started(after: SubscriptionFact, context: TellingContext): OutboxEntry[] {
  const { id, status, currency, trialEnd } = after;
  const payload = { ...subject(after, context), status, currency, items: soldItems(after), ...(trialEnd !== undefined && { trialEnd }) };
  return [told('subscription.started', id, payload)];
}

function canceled(after: SubscriptionFact, context: TellingContext): OutboxEntry {
  return told('subscription.canceled', after.id, {
    ...subject(after, context),
    endedAt: after.endedAt ?? context.now,
    reason: endReason(after),
  });
}

function endReason(fact: SubscriptionFact): EndReason {
  if (endedWithTrial(fact)) return 'trial_ended';
  return fact.cancelReason === 'payment_failed' || fact.cancelReason === 'payment_disputed' ? fact.cancelReason : 'requested';
}

/** A trial that ran out while nobody had left a card; the invoice of a plan that costs nothing needs none. */
function trialEnd(before: SubscriptionFact, after: SubscriptionFact, context: TellingContext): OutboxEntry[] {
  const outcome = trialOutcome(before, after, context.now);
  const { id, trialEnd: end } = after;
  if (outcome === undefined || end === undefined) return [];
  return [told('subscription.trial_ended_without_card', `${id}:${end}`, { ...subject(after, context), trialEnd: end, outcome })];
}

function trialOutcome(before: SubscriptionFact, after: SubscriptionFact, now: number): 'canceled' | 'paused' | 'invoiced' | undefined {
  if (before.status !== 'trialing') return undefined;
  if (hasEnded(after)) return endedWithTrial(after) ? 'canceled' : undefined;
  if (after.hasPaymentMethod || after.trialEnd === undefined || after.trialEnd > now) return undefined;
  if (after.status === 'paused') return 'paused';
  const owes = after.items.some(({ amount }) => amount > 0);
  return owes && ['active', 'past_due', 'unpaid'].includes(after.status) ? 'invoiced' : undefined;
}

function itemsOf(before: SubscriptionFact, after: SubscriptionFact, context: TellingContext): OutboxEntry[] {
  const [previousItems, items] = [soldItems(before), soldItems(after)];
  if (sameItems(previousItems, items)) return [];
  const previousPlanId = context.planOf(before.items);
  const payload = {
    ...subject(after, context),
    ...(previousPlanId !== undefined && { previousPlanId }),
    currency: after.currency,
    items,
    previousItems,
  };
  return [told('subscription.plan_changed', `${after.id}:${context.reading}`, payload)];
}

function pauseOf(before: SubscriptionFact | undefined, after: SubscriptionFact, context: TellingContext): OutboxEntry[] {
  if ((before !== undefined && isPaused(before)) === isPaused(after)) return [];
  const key = `${after.id}:${context.reading}`;
  if (!isPaused(after)) return [told('subscription.resumed', key, subject(after, context))];
  const reason = before && trialOutcome(before, after, context.now) === 'paused' ? 'trial_ended' : 'requested';
  return [told('subscription.paused', key, { ...subject(after, context), reason })];
}

/** What was planned for its end or the next period, and what was planned no more. */
function plansOf(before: SubscriptionFact | undefined, after: SubscriptionFact, context: TellingContext): OutboxEntry[] {
  const key = `${after.id}:${context.reading}`;
  const about = subject(after, context);
  if (after.cancelAt !== undefined) {
    const known = before?.cancelAt === after.cancelAt;
    return known ? [] : [told('subscription.cancel_scheduled', key, { ...about, cancelAt: after.cancelAt })];
  }
  const entries = before?.cancelAt === undefined ? [] : [told('subscription.cancel_withdrawn', key, about)];
  if (after.scheduled) return sameSchedule(before, after) ? entries : [...entries, scheduled(after, after.scheduled, context)];
  const untouched = before?.scheduled !== undefined && sameItems(soldItems(before), soldItems(after));
  return untouched ? [...entries, told('subscription.change_withdrawn', key, about)] : entries;
}

function sameSchedule(before: SubscriptionFact | undefined, after: SubscriptionFact): boolean {
  const [one, other] = [before?.scheduled, after.scheduled];
  return one !== undefined && other !== undefined && one.at === other.at && sameItems(one.items, other.items);
}

function scheduled(
  after: SubscriptionFact,
  { at, items }: NonNullable<SubscriptionFact['scheduled']>,
  context: TellingContext,
): OutboxEntry {
  const nextPlanId = context.planOf(items);
  return told('subscription.change_scheduled', `${after.id}:${context.reading}`, {
    ...subject(after, context),
    at,
    ...(nextPlanId !== undefined && { nextPlanId }),
    nextItems: items,
  });
}
