import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SubscriptionListSchema, type Problem, type SubscriptionList, type SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const plan = (planId: string, more: object = {}) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {}, ...more });
const day = 86_400;

describe('subscriptions', () => {
  let till: TestTill;
  let token: string;
  beforeEach(async () => {
    till = await startTill({ catalog: 'redis-hosting' });
    token = await till.signIn('ada', { email: 'ada@example.com', email_verified: true });
  });
  afterEach(() => till.close());

  const create = (selection: unknown, as = token) =>
    till.call<SubscriptionResponse & Problem>('POST', '/v1/subscriptions', { token: as, body: { selection } });
  const owned = async (as = token) => (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token: as })).body;

  it('starts a free plan at once, with a customer and no card', async () => {
    const { status, body } = await create(plan('free'));
    expect(status).toBe(201);
    expect(body.subscription).toMatchObject({
      planId: 'free',
      group: 'main',
      status: 'active',
      seats: 1,
      addOns: {},
      hasPaymentMethod: false,
      currency: 'usd',
    });
    const stripe = await till.stripe();
    const customer = await stripe.customers.retrieve(body.subscription.customerId);
    expect(customer).toMatchObject({ email: 'ada@example.com', metadata: { till_subject: 'ada' } });
    const list = await owned();
    expect(v.is(SubscriptionListSchema, list)).toBe(true);
    expect(list).toEqual({ subscriptions: [body.subscription], trialUsed: [] });
  });

  it('starts a trial that needs no card', async () => {
    const { status, body } = await create(plan('s'));
    expect(status).toBe(201);
    expect(body.subscription).toMatchObject({ planId: 's', status: 'trialing', trialEnd: till.now() + 30 * day, hasPaymentMethod: false });
    expect(body.subscription.nextPayment).toMatchObject({ at: till.now() + 30 * day });
    expect(await owned()).toMatchObject({ trialUsed: ['main'] });
  });

  it('makes one subscription and one customer of two requests at the same time', async () => {
    const answers = await Promise.all([create(plan('s')), create(plan('s'))]);
    expect(new Set(answers.map(({ body }) => body.subscription?.id ?? body.code)).size).toBeLessThanOrEqual(2);
    expect((await owned()).subscriptions).toHaveLength(1);
    const stripe = await till.stripe();
    expect((await stripe.customers.list()).data).toHaveLength(1);
  });

  it('refuses a second live subscription in the plan group', async () => {
    await create(plan('s'));
    const { status, body } = await create(plan('m'));
    expect([status, body.code]).toEqual([409, 'already_subscribed']);
    const checkout = await till.call<Problem>('POST', '/v1/checkout-sessions', {
      token,
      body: { selection: plan('xl'), returnUrl: 'https://shop.example', verifierHash: 'a'.repeat(43) },
    });
    expect(checkout.body.code).toBe('already_subscribed');
  });

  it('sends somebody to the checkout when anything is due', async () => {
    await create(plan('s'));
    await till.advance(31 * day);
    const fresh = await till.signIn('ada');
    const { status, body } = await create(plan('s'), fresh);
    expect([status, body.code]).toEqual([409, 'needs_checkout']);
  });

  it('refuses everybody who is not signed in, and what the catalog does not sell', async () => {
    expect((await till.call<Problem>('POST', '/v1/subscriptions', { body: { selection: plan('free') } })).body.code).toBe('signed_out');
    expect((await create(plan('nope'))).body.code).toBe('unknown_plan');
    expect((await create({ productId: 'x', quantity: 1, currency: 'usd' })).body.code).toBe('invalid_request');
  });

  it('stops at the end of a trial without card and asks to choose; free is one choice', async () => {
    await create(plan('s'));
    await till.advance(30 * day + 60);
    const fresh = await till.signIn('ada');
    const [ended] = (await owned(fresh)).subscriptions;
    expect(ended).toMatchObject({ status: 'canceled', endReason: 'trial_ended', choiceDue: true });
    const chosen = await create(plan('free'), fresh);
    expect(chosen.body.subscription).toMatchObject({ planId: 'free', status: 'active' });
    const after = (await owned(fresh)).subscriptions;
    expect(after.map(({ planId, choiceDue }) => [planId, choiceDue])).toEqual([
      ['free', undefined],
      ['s', undefined],
    ]);
  });

  it('stops at the end of a trial without card; a paid plan is the other choice, without a second trial', async () => {
    await create(plan('s'));
    await till.advance(30 * day + 60);
    const fresh = await till.signIn('ada');
    const { checkout } = await till.buy(plan('s'), { token: fresh });
    expect(checkout).toMatchObject({ payment: 'paid', subscription: { status: 'active', planId: 's' } });
    expect((await owned(fresh)).subscriptions.map(({ status, choiceDue }) => [status, choiceDue])).toEqual([
      ['active', undefined],
      ['canceled', undefined],
    ]);
  });

  it('lets a paid plan take the place of a free one', async () => {
    await create(plan('free'));
    await till.advance(60);
    await till.buy(plan('s'), { token });
    await till.settle();
    expect((await owned()).subscriptions.map(({ planId, status }) => [planId, status])).toEqual([
      ['s', 'trialing'],
      ['free', 'canceled'],
    ]);
  });

  it('brings somebody back by a checkout whose trial ended in a pause for want of a card', async () => {
    const { body } = await create(plan('s'));
    const stripe = await till.stripe();
    await stripe.subscriptions.update(body.subscription.id, { trial_settings: { end_behavior: { missing_payment_method: 'pause' } } });
    await till.advance(30 * day + 60);
    const fresh = await till.signIn('ada');
    expect((await owned(fresh)).subscriptions[0]).toMatchObject({ status: 'paused', hasPaymentMethod: false });
    const resumed = await till.call<Problem>('POST', `/v1/subscriptions/${body.subscription.id}/resume`, { token: fresh });
    expect(resumed.body.code).toBe('needs_checkout');
    await till.buy(plan('m'), { token: fresh });
    expect((await owned(fresh)).subscriptions.map(({ planId, status }) => [planId, status])).toEqual([
      ['m', 'active'],
      ['s', 'canceled'],
    ]);
  });

  it('refuses another currency than the one that is paid in', async () => {
    await create(plan('free'));
    const { body } = await till.call<Problem>('POST', '/v1/checkout-sessions', {
      token,
      body: { selection: plan('s', { currency: 'eur' }), returnUrl: 'https://shop.example', verifierHash: 'a'.repeat(43) },
    });
    expect(body.code).toBe('currency_locked');
  });

  it('shows what Stripe knows a minute later at the latest, also without a webhook', async () => {
    const { body } = await create(plan('s'));
    till.sandbox.deliveries.hold();
    const stripe = await till.stripe();
    await stripe.subscriptions.cancel(body.subscription.id);
    await till.sandbox.clock.advance(61);
    expect((await owned()).subscriptions[0]).toMatchObject({ status: 'canceled', endReason: 'canceled' });
    await till.sandbox.deliveries.release();
  });

  it('shows what was read last while Stripe hangs, and refuses in a bounded time what was never kept', async () => {
    const { body } = await create(plan('s'));
    await till.settle();
    await owned();
    await till.sandbox.clock.advance(61);
    till.sandbox.faults.add({ kind: 'slow', probability: 1, milliseconds: 6000 });
    const ask = (path: string) => till.call<Problem>('GET', path, { token });
    const refused = Promise.all([ask('/v1/invoices'), ask('/v1/payment-methods')]);
    expect((await owned()).subscriptions.map(({ id }) => id)).toEqual([body.subscription.id]);
    expect((await ask(`/v1/subscriptions/${body.subscription.id}`)).status).toBe(200);
    for (const answer of await refused)
      expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([502, 'stripe_unavailable', '5']);
    till.sandbox.faults.clear();
    expect(till.logged('subscriptions.last_known')).toMatchObject(
      Array.from({ length: 2 }, () => ({ level: 'warn', error: expect.any(String) })),
    );
  });

  it('speaks the language that is asked for', async () => {
    await create(plan('free'));
    const { body } = await till.call<SubscriptionList>('GET', '/v1/subscriptions?locale=he', { token });
    expect(body.subscriptions[0]?.items[0]?.name).toBe('חינם');
  });
});

