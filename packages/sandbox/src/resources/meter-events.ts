/** Step subscription: `/v1/billing/meter_events` and their adjustments. */
import { type Call, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { integer, mapOf, oneOf, required, shape, text } from '../http/read.ts';
import { memory } from '../objects/memory.ts';
import type { Meter, MeterEventRow } from '../objects/meter.ts';
import { meterValuesAreWhole } from '../unconfirmed.ts';
import { insert, type World } from '../world.ts';

const createFields = {
  event_name: required(text),
  payload: required(mapOf(text)),
  identifier: text,
  timestamp: integer,
} as const;
const adjustFields = {
  event_name: required(text),
  type: required(oneOf('cancel')),
  cancel: shape({ identifier: text }),
} as const;

/** How far back and ahead a timestamp may lie, in seconds (docs.stripe.com/api/billing/meter-event/create). */
const oldest = 35 * 86_400;
const newest = 5 * 60;
/** How long an identifier stays taken, and an event can be canceled, in seconds. */
const recentSeconds = 86_400;

function activeMeter(world: World, event_name: string): Meter {
  const meter = world.tables.meters.all().find((row) => row.event_name === event_name && row.status === 'active');
  if (!meter) throw invalid(`No active meter found for event name ${event_name}.`, 'resource_missing', 'event_name');
  return meter;
}

/** The number that a use counts for; a counting meter needs none. */
function valueOf(
  { value_settings: { event_payload_key: key }, default_aggregation: { formula } }: Meter,
  payload: Readonly<Record<string, string>>,
): number {
  const given = payload[key] ?? (formula === 'count' ? '1' : undefined);
  if (given === undefined) throw invalid(`The payload needs the key ${key}.`, 'parameter_missing', `payload[${key}]`);
  const pattern = meterValuesAreWhole ? /^-?\d{1,15}$/u : /^-?\d{1,15}(?:\.\d{1,12})?$/u;
  if (!pattern.test(given)) throw invalid(`Invalid value of a meter event: ${given}`, undefined, `payload[${key}]`);
  return Number(given);
}

function customerOf(world: World, { customer_mapping: { event_payload_key: key } }: Meter, payload: Readonly<Record<string, string>>) {
  const id = payload[key];
  if (id === undefined) throw invalid(`The payload needs the key ${key}.`, 'parameter_missing', `payload[${key}]`);
  const customer = world.tables.customers.get(id);
  if (!customer) throw missingReference('customer', id, `payload[${key}]`);
  return customer;
}

const eventsOf = (world: World, meter: string): MeterEventRow[] =>
  world.tables.meterEvents.all().filter((row) => row[memory].meter === meter);

function create({ world, params: { event_name, payload, ...given } }: Call<typeof createFields>): object {
  const meter = activeMeter(world, event_name);
  const value = valueOf(meter, payload);
  const customer = customerOf(world, meter, payload);
  const now = world.tables.testClocks.get(customer.test_clock ?? '')?.frozen_time ?? world.now();
  const timestamp = given.timestamp ?? now;
  if (timestamp < now - oldest || timestamp > now + newest) {
    throw invalid('The timestamp has to be within the past 35 days and up to 5 minutes ahead.', undefined, 'timestamp');
  }
  const identifier = given.identifier ?? world.ids.next('', 32).slice(1);
  if (eventsOf(world, meter.id).some(({ [memory]: seen }) => seen.identifier === identifier && seen.created > now - recentSeconds)) {
    throw invalid(`An event already exists with identifier ${identifier}.`, 'resource_already_exists', 'identifier');
  }
  insert(world, 'meterEvents', {
    id: world.ids.next('mtrevt'),
    object: 'billing.meter_event',
    [memory]: { meter: meter.id, customer: customer.id, identifier, timestamp, created: now, value, payload },
  });
  return { object: 'billing.meter_event', created: now, event_name, identifier, livemode: false, payload, timestamp };
}

/** Takes a use back; it no longer counts from then on. */
function adjust({ world, params: { event_name, cancel } }: Call<typeof adjustFields>): object {
  const meter = activeMeter(world, event_name);
  const identifier = cancel?.identifier;
  if (identifier === undefined) throw invalid('Missing required param: cancel[identifier].', 'parameter_missing', 'cancel[identifier]');
  const event = eventsOf(world, meter.id).find((row) => row[memory].identifier === identifier);
  if (!event) throw missingReference('meter event', identifier, 'cancel[identifier]');
  if (event[memory].created <= world.now() - recentSeconds) {
    throw invalid('Meter events can be canceled within 24 hours.', undefined, 'cancel[identifier]');
  }
  world.tables.meterEvents.remove(event.id);
  return {
    object: 'billing.meter_event_adjustment',
    cancel: { identifier },
    event_name,
    livemode: false,
    status: 'pending',
    type: 'cancel',
  };
}

export function meterEvents(offer: Offer): void {
  offer('post', '/billing/meter_events', { fields: createFields, run: create });
  offer('post', '/billing/meter_event_adjustments', { fields: adjustFields, run: adjust });
}
