/** Which test clock an object lives by. */
import { findById, type Tables } from './tables.ts';

/** The test clock that the object with this id lives by, or null. */
export function testClockOf(tables: Tables, id: string): string | null {
  const row: { readonly id: string; readonly object: string; readonly customer?: unknown } | undefined = findById(tables, id);
  if (!row) return null;
  if (row.object === 'test_helpers.test_clock') return row.id;
  const customer = row.object === 'customer' ? row.id : row.customer;
  return typeof customer === 'string' ? (tables.customers.get(customer)?.test_clock ?? null) : null;
}
