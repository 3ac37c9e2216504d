import { expect, it } from 'vitest';
import { playLives } from './shown-charged-lives.ts';

it('every amount that 50 random lives show is the one that is charged, and every receipt adds up', { timeout: 900_000 }, async () => {
  const { lives, amounts, receipts, differences } = await playLives(1, 50);
  expect(differences).toEqual([]);
  expect(lives).toBe(50);
  expect(amounts).toBeGreaterThan(200);
  expect(receipts).toBeGreaterThan(200);
});
