/** A trial that falls to the free plan, and one that does not: Stripe gives one reason for both, and may not start it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, SubscriptionList, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { createCatalogSource, type CatalogSource } from '@tillkit/server/catalog/catalog-source';
import { readPrices } from '@tillkit/server/stripe/price-facts';
import { freeAfterTrial } from '@tillkit/server/subscription/free-after-trial';
import { createMirror } from '@tillkit/server/subscription/mirror';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const prices = (usd: number) => ({ prices: [{ interval: 'month', amounts: { usd, eur: usd } }] });
const plan = (id: string, amount: number, more: object = {}) => ({ ...monthlyPlan(id, amount, more), ...prices(amount) });
const tried = { trial: { days: 14, cardRequired: false, end: 'free' } };
const catalog = {
  ...monthlyCatalog(
    plan('free', 0, { kind: 'free', seats: { min: 1, max: 5 } }),
    plan('tried', 1900, tried),
    plan('chosen', 1900, { trial: { ...tried.trial, end: 'choose' } }),
    plan('plain', 2900),
    plan('other-free', 0, { kind: 'free', group: 'other' }),
    plan('other', 900, { ...tried, group: 'other' }),
    plan('third', 500, { group: 'third' }),
  ),
  currencies: ['usd', 'eur'],
};
const select = (planId: string, currency = 'usd') => ({ planId, interval: 'month', currency, seats: 1, addOns: {} });

let till: TestTill;
let token: string;
/** Done once, before Stripe hears of the next subscription that is to begin. */
let beforeItBegins: (() => Promise<unknown>) | undefined;
const stripeFetch: typeof globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const between = beforeItBegins;
  if (between && request.method === 'POST' && new URL(request.url).pathname === '/v1/subscriptions') {
    beforeItBegins = undefined;
    await between();
  }
  return till.sandbox.fetch(request);
};
beforeEach(async () => {
  beforeItBegins = undefined;
  till = await startTill({ catalog, app: { stripeFetch } });
  token = await till.signIn('ada');
});
afterEach(() => till.close());

