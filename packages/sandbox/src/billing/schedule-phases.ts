/**
 * Step panel: subscription schedules, phases that change a subscription at their time
 * (docs.stripe.com/billing/subscriptions/subscription-schedules).
 *
 * Promise: a phase is applied before the subscription renews at the same second, so that the renewal bills the new phase.
 */
import type { SchedulePhase, Subscription, SubscriptionItem, SubscriptionSchedule } from '../objects/subscription.ts';
import { phaseKeepsDiscounts } from '../unconfirmed.ts';
import { change, type World } from '../world.ts';
import { discountsOf, type WantedDiscount } from './discounts.ts';
import { changeSubscription } from './subscription-change.ts';
import { createSubscription } from './subscription-create.ts';
import { endAsAsked } from './subscription-cycle.ts';
import type { ItemWish } from './subscription-plan.ts';

/** When the schedule does something next: its start, or the end of its current phase; unix seconds. */
export function phaseDue({ status, current_phase, phases }: SubscriptionSchedule): number | null {
  if (status === 'not_started') return phases[0]?.start_date ?? null;
  return status === 'active' ? (current_phase?.end_date ?? null) : null;
}

const span = ({ start_date, end_date }: SchedulePhase) => ({ start_date, end_date });

/** Does what is due: the schedule starts, the next phase begins, or the schedule does what `end_behavior` says. */
export function enterPhase(world: World, schedule: SubscriptionSchedule): void {
  const [first] = schedule.phases;
  if (schedule.status === 'not_started' && first) {
    startSchedule(world, schedule, first);
    return;
  }
  const subscription = world.tables.subscriptions.get(schedule.subscription ?? '');
  const current = schedule.phases.findIndex(({ start_date }) => start_date === schedule.current_phase?.start_date);
  const next = schedule.phases[current + 1];
  if (!subscription || !next) {
    finish(world, schedule, subscription);
    return;
  }
  change(world, 'schedules', schedule, { current_phase: span(next) }, 'subscription_schedule.updated');
  applyPhase(world, subscription, next);
}

const wantedOf = ({ discounts }: SchedulePhase): WantedDiscount[] =>
  discounts.map(({ coupon, discount, promotion_code }) => ({
    ...(coupon !== null && { coupon }),
    ...(discount !== null && { discount }),
    ...(promotion_code !== null && { promotion_code }),
  }));

/** Makes the subscription of a schedule that begins. */
export function startSchedule(world: World, schedule: SubscriptionSchedule, first: SchedulePhase): SubscriptionSchedule {
  const customer = world.tables.customers.get(schedule.customer);
  if (!customer) return schedule;
  const subscription = createSubscription(world, {
    customer,
    currency: first.currency,
    items: first.items.flatMap(({ price: id, quantity, metadata }) => {
      const price = world.tables.prices.get(id);
      return price ? [{ price, quantity, metadata }] : [];
    }),
    extras: [],
    discounts: wantedOf(first),
    trial_end: first.trial_end,
    missing_payment_method: 'create_invoice',
    metadata: first.metadata,
    description: null,
    default_payment_method: null,
    save_default_payment_method: 'off',
    billing_mode: 'flexible',
    payment_behavior: 'allow_incomplete',
  });
  change(world, 'subscriptions', subscription, { schedule: schedule.id }, 'customer.subscription.updated');
  const patch = { status: 'active', subscription: subscription.id, current_phase: span(first) } as const;
  return change(world, 'schedules', schedule, patch, 'subscription_schedule.updated');
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

/** The wishes that make the items of a phase out of those there are: by price first, then by product. */
function wishesOf(world: World, { items }: Subscription, phase: SchedulePhase): ItemWish[] {
  const free = new Set<SubscriptionItem>(items.data);
  const take = (fits: (item: SubscriptionItem) => boolean): SubscriptionItem | undefined => {
    const found = [...free].find(fits);
    if (found) free.delete(found);
    return found;
  };
  const byPrice = phase.items.map((wanted) => ({ wanted, same: take(({ price }) => price.id === wanted.price) }));
  const wishes = byPrice.flatMap(({ wanted: { price: id, quantity, metadata }, same }) => {
    const price = world.tables.prices.get(id);
    const item = same ?? take((other) => other.price.product === price?.product);
    return price ? [{ ...(item && { id: item.id }), price, quantity, metadata }] : [];
  });
  return [...wishes, ...[...free].map(({ id }) => ({ id, deleted: true }))];
}

function applyPhase(world: World, subscription: Subscription, phase: SchedulePhase): void {
  changeSubscription(world, subscription, {
    items: wishesOf(world, subscription, phase),
    proration_behavior: phase.proration_behavior,
    proration_date: world.now(),
    payment_behavior: 'allow_incomplete',
    patch: {
      metadata: { ...subscription.metadata, ...phase.metadata },
      ...((phase.discounts.length > 0 || !phaseKeepsDiscounts) && { discounts: discountsOf(world, subscription, wantedOf(phase)) }),
    },
    ...(phase.trial_end !== null && phase.trial_end > world.now() && { trial_end: phase.trial_end }),
  });
}
