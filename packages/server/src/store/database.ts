import type { Dialect } from 'kysely';

/**
 * A database to keep the tables in, with the few sentences that SQLite and PostgreSQL say differently.
 *
 * Promise of both: what is committed survives a power cut.
 */
export interface Database {
  readonly name: 'sqlite' | 'postgres';
  readonly dialect: Dialect;
  /** Whether other processes may work on the same tables. */
  readonly shared: boolean;
  /** A row source `events` (event_id, type, subject_kind, subject_id, received_at) of one parameter: a JSON array of such arrays. */
  readonly eventsOfJson: string;
  /** Makes every other transaction that locks the same name wait until this one ends; absent where there is never another. */
  readonly lock?: (name: string) => { readonly sql: string; readonly parameters: readonly unknown[] };
  /** Passes over rows that another process is taking, at the end of a SELECT. */
  readonly skipLocked: boolean;
  /** Gives the database free, after its connections were closed. */
  release(): void;
}
