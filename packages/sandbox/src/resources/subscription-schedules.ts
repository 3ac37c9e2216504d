/** Step panel: `/v1/subscription_schedules`. */
import { releaseSchedule } from '../billing/schedule-phases.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import { count, either, integer, listOf, mergeMetadata, metadata, oneOf, passives, required, shape, text } from '../http/read.ts';
import type { SchedulePhase, Subscription, SubscriptionSchedule } from '../objects/subscription.ts';
import { addIntervals } from '../time/period.ts';
import { change, insert, type World } from '../world.ts';

const behavior = oneOf('always_invoice', 'create_prorations', 'none');
const phase = shape({
  items: required(listOf(shape({ price: required(text), quantity: count, metadata, ...passives('discounts', 'tax_rates') }))),
  start_date: either(oneOf('now'), integer),
  end_date: integer,
  duration: shape({ interval: required(oneOf('day', 'week', 'month', 'year')), interval_count: integer }),
  metadata,
  proration_behavior: behavior,
  ...passives('currency', 'discounts', 'trial', 'trial_end', 'billing_cycle_anchor', 'description'),
});
const createFields = { from_subscription: required(text), metadata, ...passives('billing_mode') } as const;
const updateFields = { end_behavior: oneOf('cancel', 'release'), metadata, phases: listOf(phase), proration_behavior: behavior } as const;
const filters = { ...listFields, customer: text } as const;

const find = (world: World, id: string): SubscriptionSchedule => found(world.tables.schedules.get(id), 'subscription schedule', id);

const phaseOf = (subscription: Subscription): SchedulePhase => ({
  start_date: Math.min(...subscription.items.data.map((item) => item.current_period_start)),
  end_date: Math.min(...subscription.items.data.map((item) => item.current_period_end)),
  items: subscription.items.data.map(({ price, quantity, metadata: given }) => ({ price: price.id, quantity, metadata: given })),
  metadata: {},
  proration_behavior: 'create_prorations',
  trial_end: subscription.trial_end,
  currency: subscription.currency,
});

function create({ world, params }: Call<typeof createFields>): SubscriptionSchedule {
  const subscription = world.tables.subscriptions.get(params.from_subscription);
  if (!subscription) throw missingReference('subscription', params.from_subscription, 'from_subscription');
  if (subscription.schedule) {
    throw invalid('You cannot migrate a subscription that is already attached to a schedule.', undefined, 'from_subscription');
  }
  const current = phaseOf(subscription);
  const schedule = insert(
    world,
    'schedules',
    {
      id: world.ids.next('sub_sched'),
      object: 'subscription_schedule',
      canceled_at: null,
      completed_at: null,
      created: world.now(),
      current_phase: { start_date: current.start_date, end_date: current.end_date },
      customer: subscription.customer,
      end_behavior: 'release',
      metadata: mergeMetadata({}, params.metadata),
      phases: [current],
      released_at: null,
      released_subscription: null,
      status: 'active',
      subscription: subscription.id,
    },
    'subscription_schedule.created',
  );
  change(world, 'subscriptions', subscription, { schedule: schedule.id }, 'customer.subscription.updated');
  return schedule;
}

type PhaseParams = NonNullable<Call<typeof updateFields>['params']['phases']>[number];

function toPhases(world: World, schedule: SubscriptionSchedule, given: readonly PhaseParams[]): SchedulePhase[] {
  const phases: SchedulePhase[] = [];
  for (const [position, wish] of given.entries()) {
    const before = phases.at(-1);
    const start = typeof wish.start_date === 'number' ? wish.start_date : (before?.end_date ?? world.now());
    const { duration } = wish;
    const end = wish.end_date ?? (duration && addIntervals(start, { interval_count: 1, ...duration }, 1));
    if (end === undefined)
      throw invalid(`Missing required param: phases[${position}][end_date].`, 'parameter_missing', `phases[${position}][end_date]`);
    phases.push({
      start_date: start,
      end_date: end,
      items: wish.items.map(({ price, quantity = 1, metadata: own }) => ({ price, quantity, metadata: mergeMetadata({}, own) })),
      metadata: mergeMetadata({}, wish.metadata),
      proration_behavior: wish.proration_behavior ?? 'create_prorations',
      trial_end: null,
      currency: schedule.phases[0]?.currency ?? 'usd',
    });
  }
  return phases;
}

function update({ world, id, params }: Call<typeof updateFields>): SubscriptionSchedule {
  const before = find(world, id);
  if (before.status !== 'active') throw invalid(`You cannot update a subscription schedule that is ${before.status}.`);
  const phases = params.phases ? toPhases(world, before, params.phases) : before.phases;
  const [first] = phases;
  return change(
    world,
    'schedules',
    before,
    {
      phases,
      metadata: mergeMetadata(before.metadata, params.metadata),
      ...(params.end_behavior && { end_behavior: params.end_behavior }),
      ...(first && { current_phase: { start_date: first.start_date, end_date: first.end_date } }),
    },
    'subscription_schedule.updated',
  );
}

function release({ world, id }: { readonly world: World; readonly id: string }): SubscriptionSchedule {
  const schedule = find(world, id);
  if (schedule.status !== 'active') throw invalid(`You cannot release a subscription schedule that is ${schedule.status}.`);
  return releaseSchedule(world, schedule);
}

export function subscriptionSchedules(offer: Offer): void {
  offer('post', '/subscription_schedules', { fields: createFields, run: create });
  offer('get', '/subscription_schedules', {
    fields: filters,
    run: ({ world, params }) =>
      pageOf(
        world.tables.schedules.all().filter(({ customer }) => params.customer === undefined || customer === params.customer),
        params,
        '/v1/subscription_schedules',
      ),
  });
  offer('get', '/subscription_schedules/:id', { fields: {}, run: ({ world, id }) => find(world, id) });
  offer('post', '/subscription_schedules/:id', { fields: updateFields, run: update });
  offer('post', '/subscription_schedules/:id/release', { fields: passives('preserve_cancel_date'), run: release });
}
