/** Which methods a customer may remove, and in which currency a new one is entered: every state of what is charged for it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentMethodList, PaymentMethodSetup, Problem } from '@tillkit/core/contract/contract';
import { cards, shop, startTill, type TestTill } from '../../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const day = 86_400;
const hour = 3600;
/** Seconds after which a sign-in is no proof any more that it is the customer who sits there. */
const stepUp = 900;

let till: TestTill;
let token: string;
beforeEach(async () => {
  till = await startTill({ stripe: { afterRetries: 'unpaid' } });
  token = await till.signIn('ada');
});
afterEach(() => till.close());

const call = <Body = PaymentMethodList & Problem>(method: string, path = '', body?: unknown) =>
  till.call<Body>(method, `/v1/payment-methods${path}`, { token, ...(body !== undefined && { body }) });
const methods = async () => (await call('GET')).body.paymentMethods;
const removeFirst = async () => {
  const [first] = await methods();
  const { status, body } = await call('DELETE', `/${first!.id}`);
  return status === 200 ? 'removed' : body.code;
};
const buy = async () => (await till.buy(company, { token })).checkout.subscription!;
const later = async (seconds: number) => {
  await till.advance(seconds);
  token = await till.signIn('ada');
};
/** A subscription with one method, as the owner makes it at Stripe. */
const given = async (more: object = {}, unitAmount = 900) => {
  const { customerId, id } = await buy();
  const stripe = await till.stripe();
  await stripe.subscriptions.cancel(id);
  const product = await stripe.products.create({ name: 'Special' });
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: unitAmount,
    recurring: { interval: 'month' },
  });
  const [method] = (await stripe.paymentMethods.list({ customer: customerId })).data;
  await stripe.customers.update(customerId, { invoice_settings: { default_payment_method: method!.id } });
  const subscription = await stripe.subscriptions.create({ customer: customerId, items: [{ price: price.id }], ...more });
  await till.settle();
  return subscription;
};

describe('of somebody who never bought', () => {
  it('there are none, and Stripe is not asked', async () => {
    till.stripeCalls.length = 0;
    expect(await call('GET')).toMatchObject({ status: 200, body: { paymentMethods: [] } });
    expect((await call('DELETE', '/pm_1')).body.code).toBe('not_found');
    expect((await call('POST', '/pm_1/default')).body.code).toBe('not_found');
    expect(till.stripeCalls).toEqual([]);
  });

  it('one can be entered, in the currency that is sold in', async () => {
    expect((await call('POST', '', { returnUrl: shop })).status).toBe(201);
    expect(till.stripeSent.find((sent) => sent.startsWith('POST /v1/checkout/sessions'))).toContain('currency=usd');
  });
});

describe('a new one is entered', () => {
  it('in the currency that the customer pays in', async () => {
    const { id } = (await till.buy({ ...company, currency: 'eur' }, { token })).checkout.subscription!;
    const stripe = await till.stripe();
    for (const more of [{}, { subscriptionId: id }]) {
      const { body } = await call<PaymentMethodSetup>('POST', '', { returnUrl: shop, ...more });
      expect((await stripe.checkout.sessions.retrieve(body.checkoutSessionId)).currency).toBe('eur');
    }
  });
});

