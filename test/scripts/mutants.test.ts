import { existsSync, globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { currentResult, hashOfFile } from '../../scripts/mutants/results.ts';
import { mutantGroups } from '../../scripts/mutants/groups.ts';
import { countMutants, onlyNoticed, survivorsOf, total, type MutantReport } from '../../scripts/mutants/score.ts';

describe('what is mutated', () => {
  const sources = mutantGroups.flatMap((group) => group.sources);

  it('is every file of the folders that decide about people and money, each in one group', () => {
    const server = 'packages/server/src';
    const folders = ['identity', 'webhook', 'subscription', 'preview', 'checkout', 'payment-methods'];
    const owned = globSync(folders.map((folder) => `${server}/${folder}/**/*.ts`)).map((path) => path.replaceAll('\\', '/'));
    const within = (path: string): boolean => folders.some((folder) => path.startsWith(`${server}/${folder}/`));
    expect(sources.filter(within).toSorted()).toEqual(owned.toSorted());
    expect(new Set(sources).size).toBe(sources.length);
  });

  it('and what tests it, is there', () => {
    const paths = [...sources, ...mutantGroups.flatMap(({ tests }) => tests)];
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('the score', () => {
  const mutant = (status: string, more = {}) => ({
    status,
    mutatorName: 'ConditionalExpression',
    replacement: 'true',
    statusReason: 'out of memory',
    location: { start: { line: 2, column: 5 }, end: { line: 2, column: 10 } },
    ...more,
  });
  const report = (...statuses: readonly string[]): MutantReport => ({
    files: { 'a.ts': { source: 'first\nif (a > b) {\n}', mutants: statuses.map((status) => mutant(status)) } },
  });

  it('counts what no test passes as not noticed, an endless loop as noticed, and what cannot run as nothing', () => {
    const counts = countMutants(report('Killed', 'Timeout', 'Survived', 'NoCoverage', 'RuntimeError'));
    expect(counts).toEqual({ 'a.ts': { killed: 2, survived: 2, broken: 1 } });
    const other = countMutants(report('Killed'))['a.ts']!;
    expect(total([counts['a.ts']!, other])).toEqual({ files: 2, killed: 3, survived: 2, broken: 1, score: 60 });
  });

  it('is found anew, from one run to the next, for every mutant but those that a test noticed', () => {
    const known = onlyNoticed(JSON.stringify({ ...report('Killed', 'Survived', 'NoCoverage', 'Timeout'), schemaVersion: '1.0' }));
    expect(known).toEqual({ ...report('Killed'), schemaVersion: '1.0' });
  });

  it('is never rounded up to the bar', () => {
    expect(total([{ killed: 8499, survived: 1501, broken: 0 }])).toMatchObject({ score: 84.9 });
  });

  it('does not exist before anything was run', () => {
    expect(total([]).score).toBeNaN();
  });

  it('is current only for the file and the tests that it was found with', () => {
    const [group] = mutantGroups;
    const [file] = group!.sources;
    const result = { killed: 1, survived: 0, broken: 0, date: '2026-11-30', sources: hashOfFile(file!, group!) };
    expect(currentResult({ [file!]: result }, file!, group!)).toEqual(result);
    expect(currentResult({ [file!]: { ...result, sources: hashOfFile(file!, { ...group!, tests: [] }) } }, file!, group!)).toBeUndefined();
    expect(currentResult({}, file!, group!)).toBeUndefined();
  });

  it('names each survivor by its place and its change', () => {
    expect(survivorsOf(report('Killed', 'Survived', 'NoCoverage', 'Timeout', 'RuntimeError'))).toEqual([
      'a.ts:2:5 ConditionalExpression\n    a > b  →  true',
      'a.ts:2:5 ConditionalExpression, passed by no test\n    a > b  →  true',
      'a.ts:2:5 ConditionalExpression, RuntimeError: out of memory\n    a > b  →  true',
    ]);
  });
});
