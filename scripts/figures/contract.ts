import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subsetOperations } from '../../test/contract/operations.ts';
import { loadContract } from '../contract/contract.ts';
import { run } from '../run.ts';
import type { Figure } from './figure.ts';

/** What one test file saw; written by test/contract/setup.ts. */
interface Seen {
  readonly operations: Readonly<Record<string, number>>;
  readonly eventTypes: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly responses: number;
  readonly refusals: number;
  readonly violations: number;
  readonly parameters: number;
  readonly parametersKnown: number;
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Runs every test that has a sandbox and gathers what was held against Stripe's contract on the way. */
async function gather(): Promise<Seen[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tillkit-contract-'));
  const { words } = await run('vitest', ['run', '--project', 'sandbox', '--project', 'server'], { CONTRACT_COVERAGE: folder });
  const seen = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Seen);
  rmSync(folder, { recursive: true });
  if (seen.length === 0) throw new Error(`No test used a sandbox.\n${words}`);
  return seen;
}

/** How much of Stripe's contract the tests touch, and how often it is broken. Issue 3 sets the bars. */
export async function measureContract(): Promise<Figure[]> {
  const [seen, { operations }] = await Promise.all([gather(), loadContract()]);
  const answered = new Set(seen.flatMap((file) => Object.keys(file.operations)));
  const paths = new Set(operations.filter(({ name }) => answered.has(name)).map(({ path }) => path));
  const subset = subsetOperations.filter((name) => answered.has(name));
  const events = seen.flatMap(({ eventTypes }) => Object.entries(eventTypes));
  const issue = 3;
  return [
    { issue, name: 'contract-coverage', value: (subset.length / subsetOperations.length) * 100, unit: '% of 144 operations', atLeast: 90 },
    { issue, name: 'contract-operations', value: answered.size, unit: 'operations answered' },
    { issue, name: 'contract-paths', value: paths.size, unit: 'distinct paths' },
    {
      issue,
      name: 'contract-parameters',
      value: (total(seen.map(({ parametersKnown }) => parametersKnown)) / total(seen.map(({ parameters }) => parameters))) * 100,
      unit: "% of Stripe's parameters known",
    },
    { issue, name: 'contract-requests', value: total(seen.map(({ requests }) => requests)), unit: 'requests validated' },
    {
      issue,
      name: 'contract-responses',
      value: total(seen.map(({ responses, refusals }) => responses + refusals)),
      unit: 'responses validated',
    },
    { issue, name: 'contract-events', value: total(events.map(([, count]) => count)), unit: 'events validated' },
    { issue, name: 'contract-event-types', value: new Set(events.map(([type]) => type)).size, unit: 'event types' },
    { issue, name: 'contract-violations', value: total(seen.map(({ violations }) => violations)), unit: '', atMost: 0 },
  ];
}
