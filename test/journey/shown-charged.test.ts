import { expect, it } from 'vitest';
import { playLives } from './shown-charged-lives.ts';

/** Ways in which a change is paid, and places that name a payment to come, all of which must have been met. */
const kinds = [
  'at once',
  'next invoice',
  'later',
  'free',
  'named by the panel',
  'named by the confirmation',
  'named by the change',
  'rests',
];

it('every amount that 50 random lives show is the one that is charged, and every receipt adds up', { timeout: 900_000 }, async () => {
  const { lives, amounts, receipts, counts, differences } = await playLives(1, 50);
  expect(differences).toEqual([]);
  expect(lives).toBe(50);
  expect(amounts).toBeGreaterThan(200);
  expect(receipts).toBeGreaterThan(200);
  expect(kinds.filter((kind) => !counts[kind])).toEqual([]);
});
