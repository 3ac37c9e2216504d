/**
 * Step panel: subscription schedules, phases that change a subscription at their time (docs.stripe.com/billing/subscriptions/subscription-schedules).
 */
import type { SchedulePhase, Subscription, SubscriptionSchedule } from '../objects/subscription.ts';
import { change, type World } from '../world.ts';
import { changeItems } from './subscription-change.ts';
import { endAsAsked } from './subscription-cycle.ts';

const current = (schedule: SubscriptionSchedule): SchedulePhase | undefined =>
  schedule.phases.find(({ start_date }) => start_date === schedule.current_phase?.start_date);

/** The end of the current phase, while the schedule runs; unix seconds. */
export const phaseDue = (schedule: SubscriptionSchedule): number | null =>
  schedule.status === 'active' ? (schedule.current_phase?.end_date ?? null) : null;

/** Ends the current phase: the next one begins, or the schedule does what `end_behavior` says. */
export function enterPhase(world: World, schedule: SubscriptionSchedule): void {
  const subscription = world.tables.subscriptions.get(schedule.subscription ?? '');
  const next = schedule.phases[schedule.phases.findIndex((phase) => phase === current(schedule)) + 1];
  if (subscription && next) {
    change(
      world,
      'schedules',
      schedule,
      { current_phase: { start_date: next.start_date, end_date: next.end_date } },
      'subscription_schedule.updated',
    );
    applyPhase(world, subscription, next);
    return;
  }
  finish(world, schedule, subscription);
}

function finish(world: World, schedule: SubscriptionSchedule, subscription: Subscription | undefined): void {
  if (schedule.end_behavior === 'release') {
    releaseSchedule(world, schedule);
    return;
  }
  const done = change(world, 'schedules', schedule, { status: 'completed', completed_at: world.now(), current_phase: null });
  world.emit('subscription_schedule.completed', done);
  if (subscription) endAsAsked(world, subscription);
}

/** Lets the subscription go on by itself. */
export function releaseSchedule(world: World, schedule: SubscriptionSchedule): SubscriptionSchedule {
  const released = change(world, 'schedules', schedule, {
    status: 'released',
    released_at: world.now(),
    released_subscription: schedule.subscription,
    subscription: null,
    current_phase: null,
  });
  world.emit('subscription_schedule.released', released);
  const subscription = world.tables.subscriptions.get(schedule.subscription ?? '');
  if (subscription) change(world, 'subscriptions', subscription, { schedule: null }, 'customer.subscription.updated');
  return released;
}

/** The items of the phase, matched to those the subscription has by price. */
function applyPhase(world: World, subscription: Subscription, phase: SchedulePhase): void {
  const kept = new Set<string>();
  const wishes = phase.items.flatMap(({ price: id, quantity }) => {
    const price = world.tables.prices.get(id);
    const same =
      subscription.items.data.find((item) => item.price.id === id) ??
      subscription.items.data.find((item) => item.price.product === price?.product);
    if (same) kept.add(same.id);
    return price ? [{ ...(same && { id: same.id }), price, quantity }] : [];
  });
  const gone = subscription.items.data.filter(({ id }) => !kept.has(id)).map(({ id }) => ({ id, deleted: true }));
  const { subscription: changed } = changeItems(world, subscription, {
    items: [...wishes, ...gone],
    proration_behavior: phase.proration_behavior,
    proration_date: world.now(),
    payment_behavior: 'allow_incomplete',
  });
  if (Object.keys(phase.metadata).length > 0)
    change(world, 'subscriptions', changed, { metadata: { ...changed.metadata, ...phase.metadata } });
}
