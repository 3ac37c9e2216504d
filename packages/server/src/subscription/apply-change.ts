import type { Offer } from '../catalog/catalog-source.ts';
import type { PlannedChange } from '../preview/plan-change.ts';
import { toDifference } from '../preview/preview-change.ts';
import type { ChangePreview } from '../preview/preview-token.ts';
import { noteOf } from '../stripe/metadata.ts';
import { saveSchedule } from '../stripe/schedules.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till } from '../till.ts';
import type { Turn } from './one-at-a-time.ts';
import type { SubscriptionWrite } from './subscription-write.ts';

interface ConfirmedChange {
  readonly subscription: SubscriptionFact;
  readonly planned: PlannedChange;
  readonly offer: Offer;
  readonly preview: ChangePreview;
  readonly turn: Turn;
}

/** Carries out a confirmed change; a payment that fails is told by its code and changes nothing. */
export async function applyChange(till: Till, { subscription, planned, offer, preview, turn }: ConfirmedChange): Promise<void> {
  const { target, lines, mode, items } = planned;
  const { note: before, scheduleId } = subscription;
  // Stripe lays it over what the subscription carries: how it was bought stays
  const note = { ...noteOf(target, before.group), changeId: preview.id };
  if (mode === 'at_period_end') {
    const order = { lines, interval: target.interval, note, after: before.changeId, scheduleId };
    await turn.write({ kind: 'schedule', order });
    return;
  }
  // a schedule holds the items; the new change takes the place of the planned one
  const setAside = scheduleId === undefined ? undefined : await saveSchedule(till.stripe, scheduleId);
  const write: SubscriptionWrite =
    mode === 'difference_now' && planned.difference !== 0
      ? { kind: 'difference', difference: toDifference(subscription, planned, offer), expectedTotal: preview.total, items, note }
      : { kind: 'items', items, mode, prorationDate: preview.prorationDate, note };
  await turn.write({ ...write, ...(setAside && { setAside }) });
}
