/** One open checkout for each customer and plan group, in the moments in which somebody else, Stripe or the clock comes between. */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckoutSessionResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { slotOwnersOf } from '@tillkit/server/checkout/one-open-checkout';
import type { Identity } from '@tillkit/server/store/identities';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const catalog = monthlyCatalog(monthlyPlan('free', 0, { kind: 'free' }), monthlyPlan('plus', 1900), monthlyPlan('grand', 2900));
const select = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });
const create = 'POST /v1/checkout/sessions';
const [ada, bob] = ['ada', 'bob'].map((subject): Identity => ({ issuer: 'owner', subject })) as [Identity, Identity];
const planGroup = 'main';
const personSlot = (who: Identity) => ({ owner: slotOwnersOf([who], [])[0]!, planGroup });
const customerSlot = (customerId: string) => ({ owner: slotOwnersOf([], [customerId])[0]!, planGroup });
const browserSlot = (verifierHash: string) => ({ owner: `browser:${verifierHash}`, planGroup });

let till: TestTill;
/** Done before Stripe hears of a call; an answer is given in its stead. */
let before: (call: string) => Promise<unknown> | undefined;
beforeEach(async () => {
  before = () => undefined;
  const stripeFetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const instead = await before(`${request.method} ${new URL(request.url).pathname}`);
    return instead instanceof Response ? instead : till.sandbox.fetch(request);
  };
  till = await startTill({ catalog, app: { stripeFetch } });
});
afterEach(async () => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  await till.close();
});

const open = (planId: string, { token, verifierHash = newVerifier().verifierHash }: { token?: string; verifierHash?: string } = {}) =>
  till.call<CheckoutSessionResponse & Problem>('POST', '/v1/checkout-sessions', {
    ...(token && { token }),
    body: { selection: select(planId), returnUrl: shop, verifierHash },
  });
const startFree = (token: string) =>
  till.call<SubscriptionResponse & Problem>('POST', '/v1/subscriptions', { token, body: { selection: select('free') } });
const sessions = async (status?: 'open') =>
  (await (await till.stripe()).checkout.sessions.list({ limit: 100, ...(status && { status }) })).data.map(({ id }) => id);
const priceOf = async (planId: string) => (await (await till.stripe()).prices.list({ lookup_keys: [`${planId}_month`] })).data[0]!.id;
/** A checkout of the grand plan that another request has opened and noted in a slot. */
const openedIn = async (slot: { owner: string; planGroup: string }, holder = 'another') => {
  const { id } = await (
    await till.stripe()
  ).checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price: await priceOf('grand'), quantity: 1 }],
    success_url: shop,
  });
  const { checkoutSlots } = till.store;
  await checkoutSlots.hold(slot, holder, till.now());
  await checkoutSlots.note(slot, holder, { intentId: 'theirs', checkoutSessionId: id, attempt: 1, startedAt: till.now() }, till.now());
  await checkoutSlots.release(slot, holder);
  return id;
};
/** Until a request asks again and again for a slot that another holds. */
const waiting = async (asked: { readonly mock: { readonly calls: readonly unknown[] } }) => {
  const calls = asked.mock.calls.length;
  await expect.poll(() => asked.mock.calls.length).toBeGreaterThan(calls + 3);
};

describe('a checkout that was opened before', () => {
  it('and closed is opened anew', async () => {
    const { verifierHash } = newVerifier();
    const first = await open('plus', { verifierHash });
    await (await till.stripe()).checkout.sessions.expire(first.body.checkoutSessionId);
    const { status, body } = await open('plus', { verifierHash });
    expect([status, await sessions('open')]).toEqual([201, [body.checkoutSessionId]]);
  });

  it('is the only one when Stripe’s answer to the next got lost', async () => {
    const { verifierHash } = newVerifier();
    await open('plus', { verifierHash });
    till.sandbox.faults.add({ kind: 'cut_after', route: create, times: 3 });
    expect((await open('grand', { verifierHash })).status).toBe(502);
    till.sandbox.faults.clear();
    const { status, body } = await open('grand', { verifierHash });
    expect([status, await sessions('open')]).toEqual([201, [body.checkoutSessionId]]);
  });

  it('is closed by another also when Stripe was out of reach for the same one again', async () => {
    const { verifierHash } = newVerifier();
    await open('plus', { verifierHash });
    till.sandbox.faults.add({ kind: 'unavailable', route: create, times: 3 });
    expect((await open('plus', { verifierHash })).body.code).toBe('stripe_unavailable');
    till.sandbox.faults.clear();
    const { status, body } = await open('grand', { verifierHash });
    expect([status, await sessions('open')]).toEqual([201, [body.checkoutSessionId]]);
  });

  it.each([
    ['by somebody unknown', async () => ({})],
    ['by who has signed in since', async () => ({ token: await till.signIn('ada') })],
  ])('is closed by another also when Stripe answered 500 to the same one again, %s', async (_, who) => {
    const { verifierHash } = newVerifier();
    await open('plus', { verifierHash });
    before = async (call) => (call === create ? Response.json({ error: { type: 'api_error' } }, { status: 500 }) : undefined);
    expect((await open('plus', { verifierHash })).body.code).toBe('stripe_unavailable');
    before = () => undefined;
    const { status, body } = await open('grand', { verifierHash, ...(await who()) });
    expect([status, await sessions('open')]).toEqual([201, [body.checkoutSessionId]]);
  });

  it('stays the only one while Stripe does not close it', async () => {
    const { verifierHash } = newVerifier();
    const first = await open('plus', { verifierHash });
    till.sandbox.faults.add({ kind: 'unavailable', route: `${create}/*/expire`, probability: 1 });
    const { status, body } = await open('grand', { verifierHash });
    expect([status, body.code, await sessions()]).toEqual([409, 'not_possible_now', [first.body.checkoutSessionId]]);
  });

  it('and of which Stripe knows nothing keeps nobody from another', async () => {
    const { verifierHash } = newVerifier();
    const slot = browserSlot(verifierHash);
    await till.store.checkoutSlots.hold(slot, 'another', till.now());
    const noted = { intentId: 'theirs', checkoutSessionId: 'cs_test_gone', attempt: 1, startedAt: till.now() };
    await till.store.checkoutSlots.note(slot, 'another', noted, till.now());
    await till.store.checkoutSlots.release(slot, 'another');
    expect((await open('plus', { verifierHash })).status).toBe(201);
  });

  it('is closed by a free plan that begins', async () => {
    const token = await till.signIn('ada');
    await open('grand', { token });
    expect([(await startFree(token)).status, await sessions('open')]).toEqual([201, []]);
  });

  it('by somebody else who reaches the customer, before that was known, is closed', async () => {
    const { id: customer } = await (await till.stripe()).customers.create({});
    const token = await till.signIn('ada', { customer });
    await till.store.identities.save({ ...bob, customerId: customer }, till.now());
    await openedIn(personSlot(bob));
    const { status, body } = await open('plus', { token });
    expect([status, await sessions('open')]).toEqual([201, [body.checkoutSessionId]]);
  });

  it('in this browser, before who it is was known, is closed; where there was none, none is noted for it', async () => {
    const token = await till.signIn('ada');
    const { verifierHash } = newVerifier();
    const slot = browserSlot(verifierHash);
    await open('plus', { token, verifierHash });
    expect(await till.store.checkoutSlots.find(slot)).toBeUndefined();
    expect(await till.store.checkoutSlots.hold(slot, 'another', till.now())).toBe(true);
    const asked = vi.spyOn(till.store, 'transaction');
    const answer = open('grand', { token, verifierHash });
    await waiting(asked);
    await openedIn(slot);
    const { status, body } = await answer;
    expect([status, await sessions('open')]).toEqual([201, [body.checkoutSessionId]]);
  });
});

