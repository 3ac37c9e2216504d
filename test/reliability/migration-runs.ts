/** Starts processes that migrate one database, all at once or killed on the way, and tells what is left. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openStore } from '@tillkit/server';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { slowSteps } from './slow-steps.ts';

const entry = fileURLToPath(new URL('migration-process.ts', import.meta.url));

function start(place: string): { readonly child: ChildProcess; readonly lines: AsyncIterator<string> } {
  const child = spawn(process.execPath, ['--conditions=source', entry, place], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

/** Migrates in this process. */
export async function migrateHere(place: string): Promise<void> {
  const store = await openStore(place.startsWith('postgres') ? await openPostgres(place) : place, [slowSteps]);
  await store.close();
}

/** What each of several processes says that begin at the same moment. */
export async function migrateAtOnce(place: string, count: number): Promise<string[]> {
  const processes = Array.from({ length: count }, () => start(place));
  return Promise.all(
    processes.map(async ({ child, lines }) => {
      const gone = once(child, 'exit');
      await lines.next();
      const { value } = await lines.next();
      await gone;
      return String(value);
    }),
  );
}

/** Kills a process so many milliseconds after it began to migrate; whether it was still at it. */
export async function killMigration(place: string, milliseconds: number): Promise<boolean> {
  const { child, lines } = start(place);
  const gone = once(child, 'exit');
  await lines.next();
  await wait(milliseconds);
  child.kill('SIGKILL');
  await gone;
  return (await lines.next()).done === true;
}

/** Every table, column and index, as the database itself tells them, without what the migrations note of themselves. */
export async function schemaOf(place: string): Promise<string[]> {
  const all = place.startsWith('postgres') ? await postgresSchema(place) : sqliteSchema(place);
  return all.filter((line) => !line.includes('_migration')).toSorted();
}

/** Names of the steps that the database believes to be taken. */
export async function stepsOf(place: string): Promise<string[]> {
  const names = ['kysely_migration', 'slow_migration'];
  const taken: string[] = [];
  for (const table of names) {
    const statement = `select name from ${table}`;
    const rows = await (
      place.startsWith('postgres') ? postgresRows(place, statement) : Promise.resolve(sqliteRows(place, statement))
    ).catch(() => []);
    taken.push(...rows.map(({ name }) => `${table}: ${String(name)}`));
  }
  return taken.toSorted();
}

type Row = Readonly<Record<string, unknown>>;

function sqliteRows(place: string, statement: string): Row[] {
  const database = new DatabaseSync(place);
  try {
    return database.prepare(statement).all();
  } catch {
    return [];
  } finally {
    database.close();
  }
}

async function postgresRows(place: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: place });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

function sqliteSchema(place: string): string[] {
  return sqliteRows(place, 'select type, name, sql from sqlite_master').map((row) => JSON.stringify(row));
}

async function postgresSchema(place: string): Promise<string[]> {
  const columns = await postgresRows(
    place,
    "select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns where table_schema = 'public'",
  );
  const indexes = await postgresRows(place, "select indexname, indexdef from pg_indexes where schemaname = 'public'");
  return [...columns, ...indexes].map((row) => JSON.stringify(row));
}
