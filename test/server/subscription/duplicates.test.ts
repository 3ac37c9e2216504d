import { readFileSync } from 'node:fs';
import type Stripe from 'stripe';
import { afterEach, describe, expect, it } from 'vitest';
import { createCatalogSource } from '@tillkit/server/catalog/catalog-source';
import { readPrices } from '@tillkit/server/stripe/price-facts';
import { findDuplicates } from '@tillkit/server/subscription/duplicates';
import { createMirror } from '@tillkit/server/subscription/mirror';
import type { CheckoutSessionResponse, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const twoGroups = monthlyCatalog(
  { ...monthlyPlan('free', 0), kind: 'free' },
  monthlyPlan('company', 4900),
  monthlyPlan('extra', 900, { group: 'extra' }),
);
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
  till = await startTill({ catalog: twoGroups, config, stripe: noEvents });
  const { checkout } = await till.buy(company, { token: await till.signIn('ada') });
  const { id: first, customerId } = checkout.subscription!;
  await till.sandbox.clock.advance(10);
  recorded = recordedLog();
  return [customerId, first, await subscribe(customerId)];
}
/** Begins one more subscription at Stripe, with the customer's card; of a plan, or of a price that the catalog does not have. */
async function subscribe(customer: string, of: string = 'company', more: Partial<Stripe.SubscriptionCreateParams> = {}): Promise<string> {
  const client = await till.stripe();
  const price = of.startsWith('price_') ? of : await priceOf(of);
  const [card] = (await client.customers.listPaymentMethods(customer)).data;
  const created = await client.subscriptions.create({ customer, items: [{ price }], default_payment_method: card!.id, ...more });
  return created.id;
}
const priceOf = async (planId: string) => (await (await till.stripe()).prices.list({ lookup_keys: [`${planId}_month`] })).data[0]!.id;
const cancel = async (id: string) => (await till.stripe()).subscriptions.cancel(id);
const move = async (id: string, planId: string) => {
  const client = await till.stripe();
  const { items } = await client.subscriptions.retrieve(id);
  await client.subscriptions.update(id, { items: [{ id: items.data[0]!.id, price: await priceOf(planId) }] });
};
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
    await till.sandbox.clock.advance(10);
    await cancel(first);
    const second = await subscribe(customerId);
    await look(customerId, second);
    expect(await statuses(customerId)).toEqual({ [first]: 'canceled', [second]: 'active' });
    expect(await told()).toEqual([]);
  });
});

describe('with the policy cancel_newest, of two of which one takes no money', () => {
  /** Begins two at Stripe, one after the other, as an owner can; answers both and what has become of them. */
  const two = async (...begin: [first: (customer: string) => Promise<string>, second: (customer: string) => Promise<string>]) => {
    till = await startTill({ catalog: twoGroups, config: { duplicates: 'cancel_newest' }, stripe: noEvents });
    const { checkout } = await till.buy({ ...company, planId: 'extra' }, { token: await till.signIn('ada') });
    const { customerId } = checkout.subscription!;
    const ids = [];
    for (const one of begin) {
      await till.sandbox.clock.advance(10);
      ids.push(await one(customerId));
    }
    for (let round = 1; round <= 2; round += 1) await look(customerId);
    const all = await statuses(customerId);
    return ids.map((id) => all[id]);
  };
  const paid = (customer: string) => subscribe(customer);
  const inTrial = (customer: string) => subscribe(customer, 'company', { trial_period_days: 14 });
  const resting = async (customer: string) => {
    const id = await subscribe(customer);
    await (await till.stripe()).subscriptions.pause(id, { type: 'subscription' });
    return id;
  };

  it('a trial is ended beside what is paid, also where it began before', async () => {
    expect(await two(inTrial, paid)).toEqual(['canceled', 'active']);
    expect((await told()).map(({ payload }) => payload)).toHaveLength(1);
  });

  it('what rests is ended beside what is paid, also where it began before', async () => {
    expect(await two(resting, paid)).toEqual(['canceled', 'active']);
  });

  it('the later one is ended where neither or both do, and where it is the one', async () => {
    expect(await two(paid, inTrial)).toEqual(['active', 'canceled']);
    await till.close();
    expect(await two(inTrial, inTrial)).toEqual(['trialing', 'canceled']);
    await till.close();
    expect(await two(paid, paid)).toEqual(['active', 'canceled']);
  });
});

