/**
 * Module postgres: the tables in PostgreSQL, for owners who run more than one server process.
 *
 * Promise: the same tables, steps and sentences as with SQLite; any number of processes share the work, and none does it twice.
 */
import { PostgresDialect } from 'kysely';
import type { ReadModule } from '../../module.ts';
import type { Database } from '../../store/database.ts';

/** Connections of one process; the acknowledging path needs one, the worker a few. */
const maxConnections = 10;
/** Milliseconds until no connection is free, and until a statement that hangs gives its connection back. */
const usual = { connect: 5000, statement: 15_000 };
const int8 = 20;

/** Opens the database at a `postgres://` address; the driver is loaded only now. */
export async function openPostgres(url: string, patience = usual): Promise<Database> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: patience.connect,
    statement_timeout: patience.statement,
    // moments and counts are far below 2^53
    types: { getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format)) },
  });
  // a connection that breaks while nobody uses it is replaced at the next need
  pool.on('error', () => undefined);
  // one that breaks in use fails its statement; without a listener it would end the process as well
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    name: 'postgres',
    dialect: new PostgresDialect({ pool }),
    shared: true,
    eventsOfJson:
      '(select value->>0 event_id, value->>1 type, value->>2 subject_kind, value->>3 subject_id, (value->>4)::bigint received_at from json_array_elements($1::json)) events',
    lock: (name) => ({ sql: 'select pg_advisory_xact_lock(hashtextextended($1, 0))', parameters: [name] }),
    skipLocked: true,
    release: () => undefined,
  };
}

export const readModule: ReadModule = (environment, faults) => {
  const url = environment.DATABASE_URL?.trim() ?? '';
  if (!/^postgres(?:ql)?:\/\/\S+$/u.test(url))
    faults.push('DATABASE_URL must be an address such as postgres://user:password@host:5432/till.');
  if (environment.TILL_DATABASE?.trim()) faults.push('Set DATABASE_URL or TILL_DATABASE, not both.');
  return {
    name: 'postgres',
    introduction: `PostgreSQL at ${URL.parse(url)?.hostname ?? 'an unknown host'}`,
    openDatabase: () => openPostgres(url),
  };
};
