import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, Problem } from '@tillkit/core/contract/contract';
import { defaultLimits } from '@tillkit/server/http/limits';
import { newVerifier, shop, startTill, type CallOptions, type TestTill } from '../../support/till.ts';

const path = '/v1/checkout-sessions';
const team = { planId: 'team', interval: 'month', currency: 'usd', seats: 3, addOns: {} };
const { verifierHash } = newVerifier();
const request = (selection: unknown = team, more: object = {}) => ({ selection, returnUrl: `${shop}/pricing`, verifierHash, ...more });

describe('POST /v1/checkout-sessions', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill();
  });
  afterEach(() => till.close());

  const open = (body: unknown = request(), options: CallOptions = {}) =>
    till.call<CheckoutSessionResponse & Problem>('POST', path, { ...options, body });
  const atStripe = async (id: string) => (await till.stripe()).checkout.sessions.retrieve(id, { expand: ['line_items'] });

  it('opens Stripe’s page for what the catalog sells', async () => {
    const { status, body } = await open();
    expect(status).toBe(201);
    expect(body.url).toContain(body.checkoutSessionId);
    const session = await atStripe(body.checkoutSessionId);
    expect(session).toMatchObject({
      mode: 'subscription',
      currency: 'usd',
      status: 'open',
      customer: null,
      success_url: `${shop}/pricing?till_checkout={CHECKOUT_SESSION_ID}`,
      cancel_url: `${shop}/pricing?till_canceled=1`,
    });
    expect(session.line_items?.data.map((line) => [line.price?.lookup_key, line.quantity])).toEqual([['team_month', 3]]);
    expect(session.expires_at).toBe(body.expiresAt);
  });

  it('sells add-ons in their quantities, once or every interval, in the chosen currency', async () => {
    const addOns = { 'extra-seats': 10, storage: 2, onboarding: 1 };
    const { body } = await open(request({ ...team, interval: 'year', currency: 'eur', addOns }));
    const session = await atStripe(body.checkoutSessionId);
    expect(session.currency).toBe('eur');
    expect(session.line_items?.data.map((line) => [line.price?.lookup_key, line.quantity])).toEqual([
      ['team_year', 3],
      ['extra-seats_year', 10],
      ['storage_year', 2],
      ['onboarding_once', 1],
    ]);
  });

  it('takes the trial and its card rule from the catalog', async () => {
    const trialing = await atStripe((await open()).body.checkoutSessionId);
    expect(trialing.payment_method_collection).toBe('always');
    expect(trialing.amount_total).toBe(0);
    const paid = await atStripe((await open(request({ ...team, planId: 'company' }))).body.checkoutSessionId);
    expect(paid.amount_total).toBe(3 * 7900);
  });

  it('gives a client secret and no page for the card form', async () => {
    const { body } = await open(request(team, { uiMode: 'elements' }));
    expect(body.clientSecret).toBeTruthy();
    expect(body).not.toHaveProperty('url');
    expect(await atStripe(body.checkoutSessionId)).toMatchObject({
      ui_mode: 'elements',
      return_url: `${shop}/pricing?till_checkout={CHECKOUT_SESSION_ID}`,
    });
  });

  it('is the same session when the same request comes again', async () => {
    const [first, second] = [await open(), await open()];
    expect(second.body.checkoutSessionId).toBe(first.body.checkoutSessionId);
    const other = await open(request(team, { verifierHash: newVerifier().verifierHash }));
    expect(other.body.checkoutSessionId).not.toBe(first.body.checkoutSessionId);
  });

  it('passes the customer of somebody signed in, and makes one at the first need', async () => {
    const token = await till.signIn('ada', { email: 'ada@example.com', email_verified: true });
    const first = await atStripe((await open(request(), { token })).body.checkoutSessionId);
    const second = await atStripe((await open(request({ ...team, seats: 4 }), { token })).body.checkoutSessionId);
    expect(first.customer).toMatch(/^cus_/u);
    expect(second.customer).toBe(first.customer);
    expect(till.stripeCalls.filter((call) => call === 'POST /v1/customers')).toHaveLength(1);
  });

  it.each([
    ['an unknown plan', { ...team, planId: 'nope' }, 'unknown_plan'],
    ['an unknown add-on', { ...team, addOns: { nope: 1 } }, 'unknown_add_on'],
    ['no seat', { ...team, seats: 0 }, 'quantity_below_min'],
    ['too many seats', { ...team, seats: 501 }, 'quantity_above_max'],
    ['an add-on off its step', { ...team, addOns: { 'extra-seats': 7 } }, 'quantity_off_step'],
    ['an add-on of another plan', { ...team, planId: 'starter', addOns: { 'priority-support': 1 } }, 'add_on_not_on_plan'],
    ['an interval that is not sold', { ...team, interval: 'week' }, 'interval_not_offered'],
    ['a currency that is not sold', { ...team, currency: 'chf' }, 'currency_not_offered'],
    ['an unknown product', { productId: 'nope', quantity: 1, currency: 'usd' }, 'unknown_product'],
  ])('refuses %s', async (_, selection, code) => {
    const { status, body } = await open(request(selection));
    expect([status, body.code]).toEqual([422, code]);
  });

  it.each([
    ['no selection', { returnUrl: shop, verifierHash }],
    ['a price', request({ ...team, price: 'price_1' })],
    ['an amount', request(team, { amount: 1 })],
    ['a customer', request(team, { customer: 'cus_1' })],
    ['a trial', request(team, { trialDays: 999 })],
    ['a coupon', request(team, { discounts: [{ coupon: 'x' }] })],
    ['metadata', request(team, { metadata: {} })],
    ['half a seat', request({ ...team, seats: 1.5 })],
    ['a negative seat', request({ ...team, seats: -1 })],
    ['seats as text', request({ ...team, seats: '3' })],
    ['a verifier hash that is none', request(team, { verifierHash: 'x' })],
    ['another ui mode', request(team, { uiMode: 'embedded_page' })],
  ])('refuses a request with %s', async (_, body) => {
    const answer = await open(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
  });

  it('refuses to come back to a foreign page', async () => {
    const { status, body } = await open(request(team, { returnUrl: 'https://evil.example/' }));
    expect([status, body.code]).toEqual([403, 'return_url_not_allowed']);
  });

  it('asks Stripe nothing for a request that it refuses', async () => {
    await till.call('GET', '/v1/catalog');
    const before = till.stripeCalls.length;
    const field = fc.constantFrom(
      'selection',
      'uiMode',
      'returnUrl',
      'verifierHash',
      'price',
      'amount',
      'mode',
      'customer',
      'discounts',
      'trial_days',
      '__proto__',
    );
    await fc.assert(
      fc.asyncProperty(field, fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 0, 1e9, '1', null)), async (name, value) => {
        const { status } = await open(JSON.stringify({ ...request(), returnUrl: 'https://evil.example', [name]: value }), {
          headers: { 'content-type': 'application/json' },
        });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
    expect(till.stripeCalls.length).toBe(before);
  });

  it('keeps what Stripe says to itself', async () => {
    const { body } = await open(request(), { token: 'till_nonsense' });
    expect(body).toMatchObject({ status: 401, code: 'signed_out', type: 'about:blank' });
    expect(body.instance).toMatch(/^[0-9a-f-]{36}$/u);
  });
});

describe('the limit on checkouts', () => {
  it('lets five a minute from one network reach Stripe, whatever it claims to be', async () => {
    const till = await startTill({
      app: { limits: { checkout: defaultLimits.checkout } },
    });
    const statuses: number[] = [];
    for (let turn = 0; turn < 12; turn += 1) {
      const { status, headers } = await till.call('POST', path, {
        body: request(team, { verifierHash: newVerifier().verifierHash }),
        from: `2001:db8::${turn}`,
        headers: { 'x-forwarded-for': `198.51.100.${turn}` },
      });
      statuses.push(status);
      if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(statuses).toEqual([...Array.from({ length: 5 }, () => 201), ...Array.from({ length: 7 }, () => 429)]);
    expect(till.stripeCalls.filter((call) => call === 'POST /v1/checkout/sessions')).toHaveLength(5);
    expect((await till.call('POST', path, { body: request(), from: '203.0.113.1' })).status).toBe(201);
    await till.close();
  });
});
