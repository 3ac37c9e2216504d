/** Threat table, row 45: the schema is whole or not there, whoever starts at once and whatever dies on the way. */
import { describe, expect, it } from 'vitest';
import { hasPostgres, newPostgresDatabase } from '../support/databases.ts';
import { newFolder } from '../support/folder.ts';
import { killMigration, migrateAtOnce, migrateHere, schemaOf, stepsOf } from './migration-runs.ts';

const sqlite = async (): Promise<string> => newFolder()('till.sqlite');
const places = [['SQLite', sqlite] as const, ...(hasPostgres ? [['PostgreSQL', newPostgresDatabase] as const] : [])];

/** Moments of a start, in milliseconds: before, at the beginning, in and after the steps. */
const kills = [20, 50, 75, 100];

describe.each(places)('migrations on %s', (_, newPlace) => {
  it('are whole or not there after kill -9, and the next start finishes them', async () => {
    const fresh = await newPlace();
    await migrateHere(fresh);
    const [whole, allSteps] = [await schemaOf(fresh), await stepsOf(fresh)];
    const serverAlone = whole.filter((line) => !line.includes('slow_'));

    let met = 0;
    for (const milliseconds of kills) {
      const place = await newPlace();
      if (await killMigration(place, milliseconds)) met += 1;
      const [schema, steps] = [await schemaOf(place), await stepsOf(place)];
      // each owner's steps are one transaction: none, the server's, or all
      const [owned, expected] = steps.length === 0 ? [0, []] : steps.length === allSteps.length ? [2, whole] : [1, serverAlone];
      expect([owned, schema]).toEqual([owned, expected]);
      await migrateHere(place);
      expect(await schemaOf(place)).toEqual(whole);
      expect(await stepsOf(place)).toEqual(allSteps);
    }
    expect(met).toBeGreaterThan(0);
  });
});

it.runIf(hasPostgres)('are taken by one of four servers that start at once on PostgreSQL, and the others go on', async () => {
  const fresh = await newPostgresDatabase();
  await migrateHere(fresh);
  const place = await newPostgresDatabase();
  const said = await migrateAtOnce(place, 4);
  const taken = said.map((line) => Number(/^took (\d+)$/u.exec(line)?.[1]));
  expect(taken.reduce((sum, count) => sum + count)).toBe((await stepsOf(fresh)).length);
  expect(await schemaOf(place)).toEqual(await schemaOf(fresh));
});

it('are taken by one of four servers that start at once on one SQLite file, and the others are refused', async () => {
  const place = await sqlite();
  const said = await migrateAtOnce(place, 4);
  expect(said.some((line) => line.startsWith('took '))).toBe(true);
  for (const line of said) expect(line).toMatch(/^took \d+$|^refused Another process is using the database/u);
  const fresh = await sqlite();
  await migrateHere(fresh);
  expect(await schemaOf(place)).toEqual(await schemaOf(fresh));
});
