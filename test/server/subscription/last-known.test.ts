/** What is answered to whom nothing was ever read of, where Stripe refuses to tell: never that they have nothing, unless they were deleted there. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CheckoutSessionResponse, Problem, SubscriptionList } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const grand = { planId: 'grand', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

let till: TestTill;
let token: string;
/** Stripe's answer to whoever lists subscriptions. */
let refusal: object | undefined;
const stripeFetch: typeof globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const isList = request.method === 'GET' && new URL(request.url).pathname === '/v1/subscriptions';
  return isList && refusal ? Response.json({ error: refusal }, { status: 400 }) : till.sandbox.fetch(request);
};
beforeEach(async () => {
  refusal = undefined;
  till = await startTill({ catalog: monthlyCatalog(monthlyPlan('grand', 2900)), app: { stripeFetch } });
  token = await till.signIn('ada');
});
afterEach(() => till.close());

const list = async () => {
  const { status, body } = await till.call<SubscriptionList & Problem>('GET', '/v1/subscriptions', { token });
  return status === 200 ? body.subscriptions.map(({ planId }) => planId) : body.code;
};
/** Makes the customer, of whom nothing is read by that. */
const open = async () => {
  const body = { selection: grand, returnUrl: shop, verifierHash: newVerifier().verifierHash };
  expect((await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', { token, body })).status).toBe(201);
  return (await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!.customerId!;
};

it('is a fault where Stripe refuses for a reason that is none of theirs', async () => {
  await open();
  refusal = { type: 'invalid_request_error', message: 'Something about the call.' };
  expect(await list()).toBe('internal_error');
  refusal = undefined;
  expect(await list()).toEqual([]);
});

it('is nothing where Stripe has the customer no more', async () => {
  const customer = await open();
  till.sandbox.deliveries.hold();
  await (await till.stripe()).customers.del(customer);
  refusal = { type: 'invalid_request_error', code: 'resource_missing', message: 'No such customer.' };
  expect(await list()).toEqual([]);
});

it('is the copy for whoever was read before', async () => {
  await till.buy(grand, { token });
  await till.settle();
  await till.advance(61);
  refusal = { type: 'invalid_request_error', message: 'Something about the call.' };
  expect(await list()).toEqual(['grand']);
  expect(till.logged('subscriptions.last_known')).toHaveLength(1);
});

it('is nothing, too, for whoever was read before and had nothing', async () => {
  await open();
  expect(await list()).toEqual([]);
  await till.advance(61);
  refusal = { type: 'invalid_request_error', message: 'Something about the call.' };
  expect(await list()).toEqual([]);
  expect(till.logged('subscriptions.last_known')).toHaveLength(1);
});
