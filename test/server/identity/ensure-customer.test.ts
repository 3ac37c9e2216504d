/** The Stripe customer that is made for somebody at the first need, whatever becomes of them while it is made. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { startTill, type TestTill } from '../../support/till.ts';

const free = { planId: 'free', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const ada = { issuer: 'owner', subject: 'ada' };

let till: TestTill;
let whileMade: (customerId: string) => Promise<unknown>;
let made: string[];
beforeEach(async () => {
  made = [];
  whileMade = async () => undefined;
  const stripeFetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const response = await till.sandbox.fetch(request);
    if (request.method !== 'POST' || new URL(request.url).pathname !== '/v1/customers') return response;
    const { id } = (await response.clone().json()) as { id: string };
    made.push(id);
    await whileMade(id);
    return response;
  };
  till = await startTill({ catalog: 'redis-hosting', app: { stripeFetch } });
});
afterEach(() => till.close());

const start = (token: string) =>
  till.call<SubscriptionResponse & Problem>('POST', '/v1/subscriptions', { token, body: { selection: free } });
const erase = (customerId: string) => till.store.transaction((tables) => tables.erased.add(customerId, till.now()));

describe('the customer of somebody new', () => {
  it('is not made for who was erased meanwhile: they are signed out', async () => {
    const token = await till.signIn('ada');
    whileMade = () => till.store.transaction((tables) => tables.identities.remove(ada));
    const { status, body } = await start(token);
    expect([status, body.code]).toEqual([401, 'signed_out']);
    expect(await till.store.identities.find(ada)).toBeUndefined();
    expect(made).toHaveLength(1);
  });

  it('is the one that the owner named meanwhile, of whom this request has checked nothing', async () => {
    const token = await till.signIn('ada');
    const { id: named } = await (await till.stripe()).customers.create({});
    whileMade = () => till.store.transaction((tables) => tables.identities.link(ada, named));
    const { status, body } = await start(token);
    expect([status, body.code]).toEqual([409, 'not_possible_now']);
    expect((await till.store.identities.find(ada))!.customerId).toBe(named);
    expect(made).toHaveLength(1);
  });

  it('is no erased one, however often the one that Stripe answers was erased', async () => {
    const token = await till.signIn('ada');
    let erasures = 2;
    whileMade = async (customerId) => (erasures-- > 0 ? erase(customerId) : undefined);
    const { status, body } = await start(token);
    expect(status).toBe(201);
    expect(new Set(made).size).toBe(3);
    expect(body.subscription.customerId).toBe(made.at(-1));
    expect((await till.store.identities.find(ada))!.customerId).toBe(made.at(-1));
  });

  it('is one, whichever of two requests Stripe answers first', async () => {
    const token = await till.signIn('ada');
    const answers = await Promise.all([start(token), start(token)]);
    expect(answers.map(({ status }) => status)).toContain(201);
    expect(new Set(made).size).toBe(1);
  });
});

it('is nobody any more whose row an erasure took, although the session is found', async () => {
  const token = await till.signIn('ada');
  const { body } = await start(token);
  expect(body.subscription.customerId).toBe(made[0]);
  await till.store.transaction((tables) => tables.identities.remove(ada));
  const answer = await till.call<Problem>('GET', '/v1/subscriptions', { token });
  expect([answer.status, answer.body.code]).toEqual([401, 'signed_out']);
});
