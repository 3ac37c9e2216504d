/** Issue 9, as change-interleavings.test.ts, with two real processes: 200 interleavings over two modes, four of them with a kill. */
import { describe, expect, it } from 'vitest';
import { hasPostgres, newPostgresDatabase } from '../support/databases.ts';
import { runChangesInProcesses } from './change-processes.ts';

const modes = ['prorate_now', 'at_period_end'] as const;

describe.runIf(hasPostgres)('changes that cross on two processes', () => {
  it('are made and charged once, as shown, whoever is killed', async () => {
    const run = async (mode: (typeof modes)[number]) =>
      runChangesInProcesses({ mode, runs: 100, kills: 2, seed: 9, database: await newPostgresDatabase() });
    // at the same time: the dead are outlived once
    const results = await Promise.all(modes.map((mode) => run(mode)));
    expect(results.flatMap(({ wrong }) => wrong)).toEqual([]);
    for (const { runs, made, died } of results) expect([runs, made > 10, died > 0]).toEqual([100, true, true]);
  });
});
