/** Threat table, rows 8, 13 and 14: what was never told is found, what is not ours is ignored, a wrong clock is seen. */
import { describe, expect, it } from 'vitest';
import { createLog } from '@tillkit/server/ops/log';
import { createTillApp } from '@tillkit/server';
import { readSubscription } from '@tillkit/server/stripe/subscriptions';
import { databases } from '../support/databases.ts';
import { startTill, type TestTill } from '../support/till.ts';
import { openShop } from './lives.ts';
import { deliver, deliverGenuine, eventBody, signatureOf } from './signed.ts';

const day = 86_400;

/** Subscriptions of which our copy is not what Stripe has, those of which there is none included. */
async function driftOf({ stripe, store }: TestTill): Promise<string[]> {
  const client = await stripe();
  const drifted: string[] = [];
  for await (const { id } of client.subscriptions.list({ status: 'all', limit: 100 })) {
    const truth = await readSubscription(stripe, id);
    if (JSON.stringify(await store.subscriptions.find(id)) !== JSON.stringify(truth)) drifted.push(id);
  }
  return drifted;
}

describe.each(databases)('a server that was told nothing, on %s', (_, openDatabase) => {
  it.each([4, 31])('knows everything after one sweep, %i days later', async (days) => {
    const till = await startTill({ database: await openDatabase() });
    const known = await openShop(till);
    await known.create({ items: [{ price: known.yearly }] });
    await till.settle();
    await till.app.runJobs();
    expect(await driftOf(till)).toEqual([]);

    till.sandbox.webhooks.setMode({ mode: 'dropped', probability: 1 });
    // what no list of subscriptions shows: a card that is gone, long before the next payment
    const cards = await known.stripe.customers.listPaymentMethods(known.customerId);
    for (const { id } of cards.data) await known.stripe.paymentMethods.detach(id);
    const shops = await Promise.all([openShop(till), openShop(till), openShop(till)]);
    for (const shop of shops) await shop.create();
    await shops[0]!.update({ cancel_at_period_end: true });
    await shops[1]!.toPrice(shops[1]!.company, { proration_behavior: 'always_invoice' });
    await shops[2]!.stripe.subscriptions.cancel((await shops[2]!.current()).id);
    await till.sandbox.clock.advance(days * day);
    await till.app.drain();
    expect((await driftOf(till)).length).toBeGreaterThan(3);

    await till.app.runJobs();
    await till.app.drain();
    expect(await driftOf(till)).toEqual([]);
    expect(await till.app.sweeps.sweepSubscriptions()).toMatchObject({ drifted: 0 });
    expect(await till.app.sweeps.sweepEvents()).toBe(0);
    await till.app.stop();
    await till.store.close();
  });
});

describe('a sweep', () => {
  it('forgets what Stripe has no more', async () => {
    const till = await startTill();
    const shop = await openShop(till);
    await shop.create();
    await till.settle();
    const { id } = await shop.current();
    const fact = (await till.store.subscriptions.find(id))!;
    await till.store.subscriptions.write({ ...fact, id: 'sub_of_a_deleted_test_clock' }, 1, till.now());
    expect(await till.app.sweeps.sweepSubscriptions()).toEqual({ read: 1, drifted: 1 });
    expect(await till.store.subscriptions.find('sub_of_a_deleted_test_clock')).toBeUndefined();
    expect(await till.store.subscriptions.find(id)).toEqual(fact);
    await till.close();
  });

  it('tells at once what it found', async () => {
    const heard: string[] = [];
    const listener = { name: 'listener', introduction: '', install: () => ({ consumers: [{ name: 'listener', deliver }] }) };
    async function deliver({ type }: { type: string }): Promise<void> {
      heard.push(type);
    }
    const till = await startTill({ modules: [listener] });
    till.sandbox.webhooks.setMode({ mode: 'dropped', probability: 1 });
    const shop = await openShop(till);
    await shop.create();
    await till.app.sweeps.sweepSubscriptions();
    await till.app.drain();
    expect(heard).toContain('subscription.started');
    await till.close();
  });

  it('stops with the server, and is due again', async () => {
    const till = await startTill();
    const shops = await Promise.all([openShop(till), openShop(till)]);
    for (const shop of shops) await shop.create();
    const jobs = till.app.runJobs();
    await till.app.stop();
    await jobs;
    expect(await till.store.cursors.read('events')).toBeUndefined();
    expect(await till.store.turns.take('sweep-events', till.now(), 900)).toBe(true);
    await till.store.close();
  });
});

describe.each(databases)('a genuine event on %s', (_, openDatabase) => {
  const thin = { object: 'v2.core.event', type: 'v1.customer.subscription.updated', related_object: { id: 'sub_1', type: 'subscription' } };

  it.each([
    ['of the other mode', { livemode: true }],
    ['of another account', { account: 'acct_another' }],
    ['of another account and the other mode', { account: 'acct_another', livemode: true }],
    ['of another account, thin', { ...thin, context: 'acct_another' }],
    ['of the other mode, thin', { ...thin, livemode: true, context: null }],
    ['about nothing', { ...thin, context: null, related_object: null }],
    ['of a kind that we do not know', { type: 'radar.early_fraud_warning.created' }],
    ['whose object has no id', { data: { object: { object: 'subscription' } } }],
  ])('%s is answered 200 and leaves no trace', async (__, more) => {
    const till = await startTill({ database: await openDatabase() });
    const calls = till.stripeCalls.length;
    expect(await deliverGenuine(till, eventBody('evt_1', more))).toBe(200);
    await till.app.drain();
    const counts = await Promise.all((['pending', 'applied', 'dead'] as const).map((status) => till.store.inbox.count(status)));
    expect([...counts, till.stripeCalls.length]).toEqual([0, 0, 0, calls]);
    expect(await till.store.subscriptions.page('', 1)).toEqual([]);
    await till.close();
  });
});

describe('a clock that is ten minutes wrong', () => {
  it.each([-600, 600])('is seen in Stripe’s answers, and refuses nothing in silence: %i s', async (seconds) => {
    const till = await startTill();
    const lines: string[] = [];
    const wrong = (): number => till.now() + seconds;
    const app = createTillApp({
      config: {
        stripe: { secretKey: 'sk_test_till' },
        webhookSecrets: [till.webhookSecret],
        origins: [],
        catalogFile: '',
        databaseFile: '',
        trustedProxies: [],
        hostname: '',
        port: 0,
      },
      store: till.store,
      catalogFile: async () => till.file,
      stripeFetch: async (input, init) => {
        const { status, headers, body } = await till.sandbox.fetch(new Request(input, init));
        return new Response(body, { status, headers: { ...Object.fromEntries(headers), date: new Date(till.now() * 1000).toUTCString() } });
      },
      now: wrong,
      log: createLog((line) => lines.push(line)),
    });
    const readyz = async (): Promise<unknown> => (await app.request('/readyz')).json();
    await app.request('/v1/catalog');
    expect(await readyz()).toMatchObject({ status: 'ready', checks: { clock: 'degraded' } });
    const body = eventBody('evt_1');
    expect(await deliver({ app }, { body, signature: signatureOf(body, till.now(), till.webhookSecret) })).toBe(400);
    expect(lines.some((line) => line.includes('webhook.outside_window') && line.includes(`${seconds} s old`))).toBe(true);
    await till.close();
  });
});
