import { createHash } from 'node:crypto';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';

/**
 * A fingerprint of everything that what was shown depends on: whoever confirms a preview against another state of the
 * subscription agreed to something else.
 */
export function stateOf(subscription: SubscriptionFact): string {
  const { status, currency, items, trialEnd, cancelAt, collectionPaused, scheduleId, scheduled, scheduleNote, note } = subscription;
  const { discounts, customerDiscount } = subscription;
  const lines = items.map(({ id, priceId, quantity, periodStart, periodEnd, discounts: own }) => [
    id,
    priceId,
    quantity,
    periodStart,
    periodEnd,
    own,
  ]);
  const parts = [
    status,
    currency,
    lines,
    trialEnd,
    cancelAt,
    collectionPaused,
    scheduleId,
    scheduled,
    scheduleNote?.changeId,
    discounts,
    customerDiscount,
    note.changeId,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
