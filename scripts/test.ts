/**
 * `npm test`: every test of the repository; names of projects as arguments choose some (`npm test -- core server`).
 *
 * Promise: the last line is `N passed, N failed` over all projects, and a project that crashes or that loads no test
 * counts as failed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isScriptTagFresh } from './build/script-tag.ts';
import { at } from './paths.ts';
import { countReport, type Count, type Report } from './test/count-report.ts';

/** All share one run, so that no core waits while the last file of a group is busy; its files begin with the longest (test/support/longest-first.ts). */
const all = ['core', 'sandbox', 'server', 'scripts', 'money', 'reliability', 'widgets', 'storybook', 'journey'] as const;
/** Browsers, databases and processes work beside them. */
const workers = availableParallelism();

function readReport(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return undefined; // Vitest crashed before it could write one
  }
}

async function runProjects(projects: readonly string[], folder: string): Promise<Count> {
  const path = join(folder, 'report.json');
  const vitest = spawn(
    'vitest',
    [
      'run',
      ...projects.flatMap((name) => ['--project', name]),
      `--maxWorkers=${workers}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${path}`,
    ],
    {
      cwd: at(''),
      stdio: 'inherit',
      shell: process.platform === 'win32',
      env: { NODE_COMPILE_CACHE: at('node_modules/.cache/compiled'), ...process.env },
    },
  );
  const exitCode = await new Promise<number>((resolve) => {
    vitest.on('error', () => resolve(127));
    vitest.on('close', (code) => resolve(code ?? 1));
  });
  return countReport(readReport(path), exitCode);
}

/** Builds one part in a process of its own, so that another core builds the other; whether it is built. */
function isBuilt(part: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const build = spawn(process.execPath, ['--conditions=source', at('scripts/build.ts'), part], { cwd: at(''), stdio: 'inherit' });
  build.on('error', () => resolve(false)).on('close', (code) => resolve(code === 0));
  return promise;
}

/** What some projects need to be built before; a build that fails is a failed test, and the others still run. */
async function prepare(projects: readonly string[]): Promise<Count> {
  const parts = [
    ...(projects.includes('storybook') ? ['manifest'] : []),
    ...(projects.includes('journey') && !isScriptTagFresh() ? ['script'] : []),
  ];
  const built = await Promise.all(parts.map(isBuilt));
  const failures = parts.filter((_, place) => !built[place]).map((part) => `${part}: could not be built; see above`);
  return { passed: 0, failed: failures.length, failures };
}

async function main(wanted: readonly string[]): Promise<void> {
  const projects = all.filter((name) => wanted.length === 0 || wanted.includes(name));
  const folder = mkdtempSync(join(tmpdir(), 'tillkit-test-'));
  const counts = projects.length === 0 ? [] : [await prepare(projects), await runProjects(projects, folder)];
  rmSync(folder, { recursive: true });
  const sum = (name: 'passed' | 'failed'): number => counts.reduce((total, count) => total + count[name], 0);
  const [passed, failed] = [sum('passed'), sum('failed')];
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  for (const failure of counts.flatMap(({ failures }) => failures)) console.log(`failed: ${failure}`);
  console.log(`${passed} passed, ${failed} failed`);
}

await main(process.argv.slice(2));
