/** What a database really has, whatever our types say of it; the same for SQLite and PostgreSQL. */
import { sql } from 'kysely';
import type { Store } from '@tillkit/server';

type Any = Record<string, Record<string, unknown>>;

/** Names of all tables but those that note the steps of the schema, as SQL has them. */
export async function tableNames(store: Store): Promise<string[]> {
  const names =
    store.kind === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name`
      : sql<{ name: string }>`select table_name as name from information_schema.tables where table_schema = 'public' order by 1`;
  const { rows } = await names.execute(store.own<Any>());
  return rows.map(({ name }) => name).filter((name) => !/_migration(?:_lock)?$/u.test(name));
}

/** Every column as `table.column`, spelled as in our schema. */
export async function columnNames(store: Store): Promise<string[]> {
  const found: string[] = [];
  for (const table of await tableNames(store)) {
    const columns =
      store.kind === 'sqlite'
        ? sql<{ name: string }>`select name from pragma_table_info(${table})`
        : sql<{
            name: string;
          }>`select column_name as name from information_schema.columns where table_schema = 'public' and table_name = ${table}`;
    const { rows } = await columns.execute(store.own<Any>());
    found.push(...rows.map(({ name }) => `${camelCase(table)}.${camelCase(name)}`));
  }
  return found.toSorted();
}

const camelCase = (name: string): string => name.replaceAll(/_(\w)/gu, (_, letter: string) => letter.toUpperCase());

/** All rows of all tables, as text. */
export async function everythingIn(store: Store): Promise<string> {
  const tables: unknown[] = [];
  for (const table of await tableNames(store))
    tables.push([table, (await sql`select * from ${sql.table(table)}`.execute(store.own<Any>())).rows]);
  return JSON.stringify(tables, undefined, 1);
}

/** How many rows each table has that has any, spelled as in our schema. */
export async function rowCounts(store: Store): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of await tableNames(store)) {
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(store.own<Any>());
    if (Number(rows[0]!.count) > 0) counts[camelCase(table)] = Number(rows[0]!.count);
  }
  return counts;
}
