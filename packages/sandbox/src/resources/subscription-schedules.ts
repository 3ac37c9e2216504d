/** Step panel: `/v1/subscription_schedules`. */
import { applyAttributes, releaseSchedule, startSchedule } from '../billing/schedule-phases.ts';
import { cancelNow } from '../billing/subscription-end.ts';
import { taxRatesOf } from '../billing/taxes.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import {
  clearable,
  count,
  either,
  flag,
  integer,
  listOf,
  mergeMetadata,
  metadata,
  oneOf,
  passives,
  required,
  shape,
  text,
} from '../http/read.ts';
import type { Price } from '../objects/catalog.ts';
import {
  type PhaseDiscount,
  type SchedulePhase,
  scheduleConstants,
  schedulePhaseConstants,
  schedulePhaseItemConstants,
  type Subscription,
  type SubscriptionSchedule,
} from '../objects/subscription.ts';
import { addIntervals } from '../time/period.ts';
import { openPhaseIntervals } from '../unconfirmed.ts';
import { change, insert, type World } from '../world.ts';
import { discountsField, priceOf, prorationBehavior, refuseCounted, taxRatesField } from './subscription-parameters.ts';

const moment = either(oneOf('now'), integer);
const phase = shape({
  items: required(
    listOf(
      shape({
        price: required(text),
        quantity: count,
        metadata,
        discounts: discountsField,
        tax_rates: taxRatesField,
        ...passives('billing_thresholds'),
      }),
    ),
  ),
  start_date: moment,
  end_date: moment,
  duration: shape({ interval: required(oneOf('day', 'week', 'month', 'year')), interval_count: integer }),
  metadata,
  discounts: discountsField,
  default_payment_method: text,
  default_tax_rates: taxRatesField,
  description: clearable(text),
  proration_behavior: prorationBehavior,
  trial: flag,
  trial_end: moment,
  billing_cycle_anchor: oneOf('automatic', 'phase_start'),
  ...passives('automatic_tax', 'collection_method', 'currency', 'invoice_settings'),
});
const createFields = {
  customer: text,
  end_behavior: oneOf('cancel', 'release'),
  from_subscription: text,
  metadata,
  phases: listOf(phase),
  start_date: moment,
  ...passives('billing_mode', 'default_settings'),
} as const;
const updateFields = {
  end_behavior: oneOf('cancel', 'release'),
  metadata,
  phases: listOf(phase),
  proration_behavior: prorationBehavior,
  ...passives('default_settings'),
} as const;
const filters = {
  ...listFields,
  customer: text,
  scheduled: flag,
  ...passives('canceled_at', 'completed_at', 'created', 'released_at'),
} as const;

type Given = NonNullable<Call<typeof updateFields>['params']['phases']>[number];

const find = (world: World, id: string): SubscriptionSchedule => found(world.tables.schedules.get(id), 'subscription schedule', id);

type GivenDiscounts =
  | readonly { readonly coupon?: string; readonly discount?: string; readonly promotion_code?: string }[]
  | null
  | undefined;

const toDiscounts = (given: GivenDiscounts): PhaseDiscount[] =>
  (given ?? []).map(({ coupon = null, discount = null, promotion_code = null }) => ({ coupon, discount, promotion_code }));

const kept = (ids: readonly string[]): PhaseDiscount[] => ids.map((discount) => ({ coupon: null, discount, promotion_code: null }));

/** The phase a running subscription is in. */
const phaseOf = ({ items, trial_end, currency, discounts, ...own }: Subscription): SchedulePhase => ({
  ...schedulePhaseConstants,
  start_date: Math.min(...items.data.map((item) => item.current_period_start)),
  end_date: Math.min(...items.data.map((item) => item.current_period_end)),
  items: items.data.map(({ price: { id: price }, quantity, metadata: given, discounts: ids, tax_rates }) => ({
    ...schedulePhaseItemConstants,
    metadata: given,
    plan: price,
    price,
    quantity,
    discounts: kept(ids),
    tax_rates,
  })),
  metadata: {},
  discounts: kept(discounts),
  default_tax_rates: own.default_tax_rates,
  default_payment_method: own.default_payment_method,
  description: own.description,
  billing_cycle_anchor: null,
  proration_behavior: 'create_prorations',
  trial_end,
  currency,
});