describe('the last one', () => {
  it('is removed only by who has signed in a short while ago', async () => {
    await given({ cancel_at_period_end: true });
    await till.advance(stepUp + 1);
    expect(await removeFirst()).toBe('step_up_required');
    token = await till.signIn('ada');
    expect(await removeFirst()).toBe('removed');
  });

  it.each([
    ['runs', {}],
    ['is in its trial', { trial_period_days: 14 }],
  ])('stays while a paid subscription %s', async (_, more) => {
    await given(more);
    expect(await removeFirst()).toBe('last_payment_method');
    expect(await methods()).toHaveLength(1);
  });

  it.each([
    ['that costs nothing', {}, 0],
    ['that is about to end', { cancel_at_period_end: true }, 900],
    ['that ends when its trial does', { trial_period_days: 14, cancel_at_period_end: true }, 900],
  ])('goes beside a subscription %s', async (_, more, unitAmount) => {
    await given(more, unitAmount);
    expect(await removeFirst()).toBe('removed');
    expect(await methods()).toEqual([]);
  });

  it('stays while a paid subscription has periods to pay before it ends', async () => {
    const { id } = await given();
    await (await till.stripe()).subscriptions.update(id, { cancel_at: till.now() + 90 * day, proration_behavior: 'none' });
    await till.settle();
    expect(await removeFirst()).toBe('last_payment_method');
  });

  it('goes when nothing runs any more', async () => {
    const stripe = await till.stripe();
    await stripe.subscriptions.cancel((await given()).id);
    await till.settle();
    expect(await removeFirst()).toBe('removed');
  });

  it('stays for what is charged by use, although nothing is due before', async () => {
    const stripe = await till.stripe();
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'calls',
      default_aggregation: { formula: 'sum' },
    });
    const product = await stripe.products.create({ name: 'Calls' });
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 10,
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    });
    const { customerId, id } = await buy();
    await stripe.subscriptions.cancel(id);
    await stripe.subscriptions.create({ customer: customerId, items: [{ price: price.id }] });
    await till.settle();
    expect(await removeFirst()).toBe('last_payment_method');
  });

  it('stays beside one that costs something among others that cost nothing', async () => {
    const { customer } = await given({}, 0);
    const stripe = await till.stripe();
    const { id: product } = await stripe.products.create({ name: 'Paid' });
    const price = await stripe.prices.create({ product, currency: 'usd', unit_amount: 500, recurring: { interval: 'month' } });
    await stripe.subscriptions.create({ customer: String(customer), items: [{ price: price.id }] });
    await till.settle();
    expect(await removeFirst()).toBe('last_payment_method');
  });

  it('stays beside a debt, also of what is about to end', async () => {
    const { customer, id } = await given();
    const stripe = await till.stripe();
    const failing = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: String(customer) });
    for (const { id: method } of (await stripe.paymentMethods.list({ customer: String(customer) })).data)
      if (method !== failing.id) await stripe.paymentMethods.detach(method);
    await stripe.subscriptions.update(id, { default_payment_method: failing.id });
    await later(31 * day + 2 * hour);
    expect(await removeFirst()).toBe('last_payment_method');
    await later(30 * day);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('unpaid');
    expect(await removeFirst()).toBe('last_payment_method');
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await till.settle();
    expect(await removeFirst()).toBe('last_payment_method');
  });
});

describe('one of two', () => {
  it('that renewals are not taken from goes, and the other stays the default', async () => {
    const { id, customerId } = await buy();
    const page = (await call<PaymentMethodSetup>('POST', '', { returnUrl: shop })).body;
    await till.pay(page.checkoutSessionId, '5555 5555 5555 4444');
    expect((await call('POST', '/added', { checkoutSessionId: page.checkoutSessionId })).status).toBe(200);
    const [newest, visa] = await methods();
    expect([newest!.isDefault, visa!.isDefault]).toEqual([true, false]);
    expect((await call('DELETE', `/${visa!.id}`)).body.paymentMethods.map((method) => method.id)).toEqual([newest!.id]);
    const stripe = await till.stripe();
    expect((await stripe.subscriptions.retrieve(id)).default_payment_method).toBe(newest!.id);
    expect((await stripe.paymentMethods.list({ customer: customerId })).data).toHaveLength(1);
  });
});

describe('a page on which one was entered', () => {
  it('is taken over by the event although Stripe fails at first, and is answered as done afterwards', async () => {
    const { customerId } = await buy();
    const page = (await call<PaymentMethodSetup>('POST', '', { returnUrl: shop })).body;
    till.sandbox.faults.add({ kind: 'server_error', route: 'POST /v1/subscriptions/*', times: 1000 });
    await till.pay(page.checkoutSessionId, '5555 5555 5555 4444');
    await till.settle();
    expect((await methods()).map(({ brand, isDefault }) => [brand, isDefault])).toContainEqual(['visa', true]);
    till.sandbox.faults.clear();
    till.sandbox.faults.clear();
    await later(2 * day);
    // any event wakes who has put another one off
    await (await till.stripe()).customers.update(customerId, { name: 'Ada' });
    await till.settle();
    expect((await methods()).map(({ brand, isDefault }) => [brand, isDefault])).toContainEqual(['mastercard', true]);
    expect((await call('POST', '/added', { checkoutSessionId: page.checkoutSessionId })).status).toBe(200);
  });

  it('of a card that is declined is over for the event, which does not try again', async () => {
    const { id } = await buy();
    const stripe = await till.stripe();
    const customer = (await stripe.subscriptions.retrieve(id)).customer as string;
    const failing = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    await stripe.subscriptions.update(id, { default_payment_method: failing.id });
    await later(31 * day + 2 * hour);
    const page = (await call<PaymentMethodSetup>('POST', '', { returnUrl: shop, subscriptionId: id })).body;
    await till.pay(page.checkoutSessionId, cards.declinedLater);
    await till.settle();
    expect([await till.store.inbox.count('pending'), await till.store.inbox.count('dead')]).toEqual([0, 0]);
    expect((await till.store.paymentSetups.find(page.checkoutSessionId))?.done).toBe(true);
  });
});
