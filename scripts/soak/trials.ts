import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { sameCard, samePeople } from '../../test/reliability/trial-runs.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import type { SoakResult } from './results.ts';

const people = 100;

/** 100 second trials of the same person and 100 of the same card, on each database. */
export async function soakTrials(): Promise<SoakResult> {
  const postgres = await startPostgres();
  if (!postgres) throw new Error('PostgreSQL is not installed: these runs need both databases.');
  const result = { samePersonRefused: 0, sameCardEnded: 0, charges: 0 };
  try {
    for (const openDatabase of [async () => openSqlite(':memory:'), async () => openPostgres(await postgres.createDatabase())]) {
      result.samePersonRefused += await samePeople(await openDatabase(), people);
      const { ended, charges } = await sameCard(await openDatabase(), people);
      result.sameCardEnded += ended;
      result.charges += charges;
    }
  } finally {
    await postgres.close();
  }
  return result;
}