/** What a last phase lasts that names no end: some intervals of its first recurring price. */
function openEnd(prices: readonly Price[], start: number): number | undefined {
  const cadence = prices.find(({ recurring }) => recurring)?.recurring;
  return cadence ? addIntervals(start, cadence, openPhaseIntervals) : undefined;
}

function endOf({ end_date, duration }: Given, start: number, now: number, param: string): number | undefined {
  if (end_date !== undefined && duration) {
    throw invalid('You may only specify one of these parameters: duration, end_date.', 'parameters_exclusive', `${param}[end_date]`);
  }
  if (duration) return addIntervals(start, { interval_count: 1, ...duration }, 1);
  return end_date === 'now' ? now : end_date;
}

/** Phases one after another; the first begins at `begins`. */
function toPhases(world: World, given: readonly Given[], begins: number, currency: string | undefined): SchedulePhase[] {
  const phases: SchedulePhase[] = [];
  for (const [position, wish] of given.entries()) {
    const param = `phases[${position}]`;
    const start = typeof wish.start_date === 'number' ? wish.start_date : (phases.at(-1)?.end_date ?? begins);
    const prices = wish.items.map(({ price }, item) => priceOf(world, price, `${param}[items][${item}][price]`));
    for (const [item, { quantity }] of wish.items.entries()) refuseCounted(prices[item]!, quantity, `${param}[items][${item}]`);
    const end = endOf(wish, start, world.now(), param) ?? (position === given.length - 1 ? openEnd(prices, start) : undefined);
    if (end === undefined) throw invalid(`Missing required param: ${param}[end_date].`, 'parameter_missing', `${param}[end_date]`);
    if (end <= start) throw invalid('The end of a phase must come after its start.', undefined, `${param}[end_date]`);
    const trialEnd = wish.trial ? end : wish.trial_end;
    phases.push({
      ...schedulePhaseConstants,
      start_date: start,
      end_date: end,
      items: wish.items.map(({ price, quantity = 1, metadata: own, discounts, tax_rates }, item) => ({
        ...schedulePhaseItemConstants,
        metadata: mergeMetadata({}, own),
        plan: price,
        price,
        quantity,
        discounts: toDiscounts(discounts),
        tax_rates: taxRatesOf(world, tax_rates ?? [], `${param}[items][${item}][tax_rates]`),
      })),
      metadata: mergeMetadata({}, wish.metadata),
      discounts: toDiscounts(wish.discounts),
      default_tax_rates: taxRatesOf(world, wish.default_tax_rates ?? [], `${param}[default_tax_rates]`),
      default_payment_method: wish.default_payment_method ?? null,
      description: wish.description ?? null,
      billing_cycle_anchor: wish.billing_cycle_anchor ?? null,
      proration_behavior: wish.proration_behavior ?? 'create_prorations',
      trial_end: typeof trialEnd === 'number' ? trialEnd : null,
      currency: currency ?? prices[0]?.currency ?? 'usd',
    });
  }
  return phases;
}

type Beginning = Pick<SubscriptionSchedule, 'customer' | 'phases' | 'status' | 'subscription' | 'current_phase'>;

function addSchedule(world: World, params: Call<typeof createFields>['params'], beginning: Beginning): SubscriptionSchedule {
  return insert(
    world,
    'schedules',
    {
      ...scheduleConstants,
      ...beginning,
      id: world.ids.next('sub_sched'),
      object: 'subscription_schedule',
      canceled_at: null,
      completed_at: null,
      created: world.now(),
      end_behavior: params.end_behavior ?? 'release',
      metadata: mergeMetadata({}, params.metadata),
      released_at: null,
      released_subscription: null,
    },
    'subscription_schedule.created',
  );
}

function createFrom(world: World, subscription: Subscription, params: Call<typeof createFields>['params']): SubscriptionSchedule {
  if (subscription.schedule) {
    throw invalid('You cannot migrate a subscription that is already attached to a schedule.', undefined, 'from_subscription');
  }
  if (params.phases) throw invalid('You cannot set `phases` if `from_subscription` is set.', 'parameters_exclusive', 'phases');
  const current = phaseOf(subscription);
  const schedule = addSchedule(world, params, {
    customer: subscription.customer,
    phases: [current],
    status: 'active',
    subscription: subscription.id,
    current_phase: { start_date: current.start_date, end_date: current.end_date },
  });
  change(world, 'subscriptions', subscription, { schedule: schedule.id }, 'customer.subscription.updated');
  return schedule;
}

