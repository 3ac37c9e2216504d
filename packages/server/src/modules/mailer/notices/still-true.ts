/** Whether a fact is still worth a mail when its turn comes, and is not said by another one. */
import type { Offer } from '../../../catalog/catalog-source.ts';
import type { InvoicePage } from '../../../stripe/notice-facts.ts';
import type { SubscriptionFact } from '../../../stripe/subscription-fact.ts';
import { isFree, isLive } from '../../../subscription/live.ts';
import { planOf } from '../../../subscription/plan-of.ts';
import { toSubscription } from '../../../subscription/to-subscription.ts';
import { endsWithPeriod } from '../../../subscription/comes-again.ts';
import { endedWithTrial } from '../../../subscription/trial-end.ts';
import type { NoticeType } from './notice-types.ts';
import type { NoticePayload } from './write-notice.ts';

export interface Surroundings {
  readonly now: number;
  readonly offer: Offer;
  readonly fact: SubscriptionFact | undefined;
  readonly invoice: InvoicePage | undefined;
  /** The customer's other subscriptions. */
  readonly others: readonly SubscriptionFact[];
}

/** Whether it was sold here: the owner's Stripe account may sell other things, whose customers know nothing of this shop. */
export function isOurs({ subscriptionId }: NoticePayload, { fact, others, offer }: Surroundings): boolean {
  const sold = ({ items, note }: SubscriptionFact): boolean => planOf(items, offer) !== undefined || Object.keys(note).length > 0;
  return subscriptionId === undefined ? others.some(sold) : fact !== undefined && sold(fact);
}

/** A mail that waited, for a mail server that was down, says nothing that has changed meanwhile. */
export function isStillTrue(type: NoticeType, payload: NoticePayload, { now, fact, invoice }: Surroundings): boolean {
  const { trialEnd, at, cancelAt } = payload;
  switch (type) {
    case 'subscription.trial_will_end':
      return trialEnd !== undefined && trialEnd > now && !(fact && endsWithPeriod(fact));
    case 'renewal.upcoming':
    case 'subscription.change_scheduled':
      return at !== undefined && at > now;
    case 'subscription.cancel_scheduled':
      return fact === undefined || fact.cancelAt === cancelAt;
    case 'subscription.paused':
      return fact === undefined || fact.status === 'paused' || fact.collectionPaused;
    case 'payment.failed':
    case 'payment.action_required':
      return invoice?.status === 'open' && fact?.status !== 'canceled';
    default:
      return true;
  }
}

/** The end of a trial has its own mail; what gave way to another plan of its group did not end for the customer. */
export function isSaidElsewhere(type: NoticeType, { reason }: NoticePayload, { fact, offer, others }: Surroundings): boolean {
  if (type === 'subscription.paused') return reason === 'trial_ended';
  if (type === 'subscription.canceled' && reason === 'trial_ended') return true;
  if (!fact) return false;
  const own = toSubscription(fact, offer);
  const group = own.group === undefined ? [] : others.filter((other) => toSubscription(other, offer).group === own.group);
  if (type === 'subscription.canceled') return group.some(isLive);
  // the free plan that a trial fell to
  return (
    type === 'subscription.started' && isFree(own) && group.some((other) => endedWithTrial(other) && fact.created - other.endedAt! < 86_400)
  );
}
