/** Our copy of what Stripe knows: when it is read again, and what a reading may replace. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Offer } from '@tillkit/server/catalog/catalog-source';
import type { Store } from '@tillkit/server/store/store';
import { createStripeGateway } from '@tillkit/server/stripe/gateway';
import { createMirror, type Mirror, type MirrorSource } from '@tillkit/server/subscription/mirror';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

let till: TestTill;
let source: MirrorSource;
let mirror: Mirror;
let now: number;
let customerId: string;
let id: string;
/** What Stripe was asked, as `GET /v1/subscriptions/sub_1`. */
let asked: string[];
/** What happens once, when an answer of Stripe is on its way. */
let onTheWay: ((call: string) => Promise<unknown>) | undefined;
let toldTimes: number;

beforeEach(async () => {
  till = await startTill({
    catalog: monthlyCatalog(monthlyPlan('small', 1000), monthlyPlan('other', 900, { group: 'other' })),
    stripe: { webhookMode: { mode: 'dropped', probability: 1 } },
  });
  const { checkout } = await till.buy({ planId: 'small', interval: 'month', currency: 'usd', seats: 1, addOns: {} });
  ({ id, customerId } = checkout.subscription!);
  const stripe = createStripeGateway({ secretKey: 'sk_test_till' }, async (input, init) => {
    const request = new Request(input, init);
    const call = `${request.method} ${new URL(request.url).pathname}`;
    asked.push(call);
    const answer = await till.sandbox.fetch(request);
    const happen = onTheWay;
    onTheWay = undefined;
    await happen?.(call);
    return answer;
  });
  now = till.now();
  [asked, toldTimes, onTheWay] = [[], 0, undefined];
  source = { stripe, store: till.store, now: () => now };
  mirror = createMirror({ ...source, told: () => (toldTimes += 1) });
});
afterEach(() => till.close());

const cancel = async (subscriptionId = id) => (await till.stripe()).subscriptions.cancel(subscriptionId);
const erase = () => till.store.transaction((tables) => tables.erased.add(customerId, now));
const copy = async (subscriptionId = id) => (await till.store.subscriptions.find(subscriptionId))?.status;
const outbox = async () => (await till.store.outbox.list()).map(({ type }) => type);
const lists = () => asked.filter((call) => call === 'GET /v1/subscriptions').length;
const readings = () => asked.flatMap((call) => /^GET \/v1\/subscriptions\/(.+)/u.exec(call)?.[1] ?? []);

describe('a reading of one subscription', () => {
  it('is written down with what it tells, which is announced once', async () => {
    await cancel();
    expect(await mirror.refresh(id)).toMatchObject({ id, status: 'canceled' });
    expect(await copy()).toBe('canceled');
    expect((await outbox()).filter((type) => type === 'subscription.canceled')).toHaveLength(1);
    expect(toldTimes).toBe(1);
    expect(await mirror.refresh(id)).toMatchObject({ status: 'canceled' });
    expect(toldTimes).toBe(1);
  });

  it('that began earlier replaces and tells nothing when it ends later', async () => {
    const client = await till.stripe();
    const [item] = (await client.subscriptions.retrieve(id)).items.data;
    onTheWay = async () => {
      await client.subscriptions.update(id, { items: [{ id: item!.id, quantity: 3 }] });
      await mirror.refresh(id);
    };
    expect(await mirror.refresh(id)).toMatchObject({ items: [{ quantity: 1 }] });
    expect(await till.store.subscriptions.find(id)).toMatchObject({ items: [{ quantity: 3 }] });
    expect((await outbox()).filter((type) => type.startsWith('subscription.'))).toEqual([
      'subscription.started',
      'subscription.plan_changed',
    ]);
    expect(toldTimes).toBe(1);
  });

  it('that Stripe does not have takes the copy away, unless a later one has found it', async () => {
    const { subscriptions } = till.store;
    const gone = { ...(await subscriptions.find(id))!, id: 'sub_gone' };
    const write = async () => subscriptions.write(gone, await subscriptions.nextFetchToken(), now);
    await write();
    expect(await mirror.refresh('sub_gone')).toBeUndefined();
    expect(await copy('sub_gone')).toBeUndefined();
    await write();
    onTheWay = write;
    expect(await mirror.refresh('sub_gone')).toBeUndefined();
    expect(await copy('sub_gone')).toBe('active');
  });

  it.each([
    [
      'with the plan that the catalog has of it',
      async () => ({ entryOf: () => ({ kind: 'plan', id: 'small' }) }) as unknown as Offer,
      'small',
    ],
    ['without a plan while the catalog cannot be had', () => Promise.reject(new Error('No prices yet.')), undefined],
  ])('is told %s, also where nobody waits for news', async (_, current, planId) => {
    await cancel();
    await createMirror({ ...source, catalog: { current } }).refresh(id);
    const entries = await till.store.outbox.list();
    expect(entries.find(({ type }) => type === 'subscription.canceled')?.payload.planId).toBe(planId);
  });

  it('waits, written or taken away, for another one of the same subscription only', async () => {
    const locked = new Set<string>();
    const transaction: Store['transaction'] = (work) =>
      till.store.transaction((tables) => work({ ...tables, lock: async (name) => (locked.add(name), tables.lock(name)) }));
    const recorded = createMirror({ ...source, store: { ...till.store, transaction } });
    const other = (await till.buy({ planId: 'other', interval: 'month', currency: 'usd', seats: 1, addOns: {} })).checkout.subscription!.id;
    for (const one of [id, id, other, 'sub_gone', 'sub_gone_too']) await recorded.refresh(one);
    expect(locked.size).toBe(4);
  });

  it('of an erased customer is none, and nothing is written down', async () => {
    await cancel();
    await erase();
    expect(await mirror.refresh(id)).toBeUndefined();
    expect(await copy()).toBe('active');
    expect(toldTimes).toBe(0);
  });
});

