import { describe, expect, it } from 'vitest';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { hasPostgres, newPostgresDatabase, patient } from '../support/databases.ts';
import { changeModes, type ChangeModeName } from './change-model.ts';
import { runChanges, type ChangeRunOptions } from './change-runs.ts';

/** With both databases and change-processes.test.ts, 5,000 over all modes; those on PostgreSQL take three times as long, and are a quarter of `npm run soak changes`. */
const runs = hasPostgres ? { SQLite: 730, PostgreSQL: 70 } : { SQLite: 800, PostgreSQL: 0 };

/** In which a change is paid at once, and so can be declined. */
const charging: ReadonlySet<ChangeModeName> = new Set(['prorate_now', 'difference_now', 'full_price_now']);

/** A file for each, so that all cores have something to do. */
const files = {
  prorations: ['prorate_now', 'prorate_next_invoice'],
  'at once': ['difference_now', 'full_price_now'],
  later: ['no_charge', 'at_period_end'],
} as const satisfies Readonly<Record<string, readonly ChangeModeName[]>>;

/** Half of them each, at the same time: requests that wait for the turn leave the time to the others. */
const seeds = [9, 10];

const openings: readonly (readonly [keyof typeof runs, ChangeRunOptions['open']])[] = [
  // one file serves one process, whose requests cross on one connection
  ['SQLite', async () => [openSqlite(':memory:')]],
  ...(hasPostgres
    ? [
        [
          'PostgreSQL',
          async () => {
            const address = await newPostgresDatabase();
            return [await openPostgres(address, patient), await openPostgres(address, patient)] as const;
          },
        ] as const,
      ]
    : []),
];

/** However requests for one subscription cross, on whichever of two servers, one change is made and charged once. */
export function testChangesThatCross(file: keyof typeof files): void {
  it('every mode is in one of the files', () => {
    expect(Object.values(files).flat().toSorted()).toEqual(changeModes.toSorted());
  });

  describe.each(openings)('changes that cross on two servers with %s', (database, open) => {
    it.each(files[file])(`are made and charged once, as shown: ${runs[database]} × %s`, async (mode) => {
      const halves = await Promise.all(seeds.map((seed) => runChanges({ mode, runs: runs[database] / seeds.length, seed, open })));
      const sum = (name: 'runs' | 'made' | 'died' | 'declined' | 'paidLater') => halves.reduce((all, half) => all + half[name], 0);
      expect(halves.flatMap(({ wrong }) => wrong)).toEqual([]);
      const [made, died, declined, paidLater] = [sum('made'), sum('died'), sum('declined'), sum('paidLater')];
      expect(sum('runs')).toBe(runs[database]);
      expect([made > runs[database] / 10, died > runs[database] / 20]).toEqual([true, true]);
      // of the few on PostgreSQL none may have been declined
      if (charging.has(mode) && runs[database] > 100) expect(declined).toBeGreaterThan(runs[database] / 50);
      // Stripe keeps such a change for its payment, by the invoice of the change itself
      if ((mode === 'prorate_now' || mode === 'full_price_now') && runs[database] > 100) expect(paidLater).toBeGreaterThan(0);
    });
  });
}