describe('what is paid for twice', () => {
  it('is told once, with the earlier one, the group and who pays, and stays', async () => {
    const [customerId, first, second] = await withTwo();
    await look(customerId);
    expect(recorded.logged('subscription.duplicate')).toHaveLength(1);
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

  it('is each later one of its plan group; what is of another group or of none, or waits for its first payment, is not', async () => {
    const [customerId, , second] = await withTwo();
    const client = await till.stripe();
    const { id: own } = await client.prices.create({
      currency: 'usd',
      unit_amount: 700,
      recurring: { interval: 'month' },
      product_data: { name: 'A thing of the owner' },
    });
    for (const price of ['extra', own, own]) await subscribe(customerId, price);
    await subscribe(customerId, 'company', { payment_behavior: 'default_incomplete' });
    await till.sandbox.clock.advance(10);
    const third = await subscribe(customerId);
    await look(customerId);
    expect((await told()).map(({ payload }) => payload)).toMatchObject([{ subscriptionId: second }, { subscriptionId: third }]);
  });

  const meanwhile: Record<string, (pair: { first: string; second: string; customerId: string }) => Promise<unknown>> = {
    'the earlier one has ended': ({ first }) => cancel(first),
    'the later one has ended': ({ second }) => cancel(second),
    'the earlier one has come to rest': async ({ first }) => (await till.stripe()).subscriptions.pause(first, { type: 'subscription' }),
    'the later one was moved into another plan group': ({ second }) => move(second, 'extra'),
    'nothing of the customer is written down any more': ({ customerId }) =>
      till.store.transaction((tables) => tables.erased.add(customerId, till.now())),
  };
  it.each(Object.entries(meanwhile))('is ended by nobody when %s before its turn comes', async (_, happen) => {
    const [customerId, first, second] = await withTwo({ duplicates: 'cancel_newest' });
    const { pendingChanges } = till.store;
    await pendingChanges.hold(second, customerId, 'a change', till.now());
    const looking = look(customerId);
    await expect.poll(told).toHaveLength(1);
    await happen({ first, second, customerId });
    const before = till.stripeCalls.length;
    await pendingChanges.release(second, 'a change');
    await looking;
    expect(till.stripeCalls.slice(before).filter((call) => call.startsWith('DELETE'))).toEqual([]);
  });

  it('is told once when two customers of one address bought in the same second, whoever is looked at, and ends nothing', async () => {
    till = await startTill({ config: { duplicates: 'cancel_newest' }, stripe: noEvents });
    const bought = [];
    for (const sub of ['ada', 'bob']) bought.push((await till.buy(company, { token: await till.signIn(sub) })).checkout.subscription!);
    recorded = recordedLog();
    const [one, other] = bought.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    for (const { customerId } of bought) {
      await look(customerId);
      expect((await told()).map(({ payload }) => payload)).toMatchObject([{ subscriptionId: other!.id, otherSubscriptionId: one!.id }]);
    }
    expect(recorded.logged('subscription.duplicate')).toHaveLength(1);
    for (const { id, customerId } of bought) expect(await statuses(customerId)).toEqual({ [id]: 'active' });
  });

  it('is looked for among others only when there is something paid, and read once more only when there are two', async () => {
    till = await startTill({ catalog: twoGroups, stripe: noEvents });
    const token = await till.signIn('ada');
    const body = { selection: { ...company, planId: 'free' } };
    const { subscription: free } = (await till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token, body })).body;
    const asked = async (subscriptionId: string) => {
      const before = till.stripeCalls.length;
      await look(free.customerId, subscriptionId);
      return till.stripeCalls.slice(before).filter((call) => /^GET \/v1\/(?:customers.*|subscriptions)$/u.test(call));
    };
    expect(await asked(free.id)).toEqual([]);
    const { id } = (await till.buy({ ...company, planId: 'extra' }, { token })).checkout.subscription!;
    expect(await asked(id)).toEqual([`GET /v1/customers/${free.customerId}`, 'GET /v1/customers']);
  });
});
