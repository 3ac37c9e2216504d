import { releaseSchedule } from '../stripe/schedules.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till } from '../till.ts';

type Planned = Pick<SubscriptionFact, 'scheduled' | 'scheduleNote' | 'note'>;

/**
 * Whether the customer planned a change and then made another one, which took its place: one that Stripe held back until
 * it was paid leaves the plan as it was until then (decision 0036).
 */
export function isStale({ scheduled, scheduleNote, note }: Planned): boolean {
  return scheduled !== undefined && scheduleNote !== undefined && (note.changeId ?? '') !== scheduleNote.after;
}

/** Lets go of a plan whose place another change has taken; answers the subscription as it is then. */
export async function dropStalePlan(
  { stripe, mirror }: Pick<Till, 'stripe' | 'mirror'>,
  subscription: SubscriptionFact,
): Promise<SubscriptionFact> {
  if (!isStale(subscription)) return subscription;
  await releaseSchedule(stripe, subscription.scheduleId!);
  return (await mirror.refresh(subscription.id)) ?? subscription;
}
