/** Both databases, for tests that must hold on each: `describe.each(databases)('… on %s', (_, openDatabase) => …)`. */
import { inject } from 'vitest';
import pg from 'pg';
import type { Database } from '@tillkit/server/store/database';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { openStore } from '@tillkit/server/store/store';
import { openMigratedSqlite } from './migrated-sqlite.ts';

/** A new database without rows. */
export type OpenDatabase = () => Promise<Database>;

const server = inject('postgres');
let made = 0;

const newName = (): string => `till_${process.pid}_${Date.now()}_${(made += 1)}`;

/** Work on the server itself, beside its databases. */
async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  if (server === null) throw new Error('There is no PostgreSQL server on this machine.');
  const client = new pg.Client({ connectionString: `${server}/postgres` });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Address of a new PostgreSQL database without tables. */
export async function newPostgresDatabase(): Promise<string> {
  const name = newName();
  await onServer((client) => client.query(`create database ${name}`));
  return `${server}/${name}`;
}

/** Name of the database that has the server's tables and no rows; the first file of a run that needs it makes it. */
const migrated = 'till_migrated';

async function makeMigrated(client: pg.Client): Promise<void> {
  await client.query('select pg_advisory_lock(1)'); // until this connection ends
  const { rowCount } = await client.query('select from pg_database where datname = $1', [migrated]);
  if (rowCount !== 0) return;
  const making = newName();
  await client.query(`create database ${making}`);
  await (await openStore(await openPostgres(`${server}/${making}`))).close();
  await client.query(`alter database ${making} rename to ${migrated}`);
}

let ready: Promise<void> | undefined;

/** Name of a new PostgreSQL database that has the tables already, because their many steps take longer than most tests. */
async function newMigratedDatabase(): Promise<string> {
  await (ready ??= onServer(makeMigrated));
  const name = newName();
  // copied by file: with its log it takes twice as long
  await onServer((client) => client.query(`create database ${name} template ${migrated} strategy file_copy`));
  return name;
}

/** Opens such a database, which ends with its store: a thousand of them would take longer to delete than to make. */
async function openMigrated(): Promise<Database> {
  const name = await newMigratedDatabase();
  const drop = (client: pg.Client): Promise<unknown> => client.query(`drop database if exists ${name} with (force)`);
  return {
    ...(await openPostgres(`${server}/${name}`, patient)),
    // what is left of it when this process ends first goes with the server
    release: () => void onServer(drop).catch(() => undefined),
  };
}

/** Milliseconds: a busy machine is not a fault. */
export const patient = { connect: 100_000, statement: 100_000 };

/** Whether PostgreSQL is there; its set-up has said so loudly if it is not. */
export const hasPostgres = server !== null;

export const databases: readonly (readonly [name: string, open: OpenDatabase])[] = [
  ['SQLite', openMigratedSqlite],
  ...(hasPostgres ? [['PostgreSQL', openMigrated] as const] : []),
];

/** Of cases in which something else than the database differs: all of them on SQLite, which is quick, and one in four elsewhere. */
export const casesOn = <Case>(database: string, cases: readonly Case[]): readonly Case[] =>
  cases.filter((_, at) => database === 'SQLite' || at % 4 === 0);