function create({ world, params }: Call<typeof createFields>): SubscriptionSchedule {
  if (params.from_subscription !== undefined) {
    const subscription = world.tables.subscriptions.get(params.from_subscription);
    if (!subscription) throw missingReference('subscription', params.from_subscription, 'from_subscription');
    return createFrom(world, subscription, params);
  }
  const { customer = '', start_date = 'now' } = params;
  if (!world.tables.customers.get(customer)) throw missingReference('customer', customer, 'customer');
  const phases = toPhases(world, params.phases ?? [], start_date === 'now' ? world.now() : start_date, undefined);
  const [first] = phases;
  if (!first) throw invalid('Missing required param: phases.', 'parameter_missing', 'phases');
  const schedule = addSchedule(world, params, { customer, phases, status: 'not_started', subscription: null, current_phase: null });
  return first.start_date <= world.now() ? startSchedule(world, schedule, first) : schedule;
}

const isRunning = ({ status }: SubscriptionSchedule): boolean => status === 'active' || status === 'not_started';

function demandRunning(schedule: SubscriptionSchedule, wish: string): void {
  if (!isRunning(schedule))
    throw invalid(`You cannot ${wish} a subscription schedule that is currently in the \`${schedule.status}\` status.`);
}

function update({ world, id, params }: Call<typeof updateFields>): SubscriptionSchedule {
  const before = find(world, id);
  demandRunning(before, 'update');
  const [old] = before.phases;
  const phases = params.phases ? toPhases(world, params.phases, old?.start_date ?? world.now(), old?.currency) : before.phases;
  const now = phases.find(({ start_date, end_date }) => start_date <= world.now() && world.now() < end_date) ?? phases[0];
  const patch = {
    phases,
    metadata: mergeMetadata(before.metadata, params.metadata),
    ...(params.end_behavior && { end_behavior: params.end_behavior }),
    ...(now && before.status === 'active' && { current_phase: { start_date: now.start_date, end_date: now.end_date } }),
  };
  const subscription = world.tables.subscriptions.get(before.subscription ?? '');
  // the current phase is replaced too: what it leaves out is unset at once
  if (params.phases && now && subscription) applyAttributes(world, subscription, now);
  return change(world, 'schedules', before, patch, 'subscription_schedule.updated');
}

function release({ world, id }: { readonly world: World; readonly id: string }): SubscriptionSchedule {
  const schedule = find(world, id);
  demandRunning(schedule, 'release');
  return releaseSchedule(world, schedule);
}

const cancelFields = { invoice_now: flag, prorate: flag } as const;

/** Ends its subscription too, which unlike an end of that alone is invoiced and prorated unless somebody says otherwise. */
function cancel({ world, id, params }: Call<typeof cancelFields>): SubscriptionSchedule {
  const schedule = find(world, id);
  demandRunning(schedule, 'cancel');
  const subscription = world.tables.subscriptions.get(schedule.subscription ?? '');
  const { invoice_now = true, prorate = true } = params;
  // which cancels its schedule
  if (subscription) cancelNow(world, subscription, { invoice_now, prorate, cancellation_details: subscription.cancellation_details });
  else world.emit('subscription_schedule.canceled', change(world, 'schedules', schedule, { status: 'canceled', canceled_at: world.now() }));
  return find(world, id);
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = world.tables.schedules.all().filter(({ customer }) => params.customer === undefined || customer === params.customer);
  return pageOf(rows, params, '/v1/subscription_schedules');
}

export function subscriptionSchedules(offer: Offer): void {
  offer('post', '/subscription_schedules', { fields: createFields, run: create });
  offer('get', '/subscription_schedules', { fields: filters, run: list });
  offer('get', '/subscription_schedules/:id', { fields: {}, run: ({ world, id }) => find(world, id) });
  offer('post', '/subscription_schedules/:id', { fields: updateFields, run: update });
  offer('post', '/subscription_schedules/:id/release', { fields: passives('preserve_cancel_date'), run: release });
  offer('post', '/subscription_schedules/:id/cancel', { fields: cancelFields, run: cancel });
}
