/**
 * What became of the mutants of each file: docs/mutants.json, a line for each, so that a run can be ended at any time and gone
 * on with.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { at } from '../paths.ts';
import { hashOfSources } from '../soak/source-hash.ts';
import type { MutantGroup } from './groups.ts';
import type { MutantCounts } from './score.ts';

export interface FileResult extends MutantCounts {
  /** Hash of the file and of the tests that were run. */
  readonly sources: string;
  /** `2026-11-30`. */
  readonly date: string;
}

/** By path from the repository's root. */
export type FileResults = Readonly<Record<string, FileResult>>;

const path = at('docs/mutants.json');

export const readResults = (): FileResults => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as FileResults) : {});

export function writeResults(results: FileResults): void {
  const lines = Object.entries(results)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([file, result]) => `  ${JSON.stringify(file)}: ${JSON.stringify(result)}`);
  writeFileSync(path, `{\n${lines.join(',\n')}\n}\n`);
}

export const hashOfFile = (source: string, { tests }: MutantGroup): string => hashOfSources([source, ...tests]);

/** The file's result, if the file and its tests are still those that it was found with. */
export function currentResult(results: FileResults, source: string, group: MutantGroup): FileResult | undefined {
  const result = results[source];
  return result?.sources === hashOfFile(source, group) ? result : undefined;
}
