import type { SubscriptionFact } from '../stripe/subscription-fact.ts';

/** A day: how far Stripe may end a subscription after its trial for the one to be the cause of the other. */
const trialEndSlack = 86_400;

/**
 * Nobody asked for it: Stripe ended the subscription because its trial ran out without a card. Its reason does not tell, Stripe gives
 * the same for an end that was asked for; but that was asked for before, or when a period had begun after the trial.
 */
export function endedWithTrial({ trialEnd, endedAt, canceledAt = 0, cancelReason, items }: SubscriptionFact): boolean {
  if (trialEnd === undefined || endedAt === undefined || endedAt < trialEnd || endedAt - trialEnd >= trialEndSlack) return false;
  return cancelReason !== 'cancellation_requested' || (canceledAt >= trialEnd && items.every(({ periodStart }) => periodStart < trialEnd));
}
