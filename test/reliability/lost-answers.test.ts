/**
 * Threat 21: the way to Stripe breaks before or after the work was done, or the server dies there; the buyer presses again,
 * or wishes something else, and ends like somebody to whom nothing happened. More than 1,000 cuts: `npm run soak lost-answers`.
 */
import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { playCuts } from './cuts/runs.ts';
import { scenarios } from './cuts/scenarios.ts';
import { seeded } from './cuts/seeded.ts';

/** Money is taken apart from the change that it pays for, or many writes make one wish: these are played every time. */
const always = /^changes with difference_now$|^removes the card that pays$/u;
const drawn = 3;

describe.each(databases)('an answer that gets lost on %s', (_, openDatabase) => {
  const seed = randomInt(2 ** 31);
  const random = seeded(seed);
  const some = scenarios.filter(({ name }) => !always.test(name)).toSorted(() => random() - 0.5);
  const played = [...scenarios.filter(({ name }) => always.test(name)), ...some.slice(0, drawn)];

  it(`changes nothing about how it ends (seed ${seed})`, async () => {
    const { cuts, ...found } = await playCuts({ openDatabase, scenarios: played, each: 4, worlds: 1, random });
    expect(cuts).toBeGreaterThanOrEqual(18);
    expect(found).toEqual({ wrong: [], faults: [] });
  });
});
