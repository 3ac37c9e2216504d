/** Threat table, row 47: the defects can still be planted. That the suite catches each of them is shown by `npm run soak -- planted`. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { defects } from './defects.ts';

it.each(defects.map((defect) => [defect.name, defect] as const))('can be planted: %s', (_, { file, before, caughtBy }) => {
  expect(readFileSync(file, 'utf8').split(before)).toHaveLength(2);
  for (const test of caughtBy) expect([test, existsSync(test)]).toEqual([test, true]);
});

it('are at least 25, each with a name of its own', () => {
  expect(new Set(defects.map(({ name }) => name)).size).toBe(defects.length);
  expect(defects.length).toBeGreaterThanOrEqual(25);
});
