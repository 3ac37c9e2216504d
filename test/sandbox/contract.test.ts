/**
 * The whole API, walked with the SDK's own methods.
 *
 * Promise: whatever is answered is answered as Stripe's contract says (the check runs in every test, see
 * test/contract/setup.ts), and the count of answered operations does not fall.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { createSandbox } from '@tillkit/sandbox';
import { observe } from '../contract/observer.ts';
import { loadContract } from '../../scripts/contract/contract.ts';
import { beyondOperations, subsetOperations } from '../contract/operations.ts';
import { Routes } from '../contract/routes.ts';
import { openStage } from '../live/stage.ts';
import { sections } from '../live/walk/sections.ts';
import { start } from './stand.ts';

/** Operations that have to be answered; a customer's own discount has no way to begin in this version. */
const leastAnswered = 140;

const routes = new Routes((await loadContract()).operations);
const answered = new Set<string>();

describe('the walk through the API', () => {
  it.for(sections)('answers $name', async ({ run }) => {
    const sandbox = createSandbox({ now: start, seedKey: 'walk', observe });
    const stage = openStage({
      apiKey: 'sk_test_walk',
      send: (request) => sandbox.fetch(request),
      unique: 'WALK1',
      now: () => sandbox.clock.now(),
      pause: () => sandbox.deliveries.flush(),
    });
    try {
      await run(stage);
    } finally {
      for (const { method, path, status } of stage.exchanges) if (status < 300) answered.add(routes.find(method, path)?.name ?? path);
    }
  });
});

describe('coverage', () => {
  const missed = (): string[] => subsetOperations.filter((name) => !answered.has(name));

  afterAll(() => {
    const beyond = beyondOperations.filter((name) => answered.has(name));
    console.log(
      `Operations answered: ${subsetOperations.length - missed().length} of ${subsetOperations.length}, and ${beyond.length} of ${beyondOperations.length} beyond. Missed: ${missed().join(', ') || 'none'}`,
    );
  });

  it('does not fall behind', () => {
    expect(subsetOperations.length - missed().length).toBeGreaterThanOrEqual(leastAnswered);
  });
});
