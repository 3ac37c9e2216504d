/**
 * Plants each defect in a copy of the sources and runs the tests that must see it.
 *
 * Promise: the sources themselves are never touched, and a defect counts as caught only when a test failed, not when
 * nothing could be run.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Defect } from './defect.ts';

/** What the tests need of the repository. */
const copied = [
  'packages',
  'test',
  'scripts',
  'examples',
  'docs',
  'stories',
  '.storybook',
  'package.json',
  'tsconfig.json',
  'vite.config.ts',
];

export interface Copy {
  /** Whether a test fails with the defect in place. */
  catches(defect: Defect): Promise<boolean>;
  close(): void;
}

/** Copies the sources from `root`; packages of others are shared, ours are the copy's own. */
export function copySources(root: string): Copy {
  const folder = mkdtempSync(join(tmpdir(), 'tillkit-planted-'));
  for (const name of copied)
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: (path) => !/[/\\](?:node_modules|dist)$/u.test(path) });
  const modules = join(root, 'node_modules');
  mkdirSync(join(folder, 'node_modules', '@tillkit'), { recursive: true });
  for (const name of readdirSync(modules).filter((entry) => entry !== '@tillkit' && !entry.startsWith('.vite')))
    symlinkSync(resolve(modules, name), join(folder, 'node_modules', name));
  for (const name of readdirSync(join(modules, '@tillkit')))
    symlinkSync(join(folder, 'packages', name), join(folder, 'node_modules', '@tillkit', name));

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
    close: () => rmSync(folder, { recursive: true }),
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
