/** Runs the comparison in a process of its own in which one passage of one source file reads otherwise; no file is written. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface Planted {
  /** Path from the root of the repository. */
  readonly file: string;
  /** Must stand in the file exactly once. */
  readonly before: string;
  readonly after: string;
}

/** Numbers of cases that differ. */
export interface Found {
  readonly purchases: number;
  readonly changes: number;
}

export async function runPlanted(planted: Planted, cases: number): Promise<Found> {
  const { stdout } = await promisify(execFile)(
    'node',
    ['--conditions=source', '--import', './test/money/plant.ts', './test/money/compare-cli.ts', String(cases)],
    { env: { ...process.env, PLANTED: JSON.stringify(planted) } },
  );
  return JSON.parse(stdout) as Found;
}
