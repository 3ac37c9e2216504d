import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { openTogether, payTwice } from '../../test/reliability/checkout-runs.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { startTill } from '../../test/support/till.ts';
import type { SoakResult } from './results.ts';

const together = 500;
const pairs = 100;

/** 1,000 runs of 2 to 8 checkouts at once and 200 of two that are paid, half of them on each database. */
export async function soakCheckouts(): Promise<SoakResult> {
  const postgres = await startPostgres();
  if (!postgres) throw new Error('PostgreSQL is not installed: these runs need both databases.');
  const result = { runs: 0, notExactlyOneOpen: 0, paidTwice: 0, paidTwiceTold: 0 };
  try {
    for (const database of [openSqlite(':memory:'), await openPostgres(await postgres.createDatabase())]) {
      const till = await startTill({ database });
      result.notExactlyOneOpen += await openTogether(till, together);
      result.runs += together;
      result.paidTwiceTold += (await payTwice(till, pairs)).told;
      result.paidTwice += pairs;
      await till.close();
    }
  } finally {
    await postgres.close();
  }
  return result;
}
