/**
 * `npm test`: every test of the repository; names of projects as arguments choose some (`npm test -- core server`).
 *
 * Promise: the last line is `N passed, N failed` over all projects, and a project that crashes or that loads no test
 * counts as failed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildManifest } from './build/manifest.ts';
import { buildScriptTag, isScriptTagFresh } from './build/script-tag.ts';
import { at } from './paths.ts';
import { countReport, type Count, type Report } from './test/count-report.ts';

/** Projects that share a process. The browser starts once in each. */
const groups: readonly (readonly string[])[] = [
  ['core', 'sandbox', 'server', 'scripts', 'money'],
  ['reliability'],
  ['widgets', 'storybook'],
  ['journey'],
];

function readReport(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return undefined; // Vitest crashed before it could write one
  }
}

async function runGroup(projects: readonly string[], folder: string): Promise<Count> {
  const path = join(folder, `${projects.join('-')}.json`);
  const vitest = spawn(
    'vitest',
    [
      'run',
      ...projects.flatMap((name) => ['--project', name]),
      // a core is left free by default, which on two cores is half of them
      '--maxWorkers=100%',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${path}`,
    ],
    { cwd: at(''), stdio: 'inherit', shell: process.platform === 'win32' },
  );
  const exitCode = await new Promise<number>((resolve) => {
    vitest.on('error', () => resolve(127));
    vitest.on('close', (code) => resolve(code ?? 1));
  });
  return countReport(readReport(path), exitCode);
}

/** What some projects need to be built before; a build that fails is a failed test, and the others still run. */
async function prepare(projects: readonly string[]): Promise<Count> {
  try {
    if (projects.includes('storybook')) await buildManifest();
    if (projects.includes('journey') && !isScriptTagFresh()) await buildScriptTag();
    return { passed: 0, failed: 0, failures: [] };
  } catch (error) {
    console.error(error);
    return { passed: 0, failed: 1, failures: [`${projects.join(', ')}: what they need could not be built; see above`] };
  }
}

async function main(wanted: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tillkit-test-'));
  let [passed, failed] = [0, 0];
  const failures: string[] = [];
  for (const group of groups) {
    const projects = group.filter((name) => wanted.length === 0 || wanted.includes(name));
    if (projects.length === 0) continue;
    console.log(`\n— ${projects.join(', ')}`);
    for (const count of [await prepare(projects), await runGroup(projects, folder)]) {
      passed += count.passed;
      failed += count.failed;
      failures.push(...count.failures);
    }
  }
  rmSync(folder, { recursive: true });
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  for (const failure of failures) console.log(`failed: ${failure}`);
  console.log(`${passed} passed, ${failed} failed`);
}

await main(process.argv.slice(2));
