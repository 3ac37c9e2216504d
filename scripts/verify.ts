/**
 * `npm run verify`: format, lint, types, build, manifest and sizes; what CI asks for besides `npm test`.
 *
 * Promise: every check runs even when another has failed, the words of those that failed are printed whole, and the
 * summary has one line for each.
 */
import { run, type Ended } from './run.ts';

interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
}

const script = (name: string, ...args: string[]): Check['command'] => ['node', '--conditions=source', `scripts/${name}.ts`, ...args];

/** Checks of one row run at the same time; a row begins when the one before has ended. */
const rows: readonly (readonly Check[])[] = [
  [
    { name: 'format', command: ['oxfmt', '--check'] },
    { name: 'types', command: ['tsc', '-p', 'tsconfig.json', '--noEmit'] },
  ],
  [
    { name: 'lint', command: script('lint') },
    { name: 'build', command: script('build') },
  ],
  [
    { name: 'manifest', command: script('check-manifest') },
    { name: 'size', command: script('size') },
  ],
];

interface Outcome extends Check, Ended {
  readonly seconds: number;
}

async function perform(check: Check): Promise<Outcome> {
  const started = performance.now();
  const ended = await run(...check.command);
  return { ...check, ...ended, seconds: (performance.now() - started) / 1000 };
}

const outcomes: Outcome[] = [];
for (const row of rows) outcomes.push(...(await Promise.all(row.map(perform))));

for (const { name, words } of outcomes.filter(({ code }) => code !== 0)) console.error(`— ${name}\n${words.trimEnd()}\n`);
for (const { name, code, seconds } of outcomes)
  console.log(`${name.padEnd(9)} ${code === 0 ? 'ok    ' : 'FAILED'} ${seconds.toFixed(1).padStart(5)} s`);
process.exitCode = outcomes.every(({ code }) => code === 0) ? 0 : 1;
