/**
 * A SQLite database in memory that has the server's tables already: their many steps take longer than what most tests do.
 *
 * Promise: the tables are those that the steps make, read from a database in which they were taken; the steps themselves have
 * their own tests.
 */
import { CompiledQuery, Kysely } from 'kysely';
import type { Database } from '@tillkit/server/store/database';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { openStore } from '@tillkit/server/store/store';

/** Sentences that make the tables, and note the steps as taken. */
async function readSchema(): Promise<readonly CompiledQuery[]> {
  const database = openSqlite(':memory:');
  const store = await openStore(database);
  const db = new Kysely<Record<string, Record<string, unknown>>>({ dialect: database.dialect });
  const made = await db.executeQuery<{ sql: string }>(
    CompiledQuery.raw("select sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by rowid"),
  );
  const taken = [];
  for (const { name } of await db.introspection.getTables({ withInternalKyselyTables: true })) {
    const rows = await db.selectFrom(name).selectAll().execute();
    if (rows.length > 0) taken.push(db.insertInto(name).values(rows).compile());
  }
  await store.close();
  return [...made.rows.map(({ sql }) => CompiledQuery.raw(sql)), ...taken];
}

let schema: Promise<readonly CompiledQuery[]> | undefined;

export async function openMigratedSqlite(): Promise<Database> {
  const sentences = await (schema ??= readSchema());
  const database = openSqlite(':memory:');
  const db = new Kysely({ dialect: database.dialect });
  await db.connection().execute(async (connection) => {
    for (const sentence of sentences) await connection.executeQuery(sentence);
  });
  return database;
}
