import { hashSecret } from '../identity/session-token.ts';
import type { PlannedChange } from '../preview/plan-change.ts';
import { noteOf } from '../stripe/metadata.ts';
import { releaseSchedule, scheduleChange } from '../stripe/schedules.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import { changeSubscription } from '../stripe/subscriptions.ts';
import type { Till } from '../till.ts';
import { paymentRefusal } from './payment-refusal.ts';

/** Carries out a confirmed change; a payment that fails is told by its code and changes nothing. */
export async function applyChange(
  till: Till,
  fact: SubscriptionFact,
  { target, items, lines, effective }: PlannedChange,
  { token, prorationDate }: { token: string; prorationDate?: number | undefined },
): Promise<void> {
  const idempotencyKey = `change:${hashSecret(token)}`;
  const note = noteOf(target, fact.note.group);
  // a schedule holds the items; the new wish takes the place of the old one
  if (fact.scheduleId) await releaseSchedule(till.stripe, fact.scheduleId);
  if (effective === 'period_end') {
    await scheduleChange(till.stripe, fact.id, { lines, interval: target.interval, note, idempotencyKey });
    return;
  }
  const proration = prorationDate === undefined ? {} : { prorationDate };
  const { pending } = await changeSubscription(till.stripe, fact.id, { items, ...proration, note, idempotencyKey });
  if (pending) throw await paymentRefusal(till, fact.id);
}
