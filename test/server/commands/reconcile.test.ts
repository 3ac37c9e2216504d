import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openStore } from '@tillkit/server';
import { runTill } from '../../support/command.ts';
import { newFolder } from '../../support/folder.ts';
import { startTill } from '../../support/till.ts';

const catalog = fileURLToPath(new URL('../../../examples/catalogs/team-suite.json', import.meta.url));
const selection = { planId: 'starter', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

/** An account with three subscriptions, and the settings of a server that lost its database. */
async function lost() {
  const till = await startTill();
  for (let number = 0; number < 3; number += 1) await till.buy(selection);
  await till.settle();
  const file = newFolder()('till.sqlite');
  const surroundings = {
    environment: {
      STRIPE_SECRET_KEY: 'sk_test_till',
      STRIPE_WEBHOOK_SECRET: till.webhookSecret,
      TILL_ORIGINS: 'https://shop.example',
      TILL_CATALOG: catalog,
      TILL_DATABASE: file,
    },
    stripeFetch: ((input, init) => till.sandbox.fetch(new Request(input, init))) satisfies typeof globalThis.fetch,
    now: till.now,
  };
  const known = async (): Promise<number> => {
    const store = await openStore(file);
    const count = (await store.subscriptions.page('', 100)).length;
    await store.close();
    return count;
  };
  return { till, file, surroundings, known };
}

it('fills a lost database again from Stripe, and finds nothing the second time', async () => {
  const { till, surroundings, known } = await lost();
  const sentence = (drifted: number): string => `3 subscriptions compared; ${drifted} were missing or different here and were read again.`;
  expect((await runTill('reconcile --full', surroundings)).lines).toContain(sentence(3));
  expect(await known()).toBe(3);
  expect((await runTill('reconcile --full', surroundings)).lines).toEqual([sentence(0)]);
  await till.close();
});

it('finds events that were not delivered, and applies them', async () => {
  const { till, surroundings, known } = await lost();
  expect((await runTill('reconcile', surroundings)).fault).toBeUndefined();
  expect(await known()).toBe(3);
  await till.buy(selection);
  const { lines } = await runTill('reconcile', surroundings);
  expect(lines.filter((line) => /^[1-9]\d* events had not been delivered\.$/u.test(line))).toHaveLength(1);
  expect(await known()).toBe(4);
  await till.close();
});

it('asks the server that has the SQLite file to begin at once', async () => {
  const { till, file, surroundings } = await lost();
  const server = await openStore(file);
  await server.turns.take('sweep-subscriptions', till.now(), 86_400);
  expect(await server.turns.take('sweep-subscriptions', till.now(), 86_400)).toBe(false);
  const { lines, fault } = await runTill('reconcile --full', surroundings);
  expect([fault, lines[0]]).toEqual([undefined, expect.stringContaining('The running server begins within 30 seconds')]);
  expect(await server.turns.take('sweep-subscriptions', till.now(), 86_400)).toBe(true);
  await server.close();
  await till.close();
});

it('wants the whole configuration before it asks Stripe', async () => {
  const { fault } = await runTill('reconcile', { environment: { TILL_DATABASE: newFolder()('till.sqlite') } });
  expect(fault).toContain('STRIPE_SECRET_KEY is missing');
});
