import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { changeModes, type ChangeModeName } from '../../test/reliability/change-model.ts';
import type { ChangeRuns } from '../../test/reliability/change-runs.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { at } from '../paths.ts';
import { readSoak, writeSoak, type SoakResult } from './results.ts';
import { hashOfSources } from './source-hash.ts';

const wanted = 100_000;
/** Interleavings of one world; what is done is written down after each, so that a run can be ended and gone on with. */
const pieceRuns = 250;
/** A piece that is under way has time to end within the hour. */
const minutes = 50;

/** Interleavings of one mode in one world. */
export interface Piece {
  readonly mode: ChangeModeName;
  readonly runs: number;
  readonly seed: number;
  /** Of a new PostgreSQL database; none: SQLite. */
  readonly address: string | undefined;
}

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
  const postgres = await startPostgres({ durable: false });
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
    // a seed that was begun is not played again
    lastSeed: number(known.lastSeed),
  };
  const until = Date.now() + minutes * 60_000;
  let begun = result.interleavings;
  const playPieces = async (): Promise<void> => {
    const worker = new Worker(at('scripts/soak/changes-worker.ts'));
    try {
      while (begun < wanted && Date.now() < until) {
        const runs = Math.min(pieceRuns, wanted - begun);
        begun += runs;
        const seed = (result.lastSeed += 1);
        const mode = changeModes[seed % changeModes.length]!;
        // where one takes three times as long
        const onPostgres = Math.floor(seed / changeModes.length) % 4 === 3;
        const address = onPostgres ? await postgres.createDatabase() : undefined;
        worker.postMessage({ mode, runs, seed, address } satisfies Piece, []);
        const [played] = (await once(worker, 'message')) as [ChangeRuns];
        for (const fault of played.wrong) console.error(fault);
        result.interleavings += played.runs;
        result.wrong += played.wrong.length;
        result.made += played.made;
        result.died += played.died;
        writeSoak({ ...readSoak(), changes: { date: new Date().toISOString().slice(0, 10), ...result } });
        console.log(`changes: ${result.interleavings} of ${wanted}, ${result.wrong} wrong`);
      }
    } finally {
      await worker.terminate();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, playPieces));
  } finally {
    await postgres.close();
  }
  return result;
}
