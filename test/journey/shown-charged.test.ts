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
  // two at a time: a browser that is waited for leaves a core free
  const played = await Promise.all([playLives(1, 25), playLives(26, 25)]);
  const sum = (name: 'lives' | 'amounts' | 'receipts'): number => played.reduce((total, result) => total + result[name], 0);
  expect(played.flatMap(({ differences }) => differences)).toEqual([]);
  expect(sum('lives')).toBe(50);
  expect(sum('amounts')).toBeGreaterThan(200);
  expect(sum('receipts')).toBeGreaterThan(200);
  expect(kinds.filter((kind) => !played.some(({ counts }) => counts[kind]))).toEqual([]);
});
