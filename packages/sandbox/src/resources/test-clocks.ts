/** Step subscription: `/v1/test_helpers/test_clocks`. */
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import { integer, required, text } from '../http/read.ts';
import type { Row } from '../store/table.ts';
import type { TestClock } from '../objects/test-clock.ts';
import { addIntervals } from '../time/period.ts';
import { longestAdvanceIntervals } from '../unconfirmed.ts';
import { change, insert, type World } from '../world.ts';

const createFields = { frozen_time: required(integer), name: text, customer: text } as const;
const advanceFields = { frozen_time: required(integer) } as const;

/** Stripe throws a test clock away after 30 days. */
const lifeSeconds = 30 * 86_400;

export interface TestClockHands {
  /** Turns a clock once the answer has gone out, as Stripe advances in the background. */
  readonly turn: (id: string, unixSeconds: number) => Promise<void>;
  readonly forget: (id: string) => void;
}

/** A customer who was there before, with nothing that has begun by another clock. */
function takeAlong(world: World, { id }: TestClock, customer: string): void {
  const known = world.tables.customers.get(customer);
  if (!known) throw missingReference('customer', customer, 'customer');
  if (known.test_clock !== null || world.tables.subscriptions.of(customer).length > 0) {
    throw invalid('Only a customer without subscriptions and without a test clock can be attached.', undefined, 'customer');
  }
  change(world, 'customers', known, { test_clock: id });
}

function create({ world, params }: Call<typeof createFields>): TestClock {
  const clock = insert(
    world,
    'testClocks',
    {
      id: world.ids.next('clock'),
      object: 'test_helpers.test_clock',
      created: world.now(),
      deletes_after: world.now() + lifeSeconds,
      frozen_time: params.frozen_time,
      livemode: false,
      name: params.name ?? null,
      status: 'ready',
      status_details: {},
    },
    'test_helpers.test_clock.created',
  );
  if (params.customer !== undefined) takeAlong(world, clock, params.customer);
  return clock;
}

const customersOf = (world: World, clock: string) => world.tables.customers.all().filter(({ test_clock }) => test_clock === clock);

/** The latest time that one advance may reach: a number of the shortest subscription's intervals, or of years without one. */
function latest(world: World, { id, frozen_time }: TestClock): number {
  const subscriptions = customersOf(world, id).flatMap((customer) => world.tables.subscriptions.of(customer.id));
  const cadences = subscriptions.flatMap(({ items }) => items.data.flatMap(({ price }) => price.recurring ?? []));
  const ends = cadences.map((cadence) => addIntervals(frozen_time, cadence, longestAdvanceIntervals));
  return Math.min(...ends, addIntervals(frozen_time, { interval: 'year', interval_count: 1 }, longestAdvanceIntervals));
}

function advance({ world, id, params }: Call<typeof advanceFields>, { turn }: TestClockHands): TestClock {
  const clock = found(world.tables.testClocks.get(id), 'test clock', id);
  const to = params.frozen_time;
  if (clock.status !== 'ready') throw invalid('This test clock is being advanced already.');
  if (to <= clock.frozen_time) throw invalid('A test clock can only be advanced to a later time.', undefined, 'frozen_time');
  if (to > latest(world, clock)) {
    throw invalid(
      `A test clock can be advanced by up to ${longestAdvanceIntervals} intervals of its shortest subscription at once.`,
      undefined,
      'frozen_time',
    );
  }
  const status_details = { advancing: { target_frozen_time: to } };
  const moving = change(world, 'testClocks', clock, { status: 'advancing', status_details });
  world.emit('test_helpers.test_clock.advancing', moving);
  void Promise.resolve().then(() => turn(id, to));
  return moving;
}

/** Everything that belongs to the clock's customers goes with it. */
function remove({ world, id }: Call<Record<never, never>>, { forget }: TestClockHands): object {
  const clock = found(world.tables.testClocks.get(id), 'test clock', id);
  const owners = new Set(customersOf(world, id).map((customer) => customer.id));
  for (const table of Object.values(world.tables)) {
    const rows: readonly (Row & { readonly customer?: unknown })[] = table.all();
    for (const row of rows) if (owners.has(String(row.customer)) || (row.object === 'customer' && owners.has(row.id))) table.remove(row.id);
  }
  world.tables.testClocks.remove(id);
  forget(id);
  const deleted = { id, object: 'test_helpers.test_clock', deleted: true };
  world.emit('test_helpers.test_clock.deleted', clock);
  return deleted;
}

export function testClocks(offer: Offer, hands: TestClockHands): void {
  const path = '/test_helpers/test_clocks';
  offer('post', path, { fields: createFields, run: create });
  offer('get', path, { fields: listFields, run: ({ world, params }) => pageOf(world.tables.testClocks.all(), params, `/v1${path}`) });
  offer('get', `${path}/:id`, { fields: {}, run: ({ world, id }) => found(world.tables.testClocks.get(id), 'test clock', id) });
  offer('post', `${path}/:id/advance`, { fields: advanceFields, run: (call) => advance(call, hands) });
  offer('delete', `${path}/:id`, { fields: {}, run: (call) => remove(call, hands) });
}
