/**
 * Every parameter of every operation, sent alone.
 *
 * Promise: what Stripe does not know is refused, every refusal is shaped as Stripe's are, and the share of what Stripe
 * knows and the sandbox takes does not fall. `PARAMETER_GAPS=FILE` writes the rest down.
 */
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSandbox } from '@tillkit/sandbox';
import { loadContract } from '../../scripts/contract/contract.ts';
import type { Operation } from '../../scripts/contract/schema.ts';
import { exchangeFaults, seen } from '../contract/observer.ts';
import { beyondOperations, subsetOperations } from '../contract/operations.ts';
import { parametersOf } from '../contract/parameters.ts';
import { start } from './stand.ts';

/** The share of known parameters that has been reached. */
const leastKnown = 0.4;
/** The share of values of a wrong kind that is refused. */
const leastRefused = 0.4;

const { operations, schemas } = await loadContract();
const asked = operations.filter(({ name }) => [...subsetOperations, ...beyondOperations].includes(name));

interface Told {
  readonly status: number;
  readonly code: string | undefined;
  readonly isOffered: boolean;
  /** What of a refusal is not as Stripe's contract says. */
  readonly faults: readonly string[];
}

const sandbox = createSandbox({ now: start, seedKey: 'parameters' });

/** Sends a form to a sandbox in which an operation finds nothing that it could work on. */
async function send({ method, path }: Operation, form: Readonly<Record<string, string>>): Promise<Told> {
  const url = new URL(`http://sandbox.localhost${path.replaceAll(/\{\w+\}/gu, 'none_1')}`);
  const encoded = new URLSearchParams(form);
  if (method !== 'POST') url.search = encoded.toString();
  const headers = { authorization: 'Bearer sk_test_parameters' };
  const response = await sandbox.fetch(new Request(url, { method, headers, ...(method === 'POST' && { body: encoded }) }));
  const body = (await response.json()) as { error?: { code?: string; message: string } };
  const isOffered = body.error?.message.startsWith('Unrecognized request URL') !== true;
  const isRefused = !response.ok && isOffered && body.error?.code !== 'parameter_unknown';
  const faults = isRefused ? exchangeFaults({ method, path: url.pathname, params: {}, status: response.status, body }) : [];
  return { status: response.status, code: body.error?.code, isOffered, faults };
}

describe('parameters', () => {
  it('are known when Stripe knows them', async () => {
    const gaps: string[] = [];
    for (const operation of asked) {
      for (const { path, form } of parametersOf(operation, schemas)) {
        const { isOffered, code } = await send(operation, form);
        if (!isOffered) continue;
        seen.parameters += 1;
        if (code === 'parameter_unknown') gaps.push(`${operation.name} ${path}`);
        else seen.parametersKnown += 1;
      }
    }
    if (process.env.PARAMETER_GAPS !== undefined) writeFileSync(process.env.PARAMETER_GAPS, `${gaps.join('\n')}\n`);
    console.log(`Parameters known: ${seen.parametersKnown} of ${seen.parameters}`);
    expect(seen.parametersKnown / seen.parameters).toBeGreaterThanOrEqual(leastKnown);
  });

  it('are refused when Stripe does not know them', async () => {
    const taken: string[] = [];
    for (const operation of asked) {
      const { isOffered, code } = await send(operation, { not_of_stripe: '1' });
      if (isOffered && code !== 'parameter_unknown') taken.push(operation.name);
    }
    expect(taken).toEqual([]);
  });

  it('are refused with a value of a wrong kind, as Stripe refuses', async () => {
    const [taken, misshapen]: [string[], string[]] = [[], []];
    let wrong = 0;
    for (const operation of asked) {
      for (const { path, wrongForm } of parametersOf(operation, schemas)) {
        if (!wrongForm) continue;
        const { isOffered, status, code, faults } = await send(operation, wrongForm);
        if (!isOffered || code === 'parameter_unknown') continue;
        wrong += 1;
        if (status !== 400) taken.push(`${operation.name} ${path}: ${status}`);
        misshapen.push(...faults);
      }
    }
    if (process.env.PARAMETER_GAPS !== undefined) writeFileSync(`${process.env.PARAMETER_GAPS}.taken`, `${taken.join('\n')}\n`);
    console.log(`Values of a wrong kind refused: ${wrong - taken.length} of ${wrong}`);
    expect([...new Set(misshapen)]).toEqual([]);
    expect(1 - taken.length / wrong).toBeGreaterThanOrEqual(leastRefused);
  });
});
