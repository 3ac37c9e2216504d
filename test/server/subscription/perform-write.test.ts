/** What becomes of a change that was written down: made once, however Stripe answers, or refused with a word on why and forgotten. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStripeGateway } from '@tillkit/server/stripe/gateway';
import type { SavedSchedule } from '@tillkit/server/stripe/schedules';
import { isOutage } from '@tillkit/server/stripe/stripe-errors';
import { createMirror } from '@tillkit/server/subscription/mirror';
import { finishPending, performWrite, TurnLost, type WriteNeeds } from '@tillkit/server/subscription/perform-write';
import type { SubscriptionWrite } from '@tillkit/server/subscription/subscription-write';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const hour = 3600;
const day = 24 * hour;
const catalog = monthlyCatalog(monthlyPlan('small', 1000), monthlyPlan('large', 4000));
const name = 'change-1';

let till: TestTill;
let needs: WriteNeeds;
let logged: ReturnType<typeof recordedLog>['logged'];
let id: string;
let customerId: string;
/** The customer's item, and what it costs after the change. */
let item: { readonly itemId: string; readonly priceId: string; readonly quantity: number };
/** Keys under which Stripe was asked to change the subscription. */
let keys: Set<string | null>;
/** Whether Stripe does not know the subscription any more, or will not once something is paid. */
let gone: boolean | 'when paid';
beforeEach(async () => {
  till = await startTill({ catalog });
  const { store, now, sandbox, config } = till;
  keys = new Set();
  gone = false;
  const stripe = createStripeGateway(config.stripe, async (input, init) => {
    const request = new Request(input, init);
    const path = `/v1/subscriptions/${id}`;
    if (request.method === 'POST' && request.url.endsWith(path)) keys.add(request.headers.get('idempotency-key'));
    if (gone === 'when paid' && request.url.endsWith('/pay')) gone = true;
    return sandbox.fetch(gone === true ? new Request(request.url.replace(path, '/v1/subscriptions/sub_gone'), request) : request);
  });
  const recorded = recordedLog();
  ({ logged } = recorded);
  needs = { stripe, store, now, log: recorded.log, mirror: createMirror({ stripe, store, now }) };
  const bought = await till.buy({ planId: 'small', interval: 'month', currency: 'usd', seats: 1, addOns: {} });
  ({ id, customerId } = bought.checkout.subscription!);
  const { data: prices } = await (await till.stripe()).prices.list({ lookup_keys: ['large_month'] });
  item = { itemId: (await subscription()).items.data[0]!.id, priceId: prices[0]!.id, quantity: 1 };
  await till.settle();
});
afterEach(() => till.close());

const subscription = async () => (await till.stripe()).subscriptions.retrieve(id);
const itemPrice = async () => (await subscription()).items.data[0]!.price.unit_amount;
const charges = async () => (await (await till.stripe()).charges.list({ limit: 10 })).data.map(({ amount }) => amount);
const left = async () => (await till.store.pendingChanges.find(id))?.id;
const fail = (kind: 'server_error' | 'server_error_after' | 'unavailable', route: string) =>
  till.sandbox.faults.add({ kind, route, ...(kind === 'unavailable' && { probability: 1 }) });

const note = { planId: 'large', group: 'main', changeId: name };
const items = (): SubscriptionWrite => ({ kind: 'items', items: [{ kind: 'keep', ...item }], mode: 'no_charge', note });
const difference = (expectedTotal = 3000): SubscriptionWrite => ({
  kind: 'difference',
  difference: { customerId, subscriptionId: id, currency: 'usd', amount: 3000, description: 'Large', tax: 'none' },
  expectedTotal,
  items: [{ kind: 'keep', ...item }],
  note,
});
const planned = (scheduleId?: string): SubscriptionWrite => ({
  kind: 'schedule',
  order: { lines: [item], interval: 'month', note, after: undefined, scheduleId },
});
const cancel = (): SubscriptionWrite => ({ kind: 'cancel', reason: {}, cancelAt: till.now() + 30 * day });
const keep = (saved?: SavedSchedule): SubscriptionWrite => ({ kind: 'keep', ...(saved && { planned: saved }), after: undefined });
/** What somebody has planned for later, another price, as it is written down before it gives way. */
const plan = async (until: number): Promise<SavedSchedule> => ({
  id: (await (await till.stripe()).subscriptionSchedules.create({ from_subscription: id })).id,
  endBehavior: 'release',
  metadata: {},
  until,
  phases: [{ items: [{ price: item.priceId, quantity: 1 }], duration: { interval: 'month', interval_count: 1 } }],
});

