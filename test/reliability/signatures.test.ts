/** Threat table, rows 1, 3 and 12: who may tell this server anything. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '@tillkit/server/config';
import { runServer } from '@tillkit/server/main';
import { startTill, type TestTill } from '../support/till.ts';
import { databases } from '../support/databases.ts';
import { forgedDeliveries } from './forged-deliveries.ts';
import { deliver, deliverGenuine, eventBody, signatureOf } from './signed.ts';

const kept = async ({ store }: TestTill): Promise<number> => {
  const counts = await Promise.all((['pending', 'applied', 'dead'] as const).map((status) => store.inbox.count(status)));
  return counts.reduce((sum, count) => sum + count);
};

describe.each(databases)('a delivery on %s', (_, openDatabase) => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill({ database: await openDatabase() });
  });
  afterEach(() => till.close());

  it('is refused in each of 40 forgeries, and nothing is kept of any', async () => {
    const forged = forgedDeliveries(till.webhookSecret, till.now());
    expect(new Set(forged.map(([name]) => name)).size).toBe(40);
    const answers: [string, number][] = [];
    for (const [name, delivery] of forged) answers.push([name, await deliver(till, delivery)]);
    expect(answers).toEqual(forged.map(([name]) => [name, 400]));
    expect(await kept(till)).toBe(0);
    expect(await deliverGenuine(till, eventBody('evt_genuine'))).toBe(200);
    expect(await kept(till)).toBe(1);
  });

  it('has no further effect when it was captured and is sent 1,000 times again', async () => {
    const body = eventBody('evt_captured');
    const captured = { body, signature: signatureOf(body, till.now(), till.webhookSecret) };
    expect(await deliver(till, captured)).toBe(200);
    await till.app.drain();
    const calls = till.stripeCalls.length;
    const answers = await Promise.all(Array.from({ length: 1000 }, () => deliver(till, captured)));
    expect(new Set(answers)).toEqual(new Set([200]));
    await till.app.drain();
    expect([till.stripeCalls.length, await kept(till)]).toEqual([calls, 1]);
  });
});

describe('the moment in a signature', () => {
  it.each([
    [-301, 400],
    [-300, 200],
    [-299, 200],
    [0, 200],
    [299, 200],
    [300, 200],
    [301, 400],
  ])('%i seconds from our clock is answered %i', async (seconds, status) => {
    const till = await startTill();
    const body = eventBody('evt_1');
    expect(await deliver(till, { body, signature: signatureOf(body, till.now() + seconds, till.webhookSecret) })).toBe(status);
    await till.close();
  });
});

describe('secrets that are changed while deliveries come', () => {
  const [old, fresh] = ['whsec_the_old_secret', 'whsec_the_new_secret'];

  it('refuses none of 2,000 genuine deliveries', async () => {
    // what the server knows, and what Stripe signs with: the old one goes on signing for up to a day
    const phases = [
      { known: [old], signing: [old] },
      { known: [old], signing: [fresh, old] },
      { known: [old, fresh], signing: [fresh, old] },
      { known: [old, fresh], signing: [fresh] },
      { known: [fresh, old], signing: [fresh] },
      { known: [fresh], signing: [fresh] },
    ];
    const each = Math.ceil(2000 / phases.length);
    const answers: number[] = [];
    for (const [phase, { known, signing }] of phases.entries()) {
      const till = await startTill({ config: { webhookSecrets: known } });
      for (let number = 0; number < each; number += 1) {
        const body = eventBody(`evt_${phase}_${number}`);
        answers.push(await deliver(till, { body, signature: signatureOf(body, till.now(), ...signing) }));
      }
      expect(await kept(till)).toBe(each);
      await till.close();
    }
    expect(answers.filter((status) => status !== 200)).toEqual([]);
    expect(answers.length).toBeGreaterThanOrEqual(2000);
  });

  it('refuses the old secret once it is removed', async () => {
    const till = await startTill({ config: { webhookSecrets: [fresh] } });
    const body = eventBody('evt_1');
    expect(await deliver(till, { body, signature: signatureOf(body, till.now(), old) })).toBe(400);
    expect(await deliver(till, { body, signature: signatureOf(body, till.now(), fresh) })).toBe(200);
    await till.close();
  });
});

describe('a server without a secret', () => {
  const environment = { STRIPE_SECRET_KEY: 'sk_test_1', TILL_ORIGINS: 'https://shop.example' };

  it.each([
    ['unset', undefined],
    ['blank', ''],
    ['only spaces', '   '],
    ['only commas', ' , ,'],
    ['its prefix alone', 'whsec_'],
    ['its prefix and spaces', 'whsec_          '],
  ])('does not start when it is %s', async (_, secret) => {
    const result = readConfig({ ...environment, STRIPE_WEBHOOK_SECRET: secret });
    expect(result.ok).toBe(false);
    await expect(runServer({ ...environment, STRIPE_WEBHOOK_SECRET: secret })).rejects.toThrow('STRIPE_WEBHOOK_SECRET');
  });
});
