/** What was used before an end at once is billed, and nothing else is: whoever ends it, and why. */
import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SubscriptionResponse } from '@tillkit/core/contract/contract';
import { privacy } from '@tillkit/server/modules/privacy/privacy';
import { cancelNow } from '@tillkit/server/stripe/cancel-now';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const ownerToken = 'the token of the owner, 32 characters';
const byUse = (id: string, meter: string, more: object = {}) => ({
  ...monthlyPlan(id, 0, more),
  prices: [{ interval: 'month', metered: meter, amounts: { usd: '5' } }],
});
const catalog = monthlyCatalog(
  monthlyPlan('seats', 2900, { seats: { min: 1, max: 9 } }),
  byUse('calls', 'calls'),
  byUse('mails', 'mails'),
  byUse('tried', 'calls', { trial: { days: 14, cardRequired: false, end: 'cancel' } }),
);
const select = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });

let till: TestTill;
let token: string;
const begin = async (more: Parameters<typeof startTill>[0] = {}) => {
  till = await startTill({ catalog, modules: [privacy(ownerToken)], ...more });
  token = await till.signIn('ada');
};
beforeEach(() => begin());
afterEach(() => till.close());

const buy = async (planId: string) => (await till.buy(select(planId), { token })).checkout.subscription!;
const use = async (customer: string, meter: string, value: number) => {
  const stripe = await till.stripe();
  await stripe.billing.meterEvents.create({ event_name: meter, payload: { stripe_customer_id: customer, value: String(value) } });
};
const endNow = async (id: string) => {
  token = await till.signIn('ada');
  return till.call<SubscriptionResponse>('POST', `/v1/subscriptions/${id}/cancel`, { token, body: { when: 'now' } });
};
const charges = async (customer: string) =>
  (await (await till.stripe()).charges.list({ customer })).data.map(({ amount }) => amount).toReversed();
const priceOf = async (planId: string) => (await (await till.stripe()).prices.list({ lookup_keys: [`${planId}_month`] })).data[0]!.id;
/** Begins one more at Stripe, with the customer's card. */
const subscribe = async (customer: string, planId: string, more: Partial<Stripe.SubscriptionCreateParams> = {}) => {
  const stripe = await till.stripe();
  const [card] = (await stripe.customers.listPaymentMethods(customer)).data;
  const items = [{ price: await priceOf(planId) }];
  return (await stripe.subscriptions.create({ customer, items, default_payment_method: card!.id, ...more })).id;
};