/** Writes a change down as of so many seconds ago. */
async function begin(change: SubscriptionWrite, age = 0) {
  const pending = { subscriptionId: id, customerId, id: name, change, createdAt: till.now() - age };
  await till.store.pendingChanges.hold(id, customerId, 'me', till.now());
  await till.store.pendingChanges.begin('me', pending);
  return pending;
}
const settling = { end: false, keepTurn: async () => undefined };
const perform = async (change: SubscriptionWrite, age?: number) => performWrite(needs, await begin(change, age), settling);

describe('a change of items', () => {
  it('is made up to a minute later, and not any more after that', async () => {
    await expect(perform(items(), 61)).rejects.toMatchObject({ code: 'preview_expired' });
    expect([await itemPrice(), await left()]).toEqual([1000, undefined]);
    await perform(items(), 60);
    expect([await itemPrice(), await left()]).toEqual([4000, undefined]);
  });

  it('that was made, and whose answer was lost, is no failure later', async () => {
    await perform(items());
    await perform(items(), 2 * hour);
    expect([await itemPrice(), await left(), keys.size]).toEqual([4000, undefined, 1]);
  });
});

describe('where Stripe answers 500', () => {
  const begunAs = {
    items: async () => items(),
    difference: async () => difference(),
    cancel: async () => cancel(),
    keep: async () => {
      await (await till.stripe()).subscriptions.update(id, { cancel_at_period_end: true });
      return keep();
    },
  };
  const isMade = {
    items: async () => (await itemPrice()) === 4000,
    difference: async () => (await itemPrice()) === 4000,
    cancel: async () => (await subscription()).cancel_at !== null,
    keep: async () => (await subscription()).cancel_at === null,
  };
  const kinds = ['items', 'difference', 'cancel', 'keep'] as const;

  it.each(kinds)('and has done it, it is not asked again: %s', async (kind) => {
    const change = await begunAs[kind]();
    fail('server_error_after', `POST /v1/subscriptions/${id}`);
    await perform(change);
    expect([await isMade[kind](), keys.size, await left()]).toEqual([true, 1, undefined]);
  });

  it.each(kinds)('and has not, it is asked once more: %s', async (kind) => {
    const change = await begunAs[kind]();
    fail('server_error', `POST /v1/subscriptions/${id}`);
    await perform(change);
    expect([await isMade[kind](), keys.size, await left()]).toEqual([true, 2, undefined]);
  });

  it.each(['items', 'cancel', 'keep'] as const)('and does not know the subscription any more, its refusal is the end: %s', async (kind) => {
    gone = true;
    fail('server_error', 'POST /v1/subscriptions/sub_gone');
    const change = kind === 'keep' ? keep(await plan(till.now() + day)) : await begunAs[kind]();
    await expect(perform(change)).rejects.toMatchObject({ code: 'resource_missing' });
    expect(await left()).toBeUndefined();
  });
});

it('a change of what Stripe does not know any more has expired a minute later', async () => {
  gone = true;
  await expect(perform(items(), 61)).rejects.toMatchObject({ code: 'preview_expired' });
});

describe('a change for the end of the period', () => {
  it('is refused where the subscription is to end by then', async () => {
    await (await till.stripe()).subscriptions.update(id, { cancel_at_period_end: true });
    await expect(perform(planned())).rejects.toMatchObject({ code: 'not_possible_now' });
    expect(await left()).toBeUndefined();
  });

  it('stays written down while Stripe cannot be had, and is told as an outage', async () => {
    fail('unavailable', 'POST /v1/subscription_schedules');
    await expect(perform(planned())).rejects.toSatisfy(isOutage);
    expect(await left()).toBe(name);
  });

  it('is planned for as long as Stripe keeps keys', async () => {
    await perform(planned(), 23 * hour);
    expect((await subscription()).schedule).not.toBeNull();
  });

  it('is not planned later: what was begun for it goes, a schedule whose place it was to take stays', async () => {
    const { id: begun } = await (await till.stripe()).subscriptionSchedules.create({ from_subscription: id });
    await perform(planned(begun), 23 * hour + 1);
    expect((await subscription()).schedule).toBe(begun);
    await perform(planned(), 23 * hour + 1);
    expect((await subscription()).schedule).toBeNull();
  });
});