describe('all that a customer has', () => {
  it('is read but for what has ended at Stripe and here', async () => {
    const client = await till.stripe();
    const { items, default_payment_method: card } = await client.subscriptions.retrieve(id);
    const price = items.data[0]!.price.id;
    const begin = async () =>
      (await client.subscriptions.create({ customer: customerId, items: [{ price }], default_payment_method: card as string })).id;
    const never = await client.subscriptions.create({ customer: customerId, items: [{ price }], payment_behavior: 'default_incomplete' });
    await till.sandbox.clock.advance(24 * 3600);
    await mirror.refresh(never.id);
    const [over, unknown] = [await begin(), await begin()];
    await mirror.refresh(over);
    for (const one of [over, unknown]) await cancel(one);
    expect([await copy(never.id), await copy(over)]).toEqual(['incomplete_expired', 'active']);
    asked = [];
    await mirror.refreshCustomer(customerId);
    expect(readings().toSorted()).toEqual([id, over, unknown].toSorted());
    asked = [];
    await mirror.refreshCustomer(customerId);
    expect(readings()).toEqual([id]);
  });

  it('is not asked for when the customer was erased', async () => {
    await erase();
    await mirror.refreshCustomer(customerId);
    expect(asked).toEqual([]);
  });

  it('is not marked as seen when the customer was erased meanwhile', async () => {
    const { subscriptions } = till.store;
    const before = await subscriptions.customerSeenAt(customerId);
    now += 100;
    onTheWay = erase;
    await mirror.refreshCustomer(customerId);
    expect(await subscriptions.customerSeenAt(customerId)).toBe(before);
  });

  it('is read again after a minute, counted from where the last reading began', async () => {
    onTheWay = async () => {
      now += 20;
    };
    await mirror.refreshCustomer(customerId);
    now += 39;
    asked = [];
    expect(await mirror.ofCustomer(customerId)).toMatchObject([{ id }]);
    expect(asked).toEqual([]);
    now += 1;
    await cancel();
    expect(await mirror.ofCustomer(customerId)).toMatchObject([{ id, status: 'canceled' }]);
  });

  it('is read at once for whom nothing was seen of', async () => {
    const { id: other } = await (await till.stripe()).customers.create({});
    expect(await mirror.ofCustomer(other)).toEqual([]);
    expect(lists()).toBe(1);
  });

  it('is read once for all who ask at the same time, and again afterwards, also when that failed', async () => {
    now += 60;
    const ask = () => mirror.ofCustomer(customerId);
    await Promise.all([ask(), ask(), ask()]);
    expect(lists()).toBe(1);
    now += 60;
    till.sandbox.faults.add({ kind: 'server_error', route: 'GET /v1/subscriptions', times: 3 });
    await expect(ask()).rejects.toThrow();
    asked = [];
    await ask();
    expect(lists()).toBe(1);
  });

  it('is read anew for each who takes nothing but a new one', async () => {
    await Promise.all([mirror.ofCustomer(customerId, 0), mirror.ofCustomer(customerId, 0)]);
    expect(lists()).toBe(2);
  });
});
