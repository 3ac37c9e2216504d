/** How long a change waits for its turn, what it leaves alone when that is over, and what becomes of one that waits for the bank. */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { oneAtATime } from '@tillkit/server/subscription/one-at-a-time';
import type { Till } from '@tillkit/server/till';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

describe('the turn of a subscription that another request has', () => {
  const { setTimeout: realPause } = timers;
  let pauses: number[];
  beforeEach(() => {
    pauses = [];
    const noPause = async (milliseconds = 0) => {
      if (pauses.push(milliseconds) > 1000) throw new Error('This waits for ever.');
    };
    timers.setTimeout = noPause as typeof realPause;
    syncBuiltinESMExports();
  });
  afterEach(() => {
    timers.setTimeout = realPause;
    syncBuiltinESMExports();
  });

  const wait = (hold: () => Promise<boolean>) => {
    const till = { now: () => 0, store: { pendingChanges: { hold } } } as unknown as Till;
    return oneAtATime(till, { subscriptionId: 'sub_1', customerId: 'cus_1' }, async () => 'done');
  };

  it('is looked for soon, then ten times a second, and given up after some ten seconds', async () => {
    await expect(wait(async () => false)).rejects.toMatchObject({
      code: 'not_possible_now',
      detail: 'Another change of this subscription is under way.',
    });
    expect(pauses.slice(0, 7)).toEqual([5, 10, 20, 40, 80, 100, 100]);
    expect(Math.max(...pauses)).toBe(100);
    const seconds = pauses.reduce((sum, milliseconds) => sum + milliseconds, 0) / 1000;
    expect(Math.round(seconds)).toBe(10);
  });
});

describe('a change', () => {
  const changes = { upgrade: 'difference_now', downgrade: 'at_period_end' };
  const catalog = monthlyCatalog(monthlyPlan('small', 1000, { changes }), monthlyPlan('large', 4000, { changes }));

  let till: TestTill;
  let token: string;
  let id: string;
  let customer: string;
  /** Done once, when Stripe is slow to tell what is planned. */
  let meanwhile: (() => Promise<unknown>) | undefined;
  const stripeFetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const answer = await till.sandbox.fetch(request);
    const isPlan = request.method === 'GET' && new URL(request.url).pathname.startsWith('/v1/subscription_schedules/');
    const work = isPlan ? meanwhile : undefined;
    if (work) meanwhile = undefined;
    await work?.();
    return answer;
  };
  const begin = async (planId: string) => {
    meanwhile = undefined;
    till = await startTill({ catalog, app: { stripeFetch } });
    token = await till.signIn('ada');
    const selection = { planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} };
    ({ id, customerId: customer } = (await till.buy(selection, { token })).checkout.subscription!);
  };
  afterEach(() => till.close());

  const call = <Body = SubscriptionResponse>(method: string, path: string, body?: object) =>
    till.call<Body & Problem>(method, path, { token, ...(body && { body }) });
  const change = async (planId: string) => {
    const body = { subscriptionId: id, target: { planId } };
    const { preview } = (await call<PreviewResponse>('POST', '/v1/previews', body)).body;
    return call('POST', `/v1/subscriptions/${id}/changes`, { preview });
  };
  const atStripe = async () => (await till.stripe()).subscriptions.retrieve(id);

  it('that another server has the turn of since is neither written down nor asked of Stripe', async () => {
    await begin('large');
    await change('small');
    const before = await atStripe();
    meanwhile = async () => {
      await till.sandbox.clock.advance(45);
      expect(await till.store.pendingChanges.hold(id, customer, 'another server', till.now())).toBe(true);
    };
    expect((await call('POST', `/v1/subscriptions/${id}/cancel`)).body.code).toBe('not_possible_now');
    expect(meanwhile).toBeUndefined();
    expect([await atStripe(), await till.store.pendingChanges.find(id)]).toEqual([before, undefined]);
  });

  it('that waits for the customer’s bank goes on waiting for who looks, and is over for who wants something else', async () => {
    await begin('small');
    const { invoices, paymentMethods, subscriptions } = await till.stripe();
    const card = await paymentMethods.attach('pm_card_authenticationRequired', { customer });
    await subscriptions.update(id, { default_payment_method: card.id });
    expect((await change('large')).body.code).toBe('authentication_required');
    const statusOfOpen = async () => (await invoices.list({ customer, limit: 1 })).data[0]!.status;
    expect((await call('GET', `/v1/subscriptions/${id}`)).status).toBe(200);
    expect(await statusOfOpen()).toBe('open');
    expect((await call('POST', `/v1/subscriptions/${id}/cancel`)).status).toBe(200);
    expect([await statusOfOpen(), (await atStripe()).items.data[0]!.price.unit_amount]).toEqual(['void', 1000]);
  });
});
