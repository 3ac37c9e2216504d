import { randomInt } from 'node:crypto';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { playCuts } from '../../test/reliability/cuts/runs.ts';
import { scenarios } from '../../test/reliability/cuts/scenarios.ts';
import { seeded } from '../../test/reliability/cuts/seeded.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import type { SoakResult } from './results.ts';

const worlds = 4;
const each = 6;

/** More than 1,000 cuts of the way to Stripe in the middle of a buyer's request, half of them on each database. */
export async function soakLostAnswers(): Promise<SoakResult> {
  const postgres = await startPostgres();
  if (!postgres) throw new Error('PostgreSQL is not installed: these runs need both databases.');
  const seed = randomInt(2 ** 31);
  const random = seeded(seed);
  const result = { seed, requests: scenarios.length, cuts: 0, wrong: 0, faults: 0 };
  try {
    for (const openDatabase of [async () => openSqlite(':memory:'), async () => openPostgres(await postgres.createDatabase())]) {
      const { cuts, wrong, faults } = await playCuts({ openDatabase, each, worlds, random });
      for (const fault of [...wrong, ...faults]) console.error(fault);
      result.cuts += cuts;
      result.wrong += wrong.length;
      result.faults += faults.length;
    }
  } finally {
    await postgres.close();
  }
  return result;
}
