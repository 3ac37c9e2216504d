import type { SubscriptionFact } from '../stripe/subscription-fact.ts';

/** A day: how far Stripe may end a subscription after its trial for the one to be the cause of the other. */
const trialEndSlack = 86_400;

/** Nobody asked for it: Stripe ended the subscription because its trial ran out without a card. */
export function endedWithTrial({ trialEnd, endedAt, cancelReason }: SubscriptionFact): boolean {
  if (trialEnd === undefined || endedAt === undefined || cancelReason === 'cancellation_requested') return false;
  return endedAt >= trialEnd && endedAt - trialEnd < trialEndSlack;
}