const start = async (planId: string) => {
  const body = { selection: select(planId) };
  const { status, body: answer } = await till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token, body });
  expect(status).toBe(201);
  await till.settle();
  return answer.subscription;
};
/** The trial ends while no event comes through. */
const end = async () => {
  till.sandbox.deliveries.hold();
  await till.sandbox.clock.advance(14 * day + 7200);
  token = await till.signIn('ada');
};
const comeThrough = async () => {
  till.sandbox.deliveries.release();
  await till.settle();
};
const plans = async () => {
  const { subscriptions } = (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body;
  return subscriptions.map(({ planId, status }) => [planId, status]).toSorted();
};

describe('a free plan that Stripe refuses', () => {
  it('as the customer pays in another currency by then puts off no event, and the log says whose', async () => {
    const { id } = await start('tried');
    await end();
    await till.buy(select('third', 'eur'), { token });
    await comeThrough();
    expect(till.logged('inbox.put_off')).toEqual([]);
    expect(till.logged('trial.free_plan')).toContainEqual(expect.objectContaining({ level: 'warn', message: id }));
    expect(await plans()).toEqual([
      ['third', 'active'],
      ['tried', 'canceled'],
    ]);
    await till.app.sweeps.sweepSubscriptions();
  });

  it('as the customer is gone puts off no event', async () => {
    const { customerId } = await start('tried');
    await end();
    await (await till.stripe()).customers.del(customerId);
    await comeThrough();
    expect(till.logged('inbox.put_off')).toEqual([]);
  });

  it('as its price was archived a moment ago keeps that of another group from nobody', async () => {
    await start('other');
    await start('tried');
    await end();
    // which is read now, and not again so soon
    await till.call('GET', '/v1/catalog');
    const stripe = await till.stripe();
    const [price] = (await stripe.prices.list({ lookup_keys: ['free_month'] })).data;
    await stripe.prices.update(price!.id, { active: false });
    expect(await plans()).toContainEqual(['other-free', 'active']);
    till.sandbox.deliveries.release();
  });
});

it('a free plan that a fault of ours keeps from beginning is no refusal: it is tried again, and not logged as one', async () => {
  const { customerId } = await start('tried');
  await end();
  const { file, now, stripe, store } = till;
  const { log, logged } = recordedLog();
  const source = createCatalogSource({ file: async () => file, readPrices: (keys) => readPrices(stripe, keys), now, log });
  const priceId = () => {
    throw new TypeError('a fault of ours');
  };
  const catalog: CatalogSource = { ...source, current: async () => ({ ...(await source.current()), priceId }) };
  const mirror = createMirror({ stripe, store, catalog, now });
  await mirror.refreshCustomer(customerId);
  await expect(freeAfterTrial({ stripe, store, catalog, mirror, now, log }, customerId)).rejects.toThrow('a fault of ours');
  expect(logged('trial.free_plan')).toEqual([]);
  till.sandbox.deliveries.release();
});

describe('a trial that is ended with the reason of an end that was asked for', () => {
  const over = async () => {
    await till.advance(14 * day + 7200);
    token = await till.signIn('ada');
    return plans();
  };
  const withCard = async (id: string) => {
    const stripe = await till.stripe();
    const { customer } = await stripe.subscriptions.retrieve(id);
    const { id: card } = await stripe.paymentMethods.attach('pm_card_visa', { customer: String(customer) });
    await stripe.subscriptions.update(id, { default_payment_method: card });
  };

  it('falls to the free plan where Stripe did it for want of a card', async () => {
    const { id } = await start('tried');
    expect(await over()).toEqual([
      ['free', 'active'],
      ['tried', 'canceled'],
    ]);
    const { cancellation_details: details } = await (await till.stripe()).subscriptions.retrieve(id);
    expect(details?.reason).toBe('cancellation_requested');
  });

  it('does not where that was asked for in the trial', async () => {
    const { id } = await start('tried');
    await withCard(id);
    await till.call('POST', `/v1/subscriptions/${id}/cancel`, { token });
    expect(await over()).toEqual([['tried', 'canceled']]);
  });

  it('does not where it was paid, and ended at once in the same hours', async () => {
    const { id } = await start('tried');
    await withCard(id);
    expect(await over()).toEqual([['tried', 'active']]);
    const { status } = await till.call('POST', `/v1/subscriptions/${id}/cancel`, { token, body: { when: 'now' } });
    expect(status).toBe(200);
    await till.settle();
    expect(await plans()).toEqual([['tried', 'canceled']]);
  });
});

describe('the free plan that a trial falls to', () => {
  const order = (seats: number) =>
    till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token, body: { selection: { ...select('free'), seats } } });
  const startsAtStripe = () => till.stripeCalls.filter((call) => call === 'POST /v1/subscriptions').length;

  it('is one, also beside an order of it with other seats at the same moment', async () => {
    await start('tried');
    await end();
    till.stripeCalls.length = 0;
    let other: Promise<unknown> | undefined;
    beforeItBegins = async () => {
      other = order(3);
      // it goes on until it begins too, or waits for this one
      for (let look = 0; look < 40 && startsAtStripe() < 2; look += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    await plans();
    await other;
    await comeThrough();
    expect(await plans()).toEqual([
      ['free', 'active'],
      ['tried', 'canceled'],
    ]);
  });

  it('leaves the customer’s open checkout of the paid plan alone', async () => {
    await start('tried');
    await end();
    const request = { selection: select('tried'), returnUrl: shop, verifierHash: newVerifier().verifierHash };
    const { body } = await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', { token, body: request });
    await comeThrough();
    expect(await plans()).toContainEqual(['free', 'active']);
    expect(await (await till.stripe()).checkout.sessions.retrieve(body.checkoutSessionId)).toMatchObject({ status: 'open' });
  });

  /** One that has been running in the plan group, and a trial beside it that has ended without a card. */
  const triedBeside = async (older: string, tried: string) => {
    const { customerId } = (await till.buy(select('third'), { token })).checkout.subscription!;
    const stripe = await till.stripe();
    const price = async (planId: string) => (await stripe.prices.list({ lookup_keys: [`${planId}_month`] })).data[0]!.id;
    const [card] = (await stripe.paymentMethods.list({ customer: customerId })).data;
    const begin = async (planId: string, more: object) =>
      stripe.subscriptions.create({ customer: customerId, items: [{ price: await price(planId) }], ...more });
    till.sandbox.deliveries.hold();
    await begin(older, { default_payment_method: card!.id });
    await till.sandbox.clock.advance(60);
    await begin(tried, { trial_period_days: 14, trial_settings: { end_behavior: { missing_payment_method: 'cancel' } } });
    await till.sandbox.clock.advance(14 * day + 7200);
    token = await till.signIn('ada');
    await comeThrough();
    const { subscriptions } = (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body;
    return subscriptions.filter(({ group }) => group !== 'third');
  };

  it.each(['free', 'plain'])('does not begin beside an older one that still runs: %s', async (older) => {
    const all = await triedBeside(older, 'tried');
    expect(all.map(({ planId, status }) => [planId, status])).toEqual([
      ['tried', 'canceled'],
      [older, 'active'],
    ]);
  });

  it('is not to be chosen either where an older one still runs', async () => {
    const all = await triedBeside('free', 'chosen');
    expect(all).toMatchObject([
      { planId: 'chosen', endReason: 'trial_ended' },
      { planId: 'free', status: 'active' },
    ]);
    expect(all[0]).not.toHaveProperty('choiceDue');
  });
});
