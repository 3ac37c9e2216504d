import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { createCatalogSource } from '@tillkit/server/catalog/catalog-source';
import { readPrices } from '@tillkit/server/stripe/price-facts';
import { findDuplicates } from '@tillkit/server/subscription/duplicates';
import { createMirror } from '@tillkit/server/subscription/mirror';
import type { CheckoutSessionResponse, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { recordedLog } from '../../support/recorded-log.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

/** The published case, whose trials stand still without a card. */
function pausing(): object {
  const file = JSON.parse(readFileSync(new URL('../../../examples/catalogs/redis-hosting.json', import.meta.url), 'utf8')) as {
    plans: { trial?: { end: string } }[];
  };
  for (const { trial } of file.plans) if (trial) trial.end = 'pause';
  return file;
}

let till: TestTill;
afterEach(() => till.close());

const told = async () => (await till.store.outbox.list()).filter(({ type }) => type === 'subscription.duplicate');
const statuses = async (customer: string) => {
  const client = await till.stripe();
  const { data } = await client.subscriptions.list({ customer, status: 'all', limit: 100 });
  return Object.fromEntries(data.map(({ id, status }) => [id, status]));
};

let recorded = recordedLog();

/** Looks for duplicates, as it is done for an event, with what the mirror has by now. */
async function look(customerId: string, subscriptionId?: string): Promise<void> {
  const { stripe, store, now, config } = till;
  const catalog = createCatalogSource({
    file: async () => till.file,
    readPrices: (keys) => readPrices(stripe, keys),
    now,
    log: recorded.log,
  });
  const mirror = createMirror({ stripe, store, catalog, now });
  if (subscriptionId) await mirror.refresh(subscriptionId);
  else await mirror.refreshCustomer(customerId);
  await findDuplicates({ config, stripe, store, catalog, mirror, now, log: recorded.log }, customerId);
}
/** Somebody with two subscriptions of one group, in the order in which they were bought. */
async function withTwo(config: object = {}): Promise<readonly [customerId: string, first: string, second: string]> {
  till = await startTill({ config, stripe: noEvents });
  const { checkout } = await till.buy(company, { token: await till.signIn('ada') });
  const { id: first, customerId } = checkout.subscription!;
  const client = await till.stripe();
  const { items, default_payment_method: card } = await client.subscriptions.retrieve(first);
  await till.sandbox.clock.advance(10);
  const { id: second } = await client.subscriptions.create({
    customer: customerId,
    items: [{ price: items.data[0]!.price.id }],
    default_payment_method: card as string,
  });
  recorded = recordedLog();
  return [customerId, first, second];
}
const noEvents = { webhookMode: { mode: 'dropped', probability: 1 } } as const;

describe('with the policy cancel_newest', () => {
  it('what takes the place of a trial that stands still is kept, whichever event comes first', async () => {
    till = await startTill({ catalog: pausing(), config: { duplicates: 'cancel_newest' }, stripe: noEvents });
    const m = { planId: 'm', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
    const token = await till.signIn('ada');
    const trial = await till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token, body: { selection: m } });
    await till.advance(30 * day + 7200);
    const again = await till.signIn('ada');
    const { body } = await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', {
      token: again,
      body: { selection: m, returnUrl: shop, verifierHash: newVerifier().verifierHash },
    });
    await till.pay(body.checkoutSessionId);
    const { id, customerId } = trial.body.subscription;
    await look(customerId);
    const { [id]: old, ...others } = await statuses(customerId);
    expect([old, Object.values(others)]).toEqual(['paused', ['active']]);
    expect(await told()).toEqual([]);
  });

  it('what is bought after the earlier one has ended is kept, while nobody here has heard of that end', async () => {
    till = await startTill({ config: { duplicates: 'cancel_newest' }, stripe: noEvents });
    const { checkout } = await till.buy(company, { token: await till.signIn('ada') });
    const { id: first, customerId } = checkout.subscription!;
    const client = await till.stripe();
    const { items, default_payment_method: card } = await client.subscriptions.retrieve(first);
    await till.sandbox.clock.advance(10);
    await client.subscriptions.cancel(first);
    const second = await client.subscriptions.create({
      customer: customerId,
      items: [{ price: items.data[0]!.price.id }],
      default_payment_method: card as string,
    });
    await look(customerId, second.id);
    expect(await statuses(customerId)).toEqual({ [first]: 'canceled', [second.id]: 'active' });
    expect(await told()).toEqual([]);
  });
});

describe('what is paid for twice', () => {
  it('is told once, with the earlier one, the group and who pays, and stays', async () => {
    const [customerId, first, second] = await withTwo();
    await look(customerId);
    await look(customerId);
    const found = await told();
    expect(found.map(({ payload }) => payload)).toEqual([
      { customerId, subscriptionId: second, otherCustomerId: customerId, otherSubscriptionId: first, group: expect.any(String) },
    ]);
    expect(await statuses(customerId)).toEqual({ [first]: 'active', [second]: 'active' });
    expect(recorded.logged('subscription.duplicate')).toMatchObject([{ level: 'warn', message: `${second} beside ${first}` }]);
  });

  it('is ended where the owner wants it so: the later one, once', async () => {
    const [customerId, first, second] = await withTwo({ duplicates: 'cancel_newest' });
    await look(customerId);
    await look(customerId);
    expect(await statuses(customerId)).toEqual({ [first]: 'active', [second]: 'canceled' });
    expect(till.stripeCalls.filter((call) => call.startsWith('DELETE /v1/subscriptions/'))).toEqual([`DELETE /v1/subscriptions/${second}`]);
    expect((await till.store.subscriptions.find(second))!.status).toBe('canceled');
  });
});
