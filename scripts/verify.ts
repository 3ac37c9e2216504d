/**
 * `npm run verify`: format, lint, types, build, manifest, sizes and supply chain; what CI asks for besides `npm test`.
 *
 * Promise: every check runs even when another has failed, the words of those that failed are printed whole, and the
 * summary has one line for each.
 */
import { run, type Ended } from './run.ts';

interface Check {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

const script = (name: string): Check => ({ name, program: 'node', args: ['--conditions=source', `scripts/${name}.ts`] });

/** Checks of one row run at the same time; a row begins when the one before has ended. */
const rows: readonly (readonly Check[])[] = [
  [
    { name: 'format', program: 'oxfmt', args: ['--check'] },
    { name: 'types', program: 'tsc', args: ['-p', 'tsconfig.json', '--noEmit'] },
  ],
  [script('lint'), script('build')],
  [script('check-manifest'), script('size')],
  [script('supply-chain')],
];

interface Outcome extends Check, Ended {
  readonly seconds: number;
}

async function perform(check: Check): Promise<Outcome> {
  const started = performance.now();
  const ended = await run(check.program, check.args);
  return { ...check, ...ended, seconds: (performance.now() - started) / 1000 };
}

const outcomes: Outcome[] = [];
for (const row of rows) outcomes.push(...(await Promise.all(row.map(perform))));

for (const { name, words } of outcomes.filter(({ code }) => code !== 0)) console.error(`— ${name}\n${words.trimEnd()}\n`);
for (const { name, code, seconds } of outcomes)
  console.log(`${name.padEnd(14)} ${code === 0 ? 'ok    ' : 'FAILED'} ${seconds.toFixed(1).padStart(5)} s`);
process.exitCode = outcomes.every(({ code }) => code === 0) ? 0 : 1;