describe('a difference', () => {
  it('is charged alone: the change that it pays for costs nothing more, now or later', async () => {
    await perform(difference());
    expect([await charges(), await itemPrice()]).toEqual([[3000, 1000], 4000]);
    expect((await (await till.stripe()).invoiceItems.list({ pending: true })).data).toEqual([]);
  });

  it.each([
    ['each answer of Stripe arrives', 'GET'],
    ['its answer to the end of it is lost', 'DELETE'],
  ])('that is another by now is not charged, now or later, and nothing changes, where %s', async (_, method) => {
    till.sandbox.faults.add({ kind: 'cut_after', route: `${method} /v1/invoiceitems/*` });
    await expect(perform(difference(2900))).rejects.toMatchObject({ code: 'preview_changed' });
    expect([await charges(), await itemPrice(), await left()]).toEqual([[1000], 1000, undefined]);
    await till.advance(32 * day);
    expect(await charges()).toEqual([1000, 1000]);
  });

  it('is charged for as long as Stripe keeps keys, and not any more after that', async () => {
    await expect(perform(difference(), 23 * hour + 1)).rejects.toMatchObject({ code: 'preview_expired' });
    expect([await charges(), await itemPrice(), await left()]).toEqual([[1000], 1000, undefined]);
    await perform(difference(), 23 * hour);
    expect([await charges(), await itemPrice()]).toEqual([[3000, 1000], 4000]);
  });

  it('is the customer’s where Stripe does not know any more what it was paid for', async () => {
    gone = 'when paid';
    fail('server_error', 'POST /v1/subscriptions/sub_gone');
    await expect(perform(difference())).rejects.toMatchObject({ code: 'resource_missing' });
    expect(await (await till.stripe()).customers.retrieve(customerId)).toMatchObject({ balance: -3000 });
    expect([await charges(), await left()]).toEqual([[3000, 1000], undefined]);
  });

  it('takes the place also of what was planned again while its payment waited', async () => {
    const setAside = await plan(till.now() + day);
    await (await till.stripe()).subscriptionSchedules.release(setAside.id);
    await plan(till.now() + day);
    await perform({ ...difference(), setAside });
    expect([await itemPrice(), (await subscription()).schedule]).toEqual([4000, null]);
  });
});

describe('what gave way to a change that is refused', () => {
  const refused = async (until: number) => perform({ ...items(), setAside: await plan(until) }, 61).catch(({ code }) => code);

  it('is planned again, of which nothing is logged', async () => {
    expect(await refused(till.now() + 20 * day)).toBe('preview_expired');
    const client = await till.stripe();
    const { phases } = await client.subscriptionSchedules.retrieve(String((await subscription()).schedule));
    expect(phases.map(({ items: [one] }) => one!.price)).toEqual([expect.any(String), item.priceId]);
    expect([logged('change.plan_not_restored'), await left()]).toEqual([[], undefined]);
  });

  it('is gone where its time is over, which the log tells of', async () => {
    expect(await refused(till.now())).toBe('preview_expired');
    expect([(await subscription()).schedule, await left()]).toEqual([null, undefined]);
    expect(logged('change.plan_not_restored')).toMatchObject([{ level: 'warn', message: id }]);
  });
});

describe('whoever finishes what another has begun', () => {
  const finish = (more: object = {}) => finishPending(needs, id, { ...settling, ...more });

  it('is told that their turn is over, not that Stripe is away', async () => {
    await begin(planned());
    const keepTurn = async () => {
      throw new TurnLost();
    };
    await expect(finish({ keepTurn })).rejects.toMatchObject({ code: 'not_possible_now' });
    expect(await left()).toBe(name);
  });

  it('is told that something else is under way where Stripe says so of the key', async () => {
    await (await till.stripe()).subscriptions.update(id, { description: 'Else' }, { idempotencyKey: `change:${name}` });
    await begin(cancel());
    await expect(finish()).rejects.toMatchObject({ code: 'not_possible_now' });
    expect(await left()).toBe(name);
  });
});