describe('what begins without a checkout', () => {
  const trial = { days: 14, cardRequired: false, end: 'cancel', maxQuantity: 2 };
  const catalog = monthlyCatalog(
    monthlyPlan('free', 0, { kind: 'free', group: 'free' }),
    monthlyPlan('tried', 1900, { group: 'tried', trial }),
    {
      ...monthlyPlan('by-use', 0, { group: 'by-use', trial }),
      prices: [{ interval: 'month', metered: 'calls', amounts: { usd: '0.05' } }],
    },
    {
      ...monthlyPlan('gift', 0, { group: 'gift', trial, seats: { min: 1, max: 9 } }),
      prices: [
        { interval: 'month', amounts: { usd: 0 } },
        { interval: 'year', amounts: { usd: 9900 } },
      ],
    },
  );
  /** What each of its plans is answered, each in a group of its own. */
  async function answers(file: object, more: object = {}) {
    const till = await startTill({ catalog: file });
    const token = await till.signIn('ada');
    const seen: Record<string, string> = {};
    for (const { id } of catalog.plans) {
      const body = { selection: plan(id, more) };
      const answer = await till.call<SubscriptionResponse & Problem>('POST', '/v1/subscriptions', { token, body });
      seen[id] = answer.body.subscription?.status ?? answer.body.code;
    }
    await till.close();
    return seen;
  }

  it('is a free plan, and a trial without a card of any other', async () => {
    expect(await answers(catalog)).toEqual({ free: 'active', tried: 'trialing', 'by-use': 'trialing', gift: 'active' });
  });

  it('is no trial where a tax is added, for which a checkout asks the address, also when nothing but use is paid', async () => {
    const taxed = { free: 'active', tried: 'needs_checkout', 'by-use': 'needs_checkout', gift: 'active' };
    for (const tax of ['exclusive', 'inclusive']) expect(await answers({ ...catalog, tax })).toEqual(taxed);
  });

  it('may be more than a trial gives where there is none', async () => {
    expect(await answers(catalog, { seats: 3 })).toMatchObject({ gift: 'active' });
  });
});

