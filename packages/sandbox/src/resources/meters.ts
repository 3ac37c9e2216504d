/** Step subscription: `/v1/billing/meters` and their summaries. */
import { aggregate, usesOf } from '../billing/meter-usage.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import { integer, oneOf, required, shape, text } from '../http/read.ts';
import { memory } from '../objects/memory.ts';
import type { Meter } from '../objects/meter.ts';
import type { Row } from '../store/table.ts';
import { change, insert, type World } from '../world.ts';

const createFields = {
  customer_mapping: shape({ event_payload_key: required(text), type: required(oneOf('by_id')) }),
  default_aggregation: required(shape({ formula: required(oneOf('count', 'last', 'sum')) })),
  display_name: required(text),
  event_name: required(text),
  event_time_window: oneOf('day', 'hour'),
  value_settings: shape({ event_payload_key: required(text) }),
} as const;
const summaryFields = {
  ...listFields,
  customer: required(text),
  start_time: required(integer),
  end_time: required(integer),
  value_grouping_window: oneOf('day', 'hour'),
} as const;

function create({ world, params }: Call<typeof createFields>): Meter {
  const { event_name } = params;
  if (world.tables.meters.all().some((row) => row.event_name === event_name && row.status === 'active')) {
    throw invalid(`An active meter already listens to the event name ${event_name}.`, 'resource_already_exists', 'event_name');
  }
  const now = world.now();
  return insert(
    world,
    'meters',
    {
      id: world.ids.next('mtr_test'),
      object: 'billing.meter',
      created: now,
      customer_mapping: params.customer_mapping ?? { event_payload_key: 'stripe_customer_id', type: 'by_id' },
      default_aggregation: params.default_aggregation,
      display_name: params.display_name,
      event_name,
      event_time_window: params.event_time_window ?? null,
      livemode: false,
      status: 'active',
      status_transitions: { deactivated_at: null },
      updated: now,
      value_settings: params.value_settings ?? { event_payload_key: 'value' },
    },
    'billing.meter.created',
  );
}

const find = (world: World, id: string): Meter => found(world.tables.meters.get(id), 'meter', id);

function switchTo(world: World, id: string, status: Meter['status']): Meter {
  const before = find(world, id);
  if (before.status === status) throw invalid(`This meter is ${status} already.`);
  const updated = world.now();
  const after = change(world, 'meters', before, {
    status,
    status_transitions: { deactivated_at: status === 'inactive' ? updated : null },
    updated,
  });
  world.emit(status === 'inactive' ? 'billing.meter.deactivated' : 'billing.meter.reactivated', after);
  return after;
}

const windowSeconds = { hour: 3600, day: 86_400 } as const;

interface Summary extends Row {
  readonly aggregated_value: number;
}

/** One summary of the whole time, or one of each window with usage; newest first. */
function summaries({ world, id, params }: Call<typeof summaryFields>): Summary[] {
  const meter = find(world, id);
  const { customer, start_time, end_time, value_grouping_window } = params;
  if (!world.tables.customers.get(customer)) throw missingReference('customer', customer, 'customer');
  const step = value_grouping_window === undefined ? end_time - start_time : windowSeconds[value_grouping_window];
  const aligned = value_grouping_window === undefined ? 60 : step;
  if (start_time % aligned !== 0 || end_time % aligned !== 0) {
    throw invalid(
      `start_time and end_time have to be aligned with ${value_grouping_window ?? 'minute'} boundaries.`,
      undefined,
      'start_time',
    );
  }
  if (end_time <= start_time) throw invalid('end_time has to be after start_time.', undefined, 'end_time');
  const uses = usesOf(world, id, customer, { start: start_time, end: end_time });
  const starts = [...new Set(uses.map(({ [memory]: { timestamp } }) => start_time + Math.floor((timestamp - start_time) / step) * step))];
  return starts.toReversed().map((start) => ({
    id: `mtrusg_test_${id.slice(-8)}${customer.slice(-8)}${start}${step}`,
    object: 'billing.meter_event_summary',
    aggregated_value: aggregate(
      meter,
      uses.filter(({ [memory]: { timestamp } }) => timestamp >= start && timestamp < start + step),
    ),
    end_time: start + step,
    livemode: false,
    meter: id,
    start_time: start,
  }));
}

export function meters(offer: Offer): void {
  const path = '/billing/meters';
  offer('post', path, { fields: createFields, run: create });
  offer('get', path, {
    fields: { ...listFields, status: oneOf('active', 'inactive') },
    run: ({ world, params }) => {
      const rows = world.tables.meters.all().filter(({ status }) => params.status === undefined || status === params.status);
      return pageOf(rows, params, `/v1${path}`);
    },
  });
  offer('get', `${path}/:id`, { fields: {}, run: ({ world, id }) => find(world, id) });
  offer('post', `${path}/:id`, {
    fields: { display_name: text },
    run: ({ world, id, params }) => {
      const before = find(world, id);
      const patch = { display_name: params.display_name ?? before.display_name, updated: world.now() };
      return change(world, 'meters', before, patch, 'billing.meter.updated');
    },
  });
  offer('post', `${path}/:id/deactivate`, { fields: {}, run: ({ world, id }) => switchTo(world, id, 'inactive') });
  offer('post', `${path}/:id/reactivate`, { fields: {}, run: ({ world, id }) => switchTo(world, id, 'active') });
  offer('get', `${path}/:id/event_summaries`, {
    fields: summaryFields,
    run: (call) => pageOf(summaries(call), call.params, `/v1${path}/${call.id}/event_summaries`),
  });
}