describe('nobody waits for somebody else', () => {
  it('whose checkout Stripe is slow to open', async () => {
    const ended: string[] = [];
    const slow = Promise.withResolvers<void>();
    const arrived = new Promise<void>((resolve) => {
      before = (call) => {
        if (call !== create) return undefined;
        before = () => undefined;
        resolve();
        return slow.promise;
      };
    });
    const first = open('plus').then(() => ended.push('first'));
    await arrived;
    const atLast = setTimeout(slow.resolve, 3000);
    await open('plus').then(() => ended.push('second'));
    clearTimeout(atLast);
    slow.resolve();
    await first;
    expect(ended).toEqual(['second', 'first']);
  });

  it('whose plan is just being started', async () => {
    expect(await till.store.checkoutSlots.hold(personSlot(bob), 'another', till.now())).toBe(true);
    expect((await startFree(await till.signIn('ada'))).status).toBe(201);
  });
});

it('whoever waits ten seconds for a request that does not end is told that it is not possible now', async () => {
  const { verifierHash } = newVerifier();
  expect(await till.store.checkoutSlots.hold(browserSlot(verifierHash), 'another', till.now())).toBe(true);
  const pauses: (number | undefined)[] = [];
  vi.spyOn(timers, 'setTimeout').mockImplementation((milliseconds, value) => {
    pauses.push(milliseconds);
    return timers.setImmediate(value);
  });
  syncBuiltinESMExports();
  const { status, body } = await open('plus', { verifierHash });
  expect([status, body.code, await sessions()]).toEqual([409, 'not_possible_now', []]);
  expect(pauses.reduce<number>((sum, milliseconds = 0) => sum + milliseconds, 0)).toBe(10_000);
});

it('whoever got a customer while they waited closes what was opened for it', async () => {
  const token = await till.signIn('ada');
  expect(await till.store.checkoutSlots.hold(personSlot(ada), 'another', till.now())).toBe(true);
  const asked = vi.spyOn(till.store, 'transaction');
  const answer = startFree(token);
  await waiting(asked);
  const { id: customerId } = await (await till.stripe()).customers.create({});
  await till.store.identities.save({ ...ada, customerId }, till.now());
  await openedIn(customerSlot(customerId));
  await till.store.checkoutSlots.release(personSlot(ada), 'another');
  const { status, body } = await answer;
  expect([status, body.subscription.customerId, await sessions('open')]).toEqual([201, customerId, []]);
});

describe('whoever is erased', () => {
  const erase = () => till.store.transaction((tables) => tables.identities.remove(ada));
  const customers = async () => (await (await till.stripe()).customers.list()).data;

  it('while an earlier request of theirs is still under way begins nothing by the next', async () => {
    const token = await till.signIn('ada');
    before = (call) => (call === 'POST /v1/customers' ? ((before = () => undefined), erase()) : undefined);
    const answers = await Promise.all([startFree(token), startFree(token)]);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [401, 'signed_out'],
      [401, 'signed_out'],
    ]);
  });

  it('before their turn comes leaves no row behind, and no customer', async () => {
    const token = await till.signIn('ada');
    const { transaction } = till.store;
    vi.spyOn(till.store, 'transaction').mockImplementationOnce(async (work) => {
      await transaction((tables) => tables.identities.remove(ada));
      return transaction(work);
    });
    const { status, body } = await startFree(token);
    expect([status, body.code, await customers()]).toEqual([401, 'signed_out', []]);
    expect(await till.store.checkoutSlots.find(personSlot(ada))).toBeUndefined();
  });
});
