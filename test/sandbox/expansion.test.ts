/**
 * Every attribute that Stripe's types call expandable, expanded on an object that the walk has made.
 */
import { expect, it } from 'vitest';
import { createSandbox } from '@tillkit/sandbox';
import { loadContract } from '../../scripts/contract/contract.ts';
import { expandableNames } from '../contract/expandable.ts';
import { observe, takeViolations } from '../contract/observer.ts';
import { Routes } from '../contract/routes.ts';
import { openStage } from '../live/stage.ts';
import { sections } from '../live/walk/sections.ts';
import { start } from './stand.ts';

const { operations, schemas } = await loadContract();
const routes = new Routes(operations);

/** Expandable by its type alone. */
const exempt = new Set([
  'accounts.retrieve external_accounts', // of connected accounts only
  'accounts.retrieveCurrent external_accounts',
]);

const isDeleted = (body: unknown): boolean => typeof body === 'object' && body !== null && 'deleted' in body;

it.for(sections)('expands what can be expanded: $name', async ({ run }) => {
  const sandbox = createSandbox({ now: start, seedKey: 'walk', observe });
  const stage = openStage({
    apiKey: 'sk_test_walk',
    send: (request) => sandbox.fetch(request),
    unique: 'WALK1',
    now: () => sandbox.clock.now(),
    pause: () => sandbox.deliveries.flush(),
  });
  await run(stage).catch(() => takeViolations()); // the walk has its own test
  const refused = new Set<string>();
  const seen = new Set<string>();
  for (const { method, path, status, body, params } of stage.exchanges) {
    const operation = routes.find(method, path);
    if (!operation || method !== 'GET' || status !== 200 || isDeleted(body) || seen.has(operation.name)) continue;
    seen.add(operation.name);
    for (const name of expandableNames(operation.response, schemas)) {
      const asked = Object.fromEntries(Object.entries(params).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
      const url = `http://sandbox.localhost${path}?${new URLSearchParams({ ...asked, 'expand[0]': name }).toString()}`;
      const response = await sandbox.fetch(new Request(url, { headers: { authorization: 'Bearer sk_test_walk' } }));
      if (response.status === 400) refused.add(`${operation.name} ${name}`);
    }
  }
  expect([...refused].filter((name) => !exempt.has(name))).toEqual([]);
});
