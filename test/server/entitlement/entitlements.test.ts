import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Entitlements, Problem } from '@tillkit/core/contract/contract';
import { hashSecret } from '@tillkit/server/identity/session-token';
import type { Schema } from '@tillkit/server/store/schema';
import { databases } from '../../support/databases.ts';
import { grantingCatalog } from '../../support/granting.ts';
import { cards, startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const apiKey = 'a-key-of-the-backend-0123456789abcdef';
const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

describe.each(databases)('GET /v1/entitlements on %s', (_, openDatabase) => {
  let till: TestTill;
  let token: string;
  beforeEach(async () => {
    till = await startTill({ catalog: grantingCatalog(), database: await openDatabase(), config: { apiKeyHashes: [hashSecret(apiKey)] } });
    token = await till.signIn('ada');
  });
  afterEach(() => till.close());

  const ask = (options: { token?: string; query?: string; key?: string } = {}) =>
    till.call<Entitlements & Problem>(
      'GET',
      `/v1/entitlements${options.query ?? ''}`,
      options.key === undefined ? { token: options.token ?? token } : { origin: null, headers: { authorization: `Bearer ${options.key}` } },
    );
  const features = async (): Promise<readonly string[]> => (await ask()).body.features;
  /** The same once all webhooks were applied. */
  const afterwards = async (): Promise<readonly string[]> => {
    await till.sandbox.deliveries.release();
    await till.settle();
    return features();
  };

  it('gives nothing to somebody who has bought nothing', async () => {
    expect((await ask()).body).toEqual({ features: [], limits: {}, subscriptions: [], asOf: till.now() });
  });

  it('follows a purchase, a change and an end at once, without any webhook, and the webhooks agree', async () => {
    till.sandbox.deliveries.hold();
    const { checkout } = await till.buy(company, { token });
    const id = checkout.subscription!.id;
    expect(await features()).toEqual(['use-company']);
    const preview = await till.call<{ preview: string }>('POST', '/v1/previews', {
      token,
      body: { subscriptionId: id, target: { addOns: { storage: 1 } } },
    });
    expect((await till.call('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview: preview.body.preview } })).status).toBe(
      200,
    );
    expect(await features()).toEqual(['use-company', 'use-storage']);
    expect((await till.call('POST', `/v1/subscriptions/${id}/cancel`, { token })).status).toBe(200);
    const ending = await ask();
    expect(ending.body.features).toEqual(['use-company', 'use-storage']);
    expect(ending.body.subscriptions).toMatchObject([{ id, access: true, until: expect.any(Number) as number }]);
    expect((await till.call('POST', `/v1/subscriptions/${id}/cancel`, { token, body: { when: 'now' } })).status).toBe(200);
    expect(await features()).toEqual([]);
    expect(await afterwards()).toEqual([]);
  });

  it('gives seven days of grace after a payment failed, then nothing', async () => {
    await till.buy({ ...company, planId: 'team' }, { token, card: cards.declinedLater });
    expect(await features()).toEqual(['use-team']);
    await till.advance(14 * day + 7200);
    token = await till.signIn('ada');
    const [grace] = (await ask()).body.subscriptions;
    expect(grace).toMatchObject({ status: 'past_due', access: true, until: grace!.until });
    expect(grace!.until! - till.now()).toBeGreaterThan(6 * day);
    await till.advance(grace!.until! - till.now() - 60);
    token = await till.signIn('ada');
    expect(await features()).toEqual(['use-team']);
    await till.advance(60);
    token = await till.signIn('ada');
    expect((await ask()).body).toMatchObject({ features: [], subscriptions: [{ status: 'past_due', access: false }] });
  });

  it('gives what is paid once until all of it is given back', async () => {
    till.sandbox.deliveries.hold();
    const { checkout } = await till.buy({ productId: 'guide', quantity: 1, currency: 'usd' }, { token });
    expect(await features()).toEqual(['use-guide']);
    expect(await afterwards()).toEqual(['use-guide']);
    const client = await till.stripe();
    const session = await client.checkout.sessions.retrieve(checkout.checkoutSessionId);
    await client.refunds.create({ payment_intent: session.payment_intent as string, amount: 100 });
    expect(await afterwards()).toEqual(['use-guide']);
    await client.refunds.create({ payment_intent: session.payment_intent as string });
    expect(await afterwards()).toEqual([]);
  });

  it('suspends what is paid once while a bank may take it back', async () => {
    await till.buy({ productId: 'guide', quantity: 1, currency: 'usd' }, { token, card: '4000 0000 0000 0259' });
    expect(await afterwards()).toEqual([]);
  });

  it('holds what was known last while Stripe does not answer', async () => {
    await till.buy(company, { token });
    await till.settle();
    await till.sandbox.clock.advance(300);
    till.sandbox.faults.add({ kind: 'cut_before', probability: 1 });
    expect((await ask()).body.features).toEqual(['use-company']);
    till.sandbox.faults.clear();
  });

  it('tells the owner’s backend of whom it names, and nobody else', async () => {
    const { checkout } = await till.buy(company, { token });
    const own = await ask({ key: apiKey, query: '?subject=ada' });
    expect(own.body.features).toEqual(['use-company']);
    expect((await ask({ key: apiKey, query: `?customer=${checkout.customerId}` })).body.features).toEqual(['use-company']);
    expect((await ask({ key: apiKey, query: '?subject=nobody' })).body.features).toEqual([]);
    expect((await ask({ key: apiKey })).status).toBe(400);
    for (const key of [`${apiKey}x`, apiKey.slice(0, -1), 'x'.repeat(40), apiKey.toUpperCase()])
      expect((await ask({ key, query: '?subject=ada' })).status).toBe(401);
    const eve = await till.signIn('eve');
    expect((await ask({ token: eve, query: `?subject=ada&customer=${checkout.customerId}` })).body.features).toEqual([]);
  });

  it('asks Stripe once however many ask at the same time', async () => {
    const { checkout } = await till.buy(company, { token });
    await till.settle();
    await till.sandbox.clock.advance(61);
    const before = till.stripeCalls.length;
    const query = `?customer=${checkout.customerId}`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ key: apiKey, query })));
    expect(new Set(answers.map(({ body }) => body.features.join()))).toEqual(new Set(['use-company']));
    const calls = till.stripeCalls.slice(before);
    expect(calls.filter((call) => call === 'GET /v1/subscriptions')).toHaveLength(1);
  });

  it('writes nothing down about somebody who was erased', async () => {
    const { checkout } = await till.buy(company, { token });
    await till.settle();
    const customer = checkout.customerId!;
    await till.store.transaction(async (tables) => {
      await tables.erased.add(customer, till.now());
      for (const table of ['customers', 'subscriptions'] as const)
        await tables.own<Pick<Schema, 'customers' | 'subscriptions'>>().deleteFrom(table).execute();
    });
    expect((await ask({ key: apiKey, query: `?customer=${customer}` })).body).toMatchObject({ features: [], subscriptions: [] });
    expect(await till.store.subscriptions.customerSeenAt(customer)).toBeUndefined();
  });
});

