import type { SubscriptionFact } from '../stripe/subscription-fact.ts';

/** A day: how far Stripe may end a subscription after its trial for the one to be the cause of the other. */
const trialEndSlack = 86_400;

/**
 * Nobody asked for it: Stripe ended the subscription because its trial ran out without a card. Its reason does not tell, Stripe gives
 * the same for an end that was asked for; but that was asked for before, or when a period had begun after the trial, or when it rested
 * since, which a trial that Stripe ends does not.
 */
export function endedWithTrial(fact: SubscriptionFact): boolean {
  const { trialEnd, endedAt, canceledAt = 0, endsWithoutCard = false, cancelReason, items } = fact;
  if (trialEnd === undefined || endedAt === undefined || endedAt < trialEnd || endedAt - trialEnd >= trialEndSlack) return false;
  if (cancelReason !== 'cancellation_requested') return true;
  return endsWithoutCard && canceledAt >= trialEnd && items.every(({ periodStart }) => periodStart < trialEnd);
}
