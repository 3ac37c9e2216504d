/**
 * The sandbox's world: tables, time, ids and the events of the request at hand.
 *
 * Promise: everything a request does happens at one moment, and either all of it or nothing.
 */
import type { StripeEvent } from './objects/event.ts';
import { apiVersion } from './objects/event.ts';
import { createIds, type Ids } from './store/ids.ts';
import { Journal } from './store/journal.ts';
import { createTables, type RowOf, type TableName, type Tables, type Watch } from './store/tables.ts';
import { render } from './http/render.ts';

/** The account settings of the sandbox that change what happens. */
export interface Settings {
  readonly publicUrl: () => string;
  readonly retryScheduleDays: readonly number[];
  readonly afterRetries: 'cancel' | 'unpaid' | 'past_due';
}

/** The API call that causes events; null ids for what time does. */
export interface Cause {
  readonly id: string | null;
  readonly idempotency_key: string | null;
}

export interface World {
  readonly tables: Tables;
  readonly ids: Ids;
  readonly settings: Settings;
  /** Unix seconds. */
  now(): number;
  /** Runs `work` as one request; when it throws, nothing of it remains. Returns its events to `publish`. `at` is the time of a test clock. */
  request<T>(cause: Cause, work: () => T, at?: number): T;
  /** Runs `work` inside a request: when it throws, only what it did itself is taken back. */
  attempt<T>(work: () => T): T;
  /** Runs `work` and takes it back. `at` lets it happen at another time, in unix seconds. */
  rehearse<T>(work: () => T, at?: number): T;
  /** Whether anybody is told of what happens now; nobody is of what is taken back. */
  readonly isTold: boolean;
  emit(type: string, object: object, previous?: Readonly<Record<string, unknown>>): void;
  /** Puts the events of this request into `order`; types that are not in it come last. */
  orderEvents(order: readonly string[]): void;
}

export interface WorldOptions {
  readonly seed: string;
  readonly settings: Settings;
  readonly now: () => number;
  readonly watch: Watch;
  readonly publish: (event: StripeEvent) => void;
  /** What follows from a request's events; it may cause further ones. */
  readonly settle?: (world: World, events: readonly StripeEvent[]) => void;
}

const time: Cause = { id: null, idempotency_key: null };

export function createWorld({ seed, settings, now, watch, publish, settle }: WorldOptions): World {
  const journal = new Journal();
  const ids = createIds(seed);
  const tables = createTables(journal, watch);
  let cause = time;
  let moment: number | null = null;
  const happened: StripeEvent[] = [];
  const forget = (length: number): void => void happened.splice(length);
  const world: World = {
    tables,
    ids,
    settings,
    now: () => moment ?? now(),
    request(by, work, at) {
      cause = by;
      moment = at ?? null;
      try {
        return journal.transact(work);
      } finally {
        journal.transact(() => settle?.(world, [...happened]));
        cause = time;
        moment = null;
        for (const event of happened.splice(0)) publish(event);
      }
    },
    attempt: (work) => journal.transact(work),
    rehearse(work, at) {
      const before = moment;
      moment = at ?? moment;
      try {
        return journal.rehearse(work);
      } finally {
        moment = before;
      }
    },
    get isTold() {
      return !journal.rehearsing;
    },
    emit(type, object, previous) {
      if (journal.rehearsing) return;
      const { length } = happened;
      journal.note(() => forget(length));
      happened.push(eventOf(world, cause, type, object, previous));
    },
    orderEvents(order) {
      const place = (type: string): number => (order.includes(type) ? order.indexOf(type) : order.length);
      happened.sort((a, b) => place(a.type) - place(b.type));
    },
  };
  return world;
}

/** What is told of an object as it is now. */
function eventOf(world: World, cause: Cause, type: string, object: object, previous?: Readonly<Record<string, unknown>>): StripeEvent {
  return {
    id: world.ids.next('evt'),
    object: 'event',
    api_version: apiVersion,
    created: world.now(),
    data: { object: render(world.tables, object), ...(previous && { previous_attributes: previous }) },
    livemode: false,
    pending_webhooks: 0,
    request: cause,
    type,
  };
}

/** Adds a row and tells of it. */
export function insert<N extends TableName>(world: World, table: N, row: RowOf<N>, eventType?: string): RowOf<N> {
  put(world, table, row);
  if (eventType) world.emit(eventType, row);
  return row;
}

function put<N extends TableName>(world: World, table: N, row: RowOf<N>): void {
  const rows: { put(row: RowOf<N>): void } = world.tables[table] as unknown as { put(row: RowOf<N>): void };
  rows.put(row);
}

const sameJson = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Attributes that differ, as they were before; nested maps are compared whole, as in Stripe's `previous_attributes`. */
function previousAttributes(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names].filter((name) => !sameJson(before[name], after[name])).map((name) => [name, before[name] ?? null] as const),
  );
}

/** Replaces attributes of a row and tells of it when something visible changed. */
export function change<N extends TableName>(world: World, table: N, row: RowOf<N>, patch: Partial<RowOf<N>>, eventType?: string): RowOf<N> {
  const next: RowOf<N> = { ...row, ...patch };
  put(world, table, next);
  if (eventType && world.isTold) {
    const previous = previousAttributes(render(world.tables, row), render(world.tables, next));
    if (Object.keys(previous).length > 0) world.emit(eventType, next, previous);
  }
  return next;
}
