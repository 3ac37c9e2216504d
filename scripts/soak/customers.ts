import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { firstCheckouts } from '../../test/reliability/customer-runs.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { startTill } from '../../test/support/till.ts';
import type { SoakResult } from './results.ts';

/** 500 people and their first eight checkouts at once, half of them on each database. */
export async function soakCustomers(): Promise<SoakResult> {
  const postgres = await startPostgres();
  if (!postgres) throw new Error('PostgreSQL is not installed: these runs need both databases.');
  const result = { identities: 0, wrong: 0, searches: 0 };
  try {
    for (const database of [openSqlite(':memory:'), await openPostgres(await postgres.createDatabase())]) {
      const till = await startTill({ database });
      const { identities, wrong, searches } = await firstCheckouts(till, 250);
      result.identities += identities;
      result.wrong += wrong;
      result.searches += searches;
      await till.close();
    }
  } finally {
    await postgres.close();
  }
  return result;
}
