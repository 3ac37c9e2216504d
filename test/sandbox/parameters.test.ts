/**
 * Every parameter of every operation, sent alone.
 *
 * Promise: what Stripe does not know is refused, and the share of what Stripe knows and the sandbox takes does not fall.
 * `PARAMETER_GAPS=FILE` writes the others down.
 */
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createSandbox } from '@tillkit/sandbox';
import { loadContract } from '../../scripts/contract/contract.ts';
import type { Operation } from '../../scripts/contract/schema.ts';
import { seen } from '../contract/observer.ts';
import { beyondOperations, subsetOperations } from '../contract/operations.ts';
import { parametersOf } from '../contract/parameters.ts';
import { start } from './stand.ts';

/** The share of known parameters that has been reached. */
const leastKnown = 0.4;

const { operations, schemas } = await loadContract();
const asked = operations.filter(({ name }) => [...subsetOperations, ...beyondOperations].includes(name));

type Reading = 'read' | 'unknown' | 'not offered';

/** Whether the operation knows all parameters of `form`. Nothing is there that it could work on. */
async function reading({ method, path }: Operation, form: Readonly<Record<string, string>>): Promise<Reading> {
  const sandbox = createSandbox({ now: start, seedKey: 'parameters' });
  const url = new URL(`http://sandbox.localhost${path.replaceAll(/\{\w+\}/gu, 'none_1')}`);
  const body = new URLSearchParams(form);
  if (method !== 'POST') url.search = body.toString();
  const headers = { authorization: 'Bearer sk_test_parameters' };
  const response = await sandbox.fetch(new Request(url, { method, headers, ...(method === 'POST' && { body }) }));
  if (response.ok) return 'read';
  const { error } = (await response.json()) as { error: { code?: string; message: string } };
  if (error.message.startsWith('Unrecognized request URL')) return 'not offered';
  return error.code === 'parameter_unknown' ? 'unknown' : 'read';
}

it('knows the parameters that Stripe knows', { timeout: 60_000 }, async () => {
  const gaps: string[] = [];
  for (const operation of asked) {
    for (const { path, form } of parametersOf(operation, schemas)) {
      const told = await reading(operation, form);
      if (told === 'not offered') continue;
      seen.parameters += 1;
      if (told === 'read') seen.parametersKnown += 1;
      else gaps.push(`${operation.name} ${path}`);
    }
  }
  if (process.env.PARAMETER_GAPS !== undefined) writeFileSync(process.env.PARAMETER_GAPS, `${gaps.join('\n')}\n`);
  console.log(`Parameters known: ${seen.parametersKnown} of ${seen.parameters}`);
  expect(seen.parametersKnown / seen.parameters).toBeGreaterThanOrEqual(leastKnown);
});

it('refuses a parameter that Stripe does not know', async () => {
  const taken: string[] = [];
  for (const operation of asked) if ((await reading(operation, { not_of_stripe: '1' })) === 'read') taken.push(operation.name);
  expect(taken).toEqual([]);
});
