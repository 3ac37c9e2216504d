import { sql } from 'kysely';
import { openStore, readConfig } from '@tillkit/server';
import { operations } from '@tillkit/server/ops/api-description';
import type { Figure } from './figure.ts';

/** How small the server is to which no module was added. */
export async function measureDefaultServer(): Promise<Figure[]> {
  const store = await openStore(':memory:');
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_master where type = 'table' and name not like 'kysely_%' and name not like 'sqlite_%'
  `.execute(store.own());
  await store.close();
  // one fault for each variable that cannot be left out
  const bare = readConfig({});
  const required = bare.ok ? 0 : bare.faults.filter((fault) => fault.includes('is missing')).length;
  const issue = 4;
  return [
    { issue, name: 'default-server-routes', value: operations.length, unit: '' },
    { issue, name: 'default-server-tables', value: rows.length, unit: '' },
    { issue, name: 'default-server-required-variables', value: required, unit: '', atMost: 5 },
  ];
}
