import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, Problem, SessionResponse, SubscriptionList } from '@tillkit/core/contract/contract';
import { newVerifier, shop, startTill, type CallOptions, type TestTill } from '../../support/till.ts';

const team = { planId: 'team', interval: 'month', currency: 'usd', seats: 2, addOns: {} };
const company = { ...team, planId: 'company' };
const other = 'https://other.example';

describe('POST /v1/sessions', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill({ origins: [shop, other] });
  });
  afterEach(() => till.close());

  const exchange = (body: unknown, options: CallOptions = {}) =>
    till.call<SessionResponse & Problem>('POST', '/v1/sessions', { ...options, body });
  const owned = (token: string, options: CallOptions = {}) =>
    till.call<SubscriptionList & Problem>('GET', '/v1/subscriptions', { ...options, token });

  async function openCheckout(selection: unknown = company, options: CallOptions = {}) {
    const { verifier, verifierHash } = newVerifier();
    const { body } = await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', {
      ...options,
      body: { selection, returnUrl: shop, verifierHash },
    });
    return { checkoutSessionId: body.checkoutSessionId, verifier };
  }

  describe('with an owner’s token', () => {
    it('signs in, and answers a token that is nowhere in the database', async () => {
      const { status, body } = await exchange({ token: await till.ownerToken('ada') });
      expect(status).toBe(201);
      expect(body.token).toMatch(/^till_[\w-]{43}$/u);
      expect(body.expiresAt).toBe(till.now() + 8 * 3600);
      expect(body).not.toHaveProperty('checkout');
      expect((await owned(body.token)).body).toEqual({ subscriptions: [], trialUsed: [] });
      expect(await till.store.sessions.find(body.token)).toBeUndefined();
    });

    it('is one purchase of one person, by however many at the same time', async () => {
      const token = await till.ownerToken('ada');
      const answers = await Promise.all(Array.from({ length: 20 }, () => exchange({ token })));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ body }) => body.code === 'token_invalid')).toHaveLength(19);
    });

    it('says who it is, the same every time, and nothing that names them', async () => {
      const subjectOf = async (sub: string, claims?: object) =>
        (await exchange({ token: await till.ownerToken(sub, { ...claims }) })).body.subject;
      const ada = await subjectOf('ada');
      expect(await subjectOf('ada')).toBe(ada);
      expect(new Set([ada, await subjectOf('eve'), await subjectOf('ada', { iss: 'https://elsewhere.example' })]).size).toBe(3);
      expect(ada).not.toContain('ada');
    });

    it('refuses a token that is not the owner’s', async () => {
      expect((await exchange({ token: 'a.b.c' })).body.code).toBe('token_invalid');
      expect((await exchange({ token: await till.ownerToken('ada', { aud: 'other' }) })).body.code).toBe('token_invalid');
      expect((await exchange({ token: 7 })).body.code).toBe('invalid_request');
      expect((await exchange({})).body.code).toBe('invalid_request');
    });

    it('takes the customer that the owner vouches for', async () => {
      const stripe = await till.stripe();
      const customer = await stripe.customers.create({ email: 'old@example.com' });
      const token = await till.signIn('ada', { customer: customer.id });
      const { checkout } = await till.buy(company, { token });
      expect(checkout.customerId).toBe(customer.id);
    });

    it('keeps the customer that the owner names while another one is being made', async () => {
      const { id } = await (await till.stripe()).customers.create({ email: 'old@example.com' });
      const token = await till.signIn('ada');
      till.sandbox.faults.add({ kind: 'slow', route: 'POST /v1/customers', milliseconds: 500 });
      const opening = openCheckout(company, { token });
      await till.signIn('ada', { customer: id });
      await opening;
      expect(await till.store.identities.find({ issuer: 'owner', subject: 'ada' })).toMatchObject({ customerId: id });
    });
  });

  describe('the session token', () => {
    it('is bound to the origin that it was made for', async () => {
      const token = await till.signIn('ada');
      expect((await owned(token)).status).toBe(200);
      expect((await owned(token, { origin: other })).body.code).toBe('signed_out');
    });

    it('ends half an hour after its last use', async () => {
      const token = await till.signIn('ada');
      await till.advance(29 * 60);
      expect((await owned(token)).status).toBe(200);
      await till.advance(29 * 60);
      expect((await owned(token)).status).toBe(200);
      await till.advance(30 * 60);
      expect((await owned(token)).status).toBe(401);
    });

    it('ends eight hours after it was made, however much it is used', async () => {
      const token = await till.signIn('ada');
      for (let used = 0; used < 19; used += 1) {
        await till.advance(25 * 60);
        expect((await owned(token)).status).toBe(200);
      }
      await till.advance(5 * 60);
      expect((await owned(token)).status).toBe(401);
    });

    it('ends when one signs out', async () => {
      const token = await till.signIn('ada');
      expect((await till.call('DELETE', '/v1/sessions', { token })).status).toBe(204);
      expect((await owned(token)).status).toBe(401);
      expect((await till.call('DELETE', '/v1/sessions', { token })).status).toBe(401);
    });

    it.each([
      '',
      'Bearer',
      'Bearer x',
      'Basic dGlsbA==',
      `Bearer till_${'a'.repeat(43)}`,
      `bearer till_${'a'.repeat(43)}`,
      `Bearer till_${'a'.repeat(44)}`,
    ])('is not %j', async (authorization) => {
      const { status, body } = await till.call<Problem>('GET', '/v1/subscriptions', { headers: { authorization } });
      expect([status, body.code]).toEqual([401, 'signed_out']);
    });
  });

  describe('with a finished checkout', () => {
    it('signs the buyer in and says what was bought, before any webhook', async () => {
      till.sandbox.deliveries.hold();
      const { checkoutSessionId, verifier } = await openCheckout();
      expect(await till.pay(checkoutSessionId)).toBe(`${shop}/?till_checkout=${checkoutSessionId}`);
      const { status, body } = await exchange({ checkoutSessionId, verifier });
      expect(status).toBe(201);
      expect(body.checkout).toMatchObject({
        checkoutSessionId,
        payment: 'paid',
        currency: 'usd',
        amountTotal: 2 * 7900,
        subscription: { planId: 'company', status: 'active', seats: 2 },
      });
      expect(body.checkout?.customerId).toMatch(/^cus_/u);
      const { body: list } = await owned(body.token);
      expect(list.subscriptions).toEqual([body.checkout?.subscription]);
      await till.sandbox.deliveries.release();
    });

    it('works once, by however many at the same time', async () => {
      const { checkoutSessionId, verifier } = await openCheckout();
      await till.pay(checkoutSessionId);
      const answers = await Promise.all(Array.from({ length: 20 }, () => exchange({ checkoutSessionId, verifier })));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
      expect(new Set(answers.map(({ body }) => `${body.subject} ${body.checkout?.subscription?.id}`)).size).toBe(1);
    });

    it('is refused without the right verifier, from another origin, and for a checkout of somebody else', async () => {
      const { checkoutSessionId, verifier } = await openCheckout();
      const foreign = await openCheckout(team);
      await till.pay(checkoutSessionId);
      await till.pay(foreign.checkoutSessionId);
      const calls = till.stripeCalls.length;
      for (const [body, origin] of [
        [{ checkoutSessionId, verifier: newVerifier().verifier }, shop],
        [{ checkoutSessionId, verifier }, other],
        [{ checkoutSessionId: foreign.checkoutSessionId, verifier }, shop],
        [{ checkoutSessionId: 'cs_test_unknown', verifier }, shop],
      ] as const) {
        expect((await exchange(body, { origin })).body.code).toBe('checkout_not_yours');
      }
      expect(till.stripeCalls.length).toBe(calls);
      expect((await exchange({ checkoutSessionId, verifier })).status).toBe(201);
    });

    it('is refused until the checkout is complete', async () => {
      const { checkoutSessionId, verifier } = await openCheckout();
      expect((await exchange({ checkoutSessionId, verifier })).body.code).toBe('checkout_not_complete');
      await till.pay(checkoutSessionId);
      expect((await exchange({ checkoutSessionId, verifier })).status).toBe(201);
    });

    it('is refused an hour after the checkout was completed', async () => {
      const { checkoutSessionId, verifier } = await openCheckout();
      await till.pay(checkoutSessionId);
      await till.settle();
      await till.advance(3601);
      expect((await exchange({ checkoutSessionId, verifier })).body.code).toBe('checkout_not_yours');
    });

    it('reaches only the customer of that checkout', async () => {
      const first = await till.buy(company);
      const second = await till.buy(company);
      const mine = (await owned(first.token)).body.subscriptions;
      expect(mine.map(({ customerId }) => customerId)).toEqual([first.checkout.customerId]);
      expect(first.checkout.customerId).not.toBe(second.checkout.customerId);
    });

    it('stays with the person who was signed in when it began', async () => {
      const token = await till.signIn('ada');
      const { checkout } = await till.buy(company, { token });
      const again = await till.signIn('ada');
      expect((await owned(again)).body.subscriptions.map(({ id }) => id)).toEqual([checkout.subscription?.id]);
    });

    it('tells of a trial for which nothing is due', async () => {
      const { checkout } = await till.buy(team);
      expect(checkout).toMatchObject({
        payment: 'nothing_due',
        amountTotal: 0,
        subscription: { status: 'trialing', trialEnd: till.now() + 14 * 86_400 },
      });
    });
  });
});

describe('a product sold alone', () => {
  it('is paid once, makes a customer, and leads to no subscription', async () => {
    const catalog = {
      locales: ['en'],
      defaultCurrency: 'usd',
      currencies: ['usd'],
      plans: [],
      products: [{ id: 'handbook', name: 'Handbook', price: { amounts: { usd: 3900 } }, quantity: { min: 1, max: 5 } }],
    };
    const till = await startTill({ catalog });
    const { checkout, token } = await till.buy({ productId: 'handbook', quantity: 2, currency: 'usd' });
    expect(checkout).toMatchObject({ payment: 'paid', amountTotal: 7800, currency: 'usd' });
    expect(checkout.customerId).toMatch(/^cus_/u);
    expect(checkout).not.toHaveProperty('subscription');
    await till.settle();
    expect(await till.store.checkoutIntents.find(checkout.checkoutSessionId)).toMatchObject({ status: 'exchanged' });
    expect(token).toMatch(/^till_/u);
    await till.close();
  });
});
