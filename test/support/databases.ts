/** Both databases, for tests that must hold on each: `describe.each(databases)('… on %s', (_, openDatabase) => …)`. */
import { inject } from 'vitest';
import pg from 'pg';
import type { Database } from '@tillkit/server/store/database';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { openSqlite } from '@tillkit/server/store/node-sqlite';

/** A new, empty database. */
export type OpenDatabase = () => Promise<Database>;

const server = inject('postgres');
let made = 0;

/** Address of a new, empty PostgreSQL database. */
export async function newPostgresDatabase(): Promise<string> {
  if (server === null) throw new Error('There is no PostgreSQL server on this machine.');
  const client = new pg.Client({ connectionString: `${server}/postgres` });
  await client.connect();
  made += 1;
  const name = `till_${process.pid}_${Date.now()}_${made}`;
  await client.query(`create database ${name}`);
  await client.end();
  return `${server}/${name}`;
}

/** Whether PostgreSQL is there; its set-up has said so loudly if it is not. */
export const hasPostgres = server !== null;

export const databases: readonly (readonly [name: string, open: OpenDatabase])[] = [
  ['SQLite', async () => openSqlite(':memory:')],
  ...(hasPostgres ? [['PostgreSQL', async () => openPostgres(await newPostgresDatabase())] as const] : []),
];
