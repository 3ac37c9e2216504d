/** Which test clock an object lives by. */
import { findById, type Tables } from './tables.ts';

interface Owned {
  readonly id: string;
  readonly object: string;
  readonly customer?: unknown;
  readonly charge?: unknown;
}

/** Subscription items stand inside their subscription. */
const rowOf = (tables: Tables, id: string): Owned | undefined =>
  id.startsWith('si_') ? tables.subscriptions.all().find(({ items }) => items.data.some((item) => item.id === id)) : findById(tables, id);

/** The test clock that the object with this id lives by, or null. */
export function testClockOf(tables: Tables, id: string): string | null {
  const row = rowOf(tables, id);
  if (!row) return null;
  if (row.object === 'test_helpers.test_clock') return row.id;
  const charged = typeof row.charge === 'string' ? tables.charges.get(row.charge)?.customer : undefined; // a dispute names no customer
  const customer = row.object === 'customer' ? row.id : (row.customer ?? charged);
  return typeof customer === 'string' ? (tables.customers.get(customer)?.test_clock ?? null) : null;
}

/** The time of the test clock that one of these ids lives by, in unix seconds; none without such a clock. */
export function testClockTime(tables: Tables, ids: readonly string[]): number | undefined {
  const clock = ids.map((id) => testClockOf(tables, id)).find((found) => found !== null);
  return clock === undefined || clock === null ? undefined : tables.testClocks.get(clock)?.frozen_time;
}
