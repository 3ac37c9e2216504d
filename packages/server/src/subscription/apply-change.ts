import type { Offer } from '../catalog/catalog-source.ts';
import { hashSecret } from '../identity/session-token.ts';
import type { PlannedChange } from '../preview/plan-change.ts';
import { toDifference } from '../preview/preview-change.ts';
import { noteOf } from '../stripe/metadata.ts';
import { releaseSchedule, scheduleChange } from '../stripe/schedules.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import { changeSubscription } from '../stripe/subscription-changes.ts';
import type { Till } from '../till.ts';
import { makeChargedChange } from './charged-change.ts';
import { paymentRefusal } from './payment-refusal.ts';

/** Carries out a confirmed change; a payment that fails is told by its code and changes nothing. */
export async function applyChange(
  till: Till,
  fact: SubscriptionFact,
  planned: PlannedChange,
  offer: Offer,
  { token, total, prorationDate }: { token: string; total: number; prorationDate?: number | undefined },
): Promise<void> {
  const { target, items, lines, mode } = planned;
  const changeId = hashSecret(JSON.stringify([token, stateOf(fact)]));
  const idempotencyKey = `change:${changeId}`;
  const note = { ...noteOf(target, fact.note.group), ...(fact.note.oneTime && { oneTime: true as const }) };
  // a schedule holds the items; the new wish takes the place of the old one
  if (fact.scheduleId) await releaseSchedule(till.stripe, fact.scheduleId);
  if (mode === 'at_period_end') {
    await scheduleChange(till.stripe, fact.id, { lines, interval: target.interval, note, idempotencyKey });
    return;
  }
  if (mode === 'difference_now' && planned.difference !== 0) {
    await makeChargedChange(till, changeId, { difference: toDifference(fact, planned, offer), expectedTotal: total, items, note });
    return;
  }
  const { pending } = await changeSubscription(till.stripe, fact.id, { items, mode, prorationDate, note, idempotencyKey });
  if (pending) throw await paymentRefusal(till, fact.id);
}

/** What is asked for again from another state is another change: it must not be answered by what Stripe remembers of the first. */
const stateOf = ({ scheduleId, items }: SubscriptionFact): unknown => [
  scheduleId,
  items.map(({ id, priceId, quantity }) => [id, priceId, quantity]),
];
