/**
 * Threat 39: no regular expression of the server takes longer than its input is long.
 *
 * Each one in the sources is run on hostile texts of 1,000 and 10,000 characters: time that grows tenfold is linear, a
 * hundredfold is not. Absolute times are no matter for a test.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

const folders = ['packages/server/src', 'packages/core/src'];

interface Found {
  readonly file: string;
  readonly pattern: string;
  readonly flags: string;
}

function* literals(node: unknown): Generator<{ pattern: string; flags: string }> {
  if (typeof node !== 'object' || node === null) return;
  if ('regex' in node) yield node.regex as { pattern: string; flags: string };
  for (const child of Object.values(node)) yield* literals(child);
}

function findAll(): Found[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => {
        const file = join(folder, name);
        return [...literals(parseSync(file, readFileSync(file, 'utf8')).program)].map((regex) => ({ file, ...regex }));
      }),
  );
}

const pieces = [
  'a',
  'A',
  '1',
  ' ',
  '-',
  '.',
  '@',
  ',',
  ':',
  '/',
  '\\',
  '%',
  '_',
  'a@',
  'a.',
  'a-',
  '1.',
  ' ,',
  'Aa1',
  ':0',
  '0:',
  'sk_',
  'eyJ.',
  'a@a.',
  'é',
  '\u0000',
  '\n',
];
const ends = ['', '!', '\n', '@'];

/** Milliseconds that an expression takes for a text, at the best of some runs. */
function time({ pattern, flags }: Found, text: string, runs: number): number {
  const regex = new RegExp(pattern, flags.replace('y', ''));
  let best = Infinity;
  for (let run = 0; run < runs; run += 1) {
    regex.lastIndex = 0;
    const started = performance.now();
    if (flags.includes('g')) text.replaceAll(regex, '');
    else regex.test(text);
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

/** A hundredfold growth for a tenfold text is quadratic; what takes next to nothing is not worth a thought. */
function isLinear(regex: Found, runs = 3): boolean {
  return pieces.every((piece) =>
    ends.every((end) => {
      const [small, large] = [1000, 10_000].map((length) => piece.repeat(Math.ceil(length / piece.length)) + end) as [string, string];
      if (time(regex, large, 1) < 2) return true;
      return time(regex, large, runs) / Math.max(time(regex, small, runs), 0.01) < 30;
    }),
  );
}

describe('regular expressions', () => {
  const found = findAll();

  it('are found in the sources', () => {
    expect(found.length).toBeGreaterThan(40);
  });

  it('stay linear on hostile texts', () => {
    // a busy machine stretches most measurements, but not the best of many; a bad expression is bad every time
    const guilty = found.filter((regex) => [3, 10, 40, 100].every((runs) => !isLinear(regex, runs)));
    expect(guilty.map(({ file, pattern }) => `${file}: ${pattern}`)).toEqual([]);
  });

  it('would be caught: one that is quadratic is not linear', () => {
    expect(isLinear({ file: '', pattern: String.raw`\s+$`, flags: 'u' })).toBe(false);
    expect(isLinear({ file: '', pattern: String.raw`^\w+$`, flags: 'u' })).toBe(true);
  });
});
