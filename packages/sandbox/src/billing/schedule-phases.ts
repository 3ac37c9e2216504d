/**
 * Step panel: subscription schedules, phases that change a subscription at their time
 * (docs.stripe.com/billing/subscriptions/subscription-schedules).
 *
 * Promise: a phase is applied before the subscription renews at the same second, so that the renewal bills the new phase.
 */
import type {
  PhaseDiscount,
  SchedulePhase,
  Subscription,
  SubscriptionChange,
  SubscriptionItem,
  SubscriptionSchedule,
} from '../objects/subscription.ts';
import { change, type World } from '../world.ts';
import { discountsOf, inForce, type WantedDiscount } from './discounts.ts';
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

const toWanted = ({ coupon, discount, promotion_code }: PhaseDiscount): WantedDiscount => ({
  ...(coupon !== null && { coupon }),
  ...(discount !== null && { discount }),
  ...(promotion_code !== null && { promotion_code }),
});

const wantedOf = ({ discounts }: Pick<SchedulePhase, 'discounts'>): WantedDiscount[] => discounts.map(toWanted);

/** The discounts of a phase, each coupon that the subscription has already as the one it has. */
function discountsIn(world: World, subscription: Subscription, phase: SchedulePhase): string[] {
  const running = inForce(world, subscription.discounts, world.now());
  const named = wantedOf(phase).map((one) => {
    const same = one.coupon === undefined ? undefined : running.find(({ source }) => source.coupon === one.coupon);
    return same ? { discount: same.id } : one;
  });
  return discountsOf(world, subscription, named);
}

/** Makes the subscription of a schedule that begins. */
export function startSchedule(world: World, schedule: SubscriptionSchedule, first: SchedulePhase): SubscriptionSchedule {
  const customer = world.tables.customers.get(schedule.customer);
  if (!customer) return schedule;
  const subscription = createSubscription(world, {
    customer,
    currency: first.currency,
    items: first.items.flatMap(({ price: id, quantity, metadata, discounts, tax_rates }) => {
      const price = world.tables.prices.get(id);
      return price ? [{ price, quantity, metadata, discounts: discounts.map(toWanted), tax_rates }] : [];
    }),
    extras: [],
    discounts: wantedOf(first),
    trial_end: first.trial_end,
    missing_payment_method: 'create_invoice',
    metadata: first.metadata,
    description: first.description,
    default_payment_method: first.default_payment_method,
    default_tax_rates: first.default_tax_rates,
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
  const wishes = byPrice.flatMap(({ wanted: { price: id, quantity, metadata, discounts, tax_rates }, same }) => {
    const price = world.tables.prices.get(id);
    const item = same ?? take((other) => other.price.product === price?.product);
    return price ? [{ ...(item && { id: item.id }), price, quantity, metadata, discounts: discounts.map(toWanted), tax_rates }] : [];
  });
  return [...wishes, ...[...free].map(({ id }) => ({ id, deleted: true }))];
}

/**
 * What a phase sets beside items. One that names no discounts leaves those of the customer, and none of the subscription's own;
 * other attributes stay as they are unless the phase names them.
 */
function attributesOf(world: World, subscription: Subscription, phase: SchedulePhase): SubscriptionChange {
  const ofCustomer = world.tables.customers.get(subscription.customer)?.discount;
  const named = phase.discounts.length > 0;
  return {
    metadata: { ...subscription.metadata, ...phase.metadata },
    discounts: named ? discountsIn(world, subscription, phase) : ofCustomer ? [ofCustomer.id] : [],
    ...(phase.default_tax_rates.length > 0 && { default_tax_rates: phase.default_tax_rates }),
    ...(phase.default_payment_method !== null && { default_payment_method: phase.default_payment_method }),
    ...(phase.description !== null && { description: phase.description }),
  };
}

/** Lets the attributes of a current phase hold now, when its schedule is changed; items that stay as they are keep their periods. */
export function applyAttributes(world: World, subscription: Subscription, phase: SchedulePhase): void {
  change(world, 'subscriptions', subscription, attributesOf(world, subscription, phase), 'customer.subscription.updated');
}

function applyPhase(world: World, subscription: Subscription, phase: SchedulePhase): void {
  changeSubscription(world, subscription, {
    items: wishesOf(world, subscription, phase),
    proration_behavior: phase.proration_behavior,
    proration_date: world.now(),
    payment_behavior: 'allow_incomplete',
    patch: attributesOf(world, subscription, phase),
    ...(phase.trial_end !== null && phase.trial_end > world.now() && { trial_end: phase.trial_end }),
    ...(phase.billing_cycle_anchor === 'phase_start' && { billing_cycle_anchor: 'now' as const }),
  });
}
