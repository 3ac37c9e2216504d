/**
 * Plants each defect in a copy of the sources and runs the tests that must see it.
 *
 * Promise: the sources themselves are never touched, and a defect counts as caught only when a test failed, not when
 * nothing could be run.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Defect } from './defect.ts';
import { copySources } from './source-copy.ts';

export interface PlantingGround {
  /** Whether a test fails with the defect in place. */
  catches(defect: Defect): Promise<boolean>;
  close(): void;
}

/** A copy of the sources at `root`, to plant defects in. */
export function plantingGround(root: string): PlantingGround {
  const { folder, close } = copySources(root);

  return {
    async catches({ file, before, after, caughtBy, only }) {
      const path = join(folder, file);
      const source = readFileSync(path, 'utf8');
      if (source.split(before).length !== 2) throw new Error(`"${before}" does not stand in ${file} exactly once.`);
      writeFileSync(
        path,
        source.replace(before, () => after),
      );
      try {
        return (await failedTests(folder, caughtBy, only)) > 0;
      } finally {
        writeFileSync(path, source);
      }
    },
    close,
  };
}

/** How many tests failed; throws when none was run. */
async function failedTests(folder: string, files: readonly string[], only?: string): Promise<number> {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const args = [
    'run',
    ...files,
    '--project',
    'reliability',
    '--project',
    'server',
    '--reporter',
    'json',
    '--outputFile',
    report,
    '--bail',
    '1',
  ];
  await new Promise<void>((resolve, reject) => {
    const program = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
    const child = spawn(process.execPath, [program, ...args, ...(only === undefined ? [] : ['-t', only])], {
      cwd: folder,
      stdio: 'ignore',
    });
    child.once('error', reject).once('exit', () => resolve());
  });
  const { numFailedTests, numPassedTests } = JSON.parse(readFileSync(report, 'utf8')) as { numFailedTests: number; numPassedTests: number };
  if (numFailedTests + numPassedTests === 0) throw new Error(`No test of ${files.join(', ')} was run.`);
  return numFailedTests;
}