it('counts no turns of the owner’s backend, and those of everybody else', async () => {
  const limits = { read: [{ seconds: 60, limit: 3 }] };
  const till = await startTill({ catalog: grantingCatalog(), config: { apiKeyHashes: [hashSecret(apiKey)] }, app: { limits } });
  const status = async (key: string): Promise<number> => {
    const headers = { authorization: `Bearer ${key}` };
    return (await till.call('GET', '/v1/entitlements?subject=ada', { origin: null, headers, from: '192.0.2.7' })).status;
  };
  for (let turn = 0; turn < 10; turn += 1) expect(await status(apiKey)).toBe(200);
  const guesses = [];
  for (let turn = 0; turn < 5; turn += 1) guesses.push(await status(`${apiKey}x`));
  expect(guesses).toEqual([401, 401, 401, 429, 429]);
  await till.close();
});

it('answers what was known last while Stripe hangs', async () => {
  const till = await startTill({ catalog: grantingCatalog(), config: { apiKeyHashes: [hashSecret(apiKey)] } });
  const { checkout } = await till.buy(company, { token: await till.signIn('ada') });
  const ask = () => {
    const headers = { authorization: `Bearer ${apiKey}` };
    return till.call<Entitlements>('GET', `/v1/entitlements?customer=${checkout.customerId}`, { origin: null, headers });
  };
  await till.settle();
  await ask();
  await till.sandbox.clock.advance(61);
  const before = await till.store.subscriptions.customerSeenAt(checkout.customerId!);
  till.sandbox.faults.add({ kind: 'slow', probability: 1, milliseconds: 5000 });
  expect((await ask()).body.features).toEqual(['use-company']);
  expect(await till.store.subscriptions.customerSeenAt(checkout.customerId!)).toBe(before);
  till.sandbox.faults.clear();
  await till.close();
});

/** A till that has bought for one customer and one whom this server has never read, and then lost Stripe's voice. */
async function withHangingStripe(readFirst: boolean) {
  const till = await startTill({ catalog: grantingCatalog(), config: { apiKeyHashes: [hashSecret(apiKey)] } });
  onTestFinished(() => till.close());
  const stripe = await till.stripe();
  const { id } = await stripe.customers.create({ email: 'never-read@example.com' });
  const ask = () => {
    const headers = { authorization: `Bearer ${apiKey}` };
    return till.call<Problem>('GET', `/v1/entitlements?customer=${id}`, { origin: null, headers });
  };
  if (readFirst) await till.call('GET', '/v1/catalog');
  till.sandbox.faults.add({ kind: 'slow', probability: 1, milliseconds: 8000 });
  onTestFinished(() => till.sandbox.faults.clear());
  return ask;
}

it.each([
  ['the catalog is known', true],
  ['not even the catalog is', false],
])('refuses in two seconds, while Stripe hangs, who was never read, and does not say that they have nothing: %s', async (_, readFirst) => {
  const ask = await withHangingStripe(readFirst);
  const { status, body } = await ask();
  expect([status, body.code]).toEqual([502, 'stripe_unavailable']);
});
