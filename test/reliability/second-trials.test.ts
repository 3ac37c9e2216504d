/** Threat 23: a second trial, for the same person and for the same card. A hundred of each on each database: `npm run soak trials`. */
import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { sameCard, samePeople } from './trial-runs.ts';

const people = 8;

describe.each(databases)('a second trial on %s', (_, openDatabase) => {
  it('is refused to the same person', async () => {
    expect(await samePeople(await openDatabase(), people)).toBe(people);
  });

  it('is ended for the same card under another name, and nobody is charged', async () => {
    expect(await sameCard(await openDatabase(), people)).toEqual({ ended: people, charges: 0 });
  });
});
