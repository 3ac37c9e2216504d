import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { changeModes } from '../../test/reliability/change-model.ts';
import { runChanges, type ChangeRunOptions } from '../../test/reliability/change-runs.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { readSoak, writeSoak, type SoakResult } from './results.ts';
import { hashOfSources } from './source-hash.ts';

const wanted = 100_000;
/** Interleavings of one world; what is done is written down after each, so that a run can be ended and gone on with. */
const piece = 250;
/** A piece that is under way has time to end within the hour. */
const minutes = 50;

/** What the result depends on. */
export const changeSources = [
  'packages/core/src',
  'packages/server/src',
  'packages/sandbox/src',
  'test/reliability/change-model.ts',
  'test/reliability/change-runs.ts',
];

const number = (value: number | string | undefined): number => (typeof value === 'number' ? value : 0);

/** 100,000 interleavings of requests that change a subscription, over all modes and both databases. Goes on where an earlier run of the same sources ended. */
export async function soakChanges(): Promise<SoakResult> {
  const postgres = await startPostgres();
  if (!postgres) throw new Error('PostgreSQL is not installed: these runs need both databases.');
  const sources = hashOfSources(changeSources);
  const before = readSoak().changes;
  const known = before?.sources === sources ? before : {};
  const result = {
    sources,
    interleavings: number(known.interleavings),
    wrong: number(known.wrong),
    made: number(known.made),
    died: number(known.died),
  };
  const openings: readonly ChangeRunOptions['open'][] = [
    async () => [openSqlite(':memory:')],
    async () => {
      const address = await postgres.createDatabase();
      return [await openPostgres(address), await openPostgres(address)];
    },
  ];
  const until = Date.now() + minutes * 60_000;
  try {
    while (result.interleavings < wanted && Date.now() < until) {
      const place = Math.floor(result.interleavings / piece);
      const mode = changeModes[place % changeModes.length]!;
      const open = openings[Math.floor(place / changeModes.length) % openings.length]!;
      const played = await runChanges({ mode, open, runs: Math.min(piece, wanted - result.interleavings), seed: 1 + place });
      for (const fault of played.wrong) console.error(fault);
      result.interleavings += played.runs;
      result.wrong += played.wrong.length;
      result.made += played.made;
      result.died += played.died;
      writeSoak({ ...readSoak(), changes: { date: new Date().toISOString().slice(0, 10), ...result } });
      console.log(`changes: ${result.interleavings} of ${wanted}, ${result.wrong} wrong`);
    }
  } finally {
    await postgres.close();
  }
  return result;
}
