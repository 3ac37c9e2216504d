import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { at } from '../../scripts/paths.ts';
import { rulesOf, unconfirmedTable } from '../../scripts/unconfirmed/table.ts';

describe('the table of unconfirmed rules', () => {
  it('is what the sources say; `node --conditions=source scripts/unconfirmed.ts` writes it again', () => {
    expect(readFileSync(at('docs/unconfirmed-rules.md'), 'utf8')).toBe(unconfirmedTable());
  });

  it('takes every constant with its sentence, and no constant is without one', () => {
    for (const path of ['packages/core/src/money/unconfirmed.ts', 'packages/sandbox/src/unconfirmed.ts']) {
      const source = readFileSync(at(path), 'utf8');
      const rules = rulesOf(source);
      expect(rules.map(({ name }) => name)).toEqual([...source.matchAll(/^export const (\w+)/gmu)].map(([, name]) => name));
      expect(rules.every(({ text }) => text.length > 20)).toBe(true);
    }
  });
});