describe('an end at once', () => {
  it('bills what was used since the period began', async () => {
    const { id, customerId } = await buy('calls');
    await till.sandbox.clock.advance(10 * day);
    await use(customerId, 'calls', 100);
    expect((await endNow(id)).body.subscription).toMatchObject({ status: 'canceled' });
    expect(await charges(customerId)).toEqual([500]);
  });

  it('bills the use beside seats, and of the seats neither more nor less', async () => {
    const { id, customerId } = await buy('seats');
    const stripe = await till.stripe();
    await stripe.subscriptionItems.create({ subscription: id, price: await priceOf('calls'), proration_behavior: 'none' });
    await till.sandbox.clock.advance(10 * day);
    await use(customerId, 'calls', 100);
    await endNow(id);
    expect(await charges(customerId)).toEqual([2900, 500]);
    expect(await stripe.customers.retrieve(customerId)).toMatchObject({ balance: 0 });
  });

  it('bills nothing where nothing is paid by use, also not what waits for the next invoice', async () => {
    const { id, customerId } = await buy('seats');
    const stripe = await till.stripe();
    const { items } = await stripe.subscriptions.retrieve(id);
    await stripe.subscriptions.update(id, { items: [{ id: items.data[0]!.id, quantity: 3 }], proration_behavior: 'create_prorations' });
    await stripe.invoiceItems.create({ customer: customerId, amount: 700, currency: 'usd' });
    await endNow(id);
    expect(await charges(customerId)).toEqual([2900]);
  });

  it('within a trial bills nothing', async () => {
    const { body } = await till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token, body: { selection: select('tried') } });
    const { id, customerId } = body.subscription;
    const stripe = await till.stripe();
    const { id: method } = await stripe.paymentMethods.attach('pm_card_visa', { customer: customerId });
    await stripe.subscriptions.update(id, { default_payment_method: method });
    await use(customerId, 'calls', 100);
    expect((await endNow(id)).body.subscription).toMatchObject({ status: 'canceled' });
    await till.advance(40 * day);
    expect(await charges(customerId)).toEqual([]);
  });

  it('ends it also when the use cannot be paid, which is owed then', async () => {
    const { id, customerId } = await buy('calls');
    const stripe = await till.stripe();
    const { id: method } = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customerId });
    await stripe.subscriptions.update(id, { default_payment_method: method });
    await use(customerId, 'calls', 100);
    expect(await endNow(id)).toMatchObject({ status: 200, body: { subscription: { status: 'canceled' } } });
    expect((await stripe.invoices.list({ subscription: id, status: 'open' })).data).toMatchObject([{ amount_remaining: 500 }]);
  });

  it('asked for twice bills the use once', async () => {
    const { id, customerId } = await buy('calls');
    await use(customerId, 'calls', 100);
    await Promise.all([cancelNow(till.stripe, id), cancelNow(till.stripe, id)]);
    await cancelNow(till.stripe, id);
    expect(await charges(customerId)).toEqual([500]);
  });

  it('by an erasure bills the use, as any other', async () => {
    const { customerId } = await buy('calls');
    await use(customerId, 'calls', 100);
    const { status } = await till.call('POST', '/admin/v1/privacy/erase', {
      origin: null,
      headers: { authorization: `Bearer ${ownerToken}` },
      body: { person: { customer: customerId }, dryRun: false, cancel: true },
    });
    expect(status).toBe(200);
    expect(await charges(customerId)).toEqual([500]);
  });
});

describe('the end of the newer of two', () => {
  const endDuplicate = async (second: string) => {
    await till.close();
    await begin({ config: { duplicates: 'cancel_newest' } });
    const { customerId } = await buy('calls');
    await till.sandbox.clock.advance(10);
    await use(customerId, 'calls', 100);
    const newest = await subscribe(customerId, second);
    await use(customerId, second, 10);
    await till.settle();
    expect(await (await till.stripe()).subscriptions.retrieve(newest)).toMatchObject({ status: 'canceled' });
    return customerId;
  };

  it('bills none of the use that the older one counts too, which pays it', async () => {
    const customerId = await endDuplicate('calls');
    expect(await charges(customerId)).toEqual([]);
    await till.advance(32 * day);
    expect(await charges(customerId)).toEqual([550]);
  });

  it('is that of the older where that is in its trial, so that the use of both is billed once, by what is paid', async () => {
    await till.close();
    await begin({ config: { duplicates: 'cancel_newest' } });
    const { body } = await till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token, body: { selection: select('tried') } });
    const { id, customerId } = body.subscription;
    const stripe = await till.stripe();
    const { id: method } = await stripe.paymentMethods.attach('pm_card_visa', { customer: customerId });
    await stripe.subscriptions.update(id, { default_payment_method: method });
    await till.sandbox.clock.advance(10);
    const newer = await subscribe(customerId, 'calls');
    await use(customerId, 'calls', 100);
    await till.settle();
    expect([await stripe.subscriptions.retrieve(id), await stripe.subscriptions.retrieve(newer)]).toMatchObject([
      { status: 'canceled' },
      { status: 'active' },
    ]);
    await till.advance(32 * day);
    expect(await charges(customerId)).toEqual([500]);
  });

  it('bills the use that it alone counts', async () => {
    const customerId = await endDuplicate('mails');
    expect(await charges(customerId)).toEqual([50]);
  });
});
