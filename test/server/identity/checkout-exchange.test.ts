/** The edges of the second way in: whose checkout it is, when, once, and what it settles on the way. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, Problem, SessionResponse, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { hashSecret } from '@tillkit/server/identity/session-token';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const team = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const handbook = { productId: 'handbook', quantity: 1, currency: 'usd' };
const books = {
  locales: ['en'],
  defaultCurrency: 'usd',
  currencies: ['usd'],
  plans: [],
  products: [{ id: 'handbook', name: 'Handbook', price: { amounts: { usd: 3900 } }, quantity: { min: 1, max: 5 } }],
};

interface Opened {
  readonly checkoutSessionId: string;
  readonly verifier: string;
}

async function open(till: TestTill, selection: unknown = team, token?: string): Promise<Opened> {
  const { verifier, verifierHash } = newVerifier();
  const { body } = await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', {
    token,
    body: { selection, returnUrl: shop, verifierHash },
  });
  return { checkoutSessionId: body.checkoutSessionId, verifier };
}
const exchange = (till: TestTill, { checkoutSessionId, verifier }: Opened) =>
  till.call<SessionResponse & Problem>('POST', '/v1/sessions', { body: { checkoutSessionId, verifier } });

describe('a finished checkout', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill();
  });
  afterEach(() => till.close());

  it.each([
    [3600, 201],
    [3601, 401],
  ])('may be exchanged %i seconds after it was completed: %i', async (seconds, status) => {
    const opened = await open(till);
    await till.pay(opened.checkoutSessionId);
    await till.settle();
    await till.sandbox.clock.advance(seconds);
    const answer = await exchange(till, opened);
    expect([answer.status, answer.body.code]).toEqual([status, status === 201 ? undefined : 'checkout_not_yours']);
  });

  it('signs in somebody known by this checkout only, and says how', async () => {
    const opened = await open(till);
    await till.pay(opened.checkoutSessionId);
    const { body } = await exchange(till, opened);
    expect(await till.store.sessions.find(hashSecret(body.token))).toMatchObject({
      issuer: 'checkout',
      subject: opened.checkoutSessionId,
      method: 'checkout',
    });
  });

  it('leaves whoever began it the customer that the site’s owner has named since', async () => {
    const token = await till.signIn('ada');
    const opened = await open(till, team, token);
    await till.pay(opened.checkoutSessionId);
    const { id: customer } = await (await till.stripe()).customers.create({ email: 'ada@example.com' });
    await till.signIn('ada', { customer });
    const { status } = await exchange(till, opened);
    expect(status).toBe(201);
    expect((await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))?.customerId).toBe(customer);
  });

  it('is answered again to the same browser while the first answer may have got lost, and not for longer', async () => {
    const opened = await open(till);
    await till.pay(opened.checkoutSessionId);
    const first = await exchange(till, opened);
    await till.sandbox.clock.advance(600);
    const again = await exchange(till, opened);
    expect([again.status, again.body.checkout?.checkoutSessionId]).toEqual([201, opened.checkoutSessionId]);
    expect(again.body.token).not.toBe(first.body.token);
    expect(again.body.subject).toBe(first.body.subject);
    expect((await till.call('GET', '/v1/subscriptions', { token: again.body.token })).status).toBe(200);
    // counted from the first answer, however often it is asked for
    await till.sandbox.clock.advance(1);
    const calls = till.stripeCalls.length;
    expect((await exchange(till, opened)).body.code).toBe('checkout_not_yours');
    expect(till.stripeCalls.length).toBe(calls);
  });

  it('is not answered again to another verifier or origin, nor after the sign-out', async () => {
    const opened = await open(till);
    await till.pay(opened.checkoutSessionId);
    const { body } = await exchange(till, opened);
    const other = await exchange(till, { ...opened, verifier: newVerifier().verifier });
    expect(other.body.code).toBe('checkout_not_yours');
    const elsewhere = { body: opened, origin: 'https://evil.example' };
    expect((await till.call('POST', '/v1/sessions', elsewhere)).status).toBe(403);
    await till.call('DELETE', '/v1/sessions', { token: body.token });
    expect((await exchange(till, opened)).body.code).toBe('checkout_not_yours');
  });

  it('is not answered again after the sign-out either of who was answered again', async () => {
    const opened = await open(till);
    await till.pay(opened.checkoutSessionId);
    await exchange(till, opened);
    const { body } = await exchange(till, opened);
    expect((await till.call('DELETE', '/v1/sessions', { token: body.token })).status).toBe(204);
    expect((await exchange(till, opened)).body.code).toBe('checkout_not_yours');
  });

  it('is refused when our database calls a checkout ours that Stripe says was opened for something else', async () => {
    const [mine, other] = [await open(till), await open(till)];
    await till.pay(other.checkoutSessionId);
    const intent = (await till.store.checkoutIntents.find(mine.checkoutSessionId))!;
    const foreign = await (await till.stripe()).checkout.sessions.create({ mode: 'setup', currency: 'usd', success_url: shop });
    await till.store.checkoutIntents.add({ ...intent, id: 'another', checkoutSessionId: foreign.id });
    const answer = await exchange(till, { ...mine, checkoutSessionId: foreign.id });
    expect([answer.status, answer.body.code]).toEqual([401, 'checkout_not_yours']);
  });
});

describe('a finished checkout of the other mode', () => {
  it('is refused', async () => {
    const inOtherMode: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      const response = await till.sandbox.fetch(request);
      if (request.method !== 'GET' || !request.url.includes('/v1/checkout/sessions/')) return response;
      return new Response((await response.text()).replace(/"livemode":\s*false/u, '"livemode":true'), response);
    };
    const till: TestTill = await startTill({ app: { stripeFetch: inOtherMode } });
    const opened = await open(till);
    await till.pay(opened.checkoutSessionId);
    const answer = await exchange(till, opened);
    expect([answer.status, answer.body.code]).toEqual([401, 'checkout_not_yours']);
    await till.close();
  });
});

describe('what a return settles before any webhook', () => {
  it('is a purchase, read once, and no subscription is looked for', async () => {
    const till = await startTill({ catalog: books });
    till.sandbox.deliveries.hold();
    const opened = await open(till, handbook);
    await till.pay(opened.checkoutSessionId);
    const { body } = await exchange(till, opened);
    const kept = await till.store.purchases.ofCustomer(body.checkout!.customerId!);
    expect(kept.map(({ checkoutSessionId }) => checkoutSessionId)).toEqual([opened.checkoutSessionId]);
    expect(till.stripeCalls.filter((call) => call.includes('/v1/subscriptions'))).toEqual([]);
    await till.sandbox.deliveries.release();
    await till.close();
  });

  it('is no purchase where a subscription was bought', async () => {
    const till = await startTill();
    till.sandbox.deliveries.hold();
    const opened = await open(till);
    await till.pay(opened.checkoutSessionId);
    await exchange(till, opened);
    const readings = till.stripeCalls.filter((call) => call.startsWith(`GET /v1/checkout/sessions/${opened.checkoutSessionId}`));
    expect(readings).toEqual([`GET /v1/checkout/sessions/${opened.checkoutSessionId}`]);
    await till.sandbox.deliveries.release();
    await till.close();
  });

  it('is the free plan that the paid one replaces', async () => {
    const till = await startTill({ catalog: 'redis-hosting' });
    const token = await till.signIn('ada');
    const plan = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });
    const { body } = await till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token, body: { selection: plan('free') } });
    await till.settle();
    till.sandbox.deliveries.hold();
    const opened = await open(till, plan('m'), token);
    await till.pay(opened.checkoutSessionId);
    await exchange(till, opened);
    expect(await till.store.subscriptions.find(body.subscription.id)).toMatchObject({ status: 'canceled' });
    await till.sandbox.deliveries.release();
    await till.close();
  });
});
