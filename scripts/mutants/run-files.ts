/** One run of Stryker: changes some sources in one place after the other and runs the tests that pass there. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../paths.ts';
import { onlyNoticed, type MutantReport } from './score.ts';

/** Processes at the same time; each runs one test file after the other. */
const concurrency = 2;
/** A mutant that takes this much longer than its tests did has made an endless loop. A busy machine is not one. */
const timeoutMilliseconds = 20_000;

export interface MutantRun {
  readonly sources: readonly string[];
  readonly tests: readonly string[];
  /** How many of these are tried for every mutant whose line they pass. */
  readonly first: number;
  /** A copy of the repository, whose sources are changed. */
  readonly folder: string;
  /** Where it is kept which test noticed which mutant: one whose line and test are the same is not tried again. */
  readonly known: string;
  /** Takes nothing for known. */
  readonly again: boolean;
}

/** Mutates the sources in a copy, and answers what became of each mutant; throws when Stryker gives up. */
export async function runFiles({ sources, tests, first, folder, known, again }: MutantRun): Promise<MutantReport> {
  const report = join(folder, 'mutants.json');
  rmSync(report, { force: true });
  mkdirSync(at('node_modules/.cache/mutants'), { recursive: true });
  const incrementalFile = at(`node_modules/.cache/mutants/${known}.json`);
  if (existsSync(incrementalFile)) writeFileSync(incrementalFile, JSON.stringify(onlyNoticed(readFileSync(incrementalFile, 'utf8'))));
  const options = {
    mutate: sources,
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'scripts/mutants/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    inPlace: true,
    incremental: true,
    incrementalFile,
    force: again,
    concurrency,
    timeoutMS: timeoutMilliseconds,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: report },
  };
  const place = join(folder, 'stryker.json');
  writeFileSync(place, JSON.stringify(options));
  const program = join(folder, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'run', place], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, MUTANT_TESTS: JSON.stringify(tests), MUTANT_TESTS_FIRST: String(first) },
    });
    child.once('error', reject).once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`Stryker ended with code ${code}.`))));
  });
  return JSON.parse(readFileSync(report, 'utf8')) as MutantReport;
}