describe('a plan of which nothing but use is paid', () => {
  const byUse = { ...monthlyPlan('by-use', 0), prices: [{ interval: 'month', metered: 'calls', amounts: { usd: '0.05' } }] };
  const catalog = monthlyCatalog(monthlyPlan('free', 0, { kind: 'free' }), monthlyPlan('plus', 1900), byUse);
  let till: TestTill;
  let token: string;
  beforeEach(async () => {
    till = await startTill({ catalog });
    token = await till.signIn('ada');
  });
  afterEach(() => till.close());
  const plans = async () => {
    const { subscriptions } = (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body;
    return subscriptions.map(({ planId, status }) => [planId, status]).toSorted();
  };

  it('takes the place of a free one', async () => {
    await till.call('POST', '/v1/subscriptions', { token, body: { selection: plan('free') } });
    await till.buy(plan('by-use'), { token });
    await till.settle();
    expect(await plans()).toEqual([
      ['by-use', 'active'],
      ['free', 'canceled'],
    ]);
  });

  it('is no free one, whose place another takes', async () => {
    await till.buy(plan('by-use'), { token });
    await expect(till.buy(plan('plus'), { token })).rejects.toThrow('already_subscribed');
    expect(await plans()).toEqual([['by-use', 'active']]);
  });
});

describe('what belongs to somebody else', () => {
  it('is not found on any route, and Stripe is not asked about it', async () => {
    const till = await startTill({ catalog: 'redis-hosting' });
    const ada = await till.signIn('ada');
    const eve = await till.signIn('eve');
    const { body } = await till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token: ada, body: { selection: plan('s') } });
    await till.call('POST', '/v1/subscriptions', { token: eve, body: { selection: plan('free') } });
    await till.settle();
    await till.call('GET', '/v1/subscriptions', { token: eve }); // reads what is eve's own
    await till.call('GET', '/v1/subscriptions', { token: eve });
    const before = till.stripeCalls.length;
    for (const id of [body.subscription.id, 'sub_unknown', '..%2f..%2fcustomers']) {
      const path = `/v1/subscriptions/${id}`;
      const attempts: [string, string, unknown?][] = [
        ['GET', path],
        ['POST', `${path}/cancel`],
        ['POST', `${path}/resume`],
        ['POST', `${path}/pause`],
        ['POST', `${path}/pay`],
        ['DELETE', `${path}/changes`],
        ['POST', '/v1/previews', { subscriptionId: id, target: { addOns: {} } }],
      ];
      for (const [method, address, request] of attempts) {
        const { status, body: problem } = await till.call<Problem>(method, address, {
          token: eve,
          ...(request !== undefined && { body: request }),
        });
        expect([address, status, problem.code]).toEqual([address, 404, 'not_found']);
        const anonymous = await till.call<Problem>(method, address, request === undefined ? {} : { body: request });
        expect([address, anonymous.status]).toEqual([address, 401]);
      }
    }
    expect(till.stripeCalls.slice(before)).toEqual([]);
    await till.close();
  });
});
