/** What the owner made at Stripe beside the catalog stays, whatever the customer buys or changes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentMethodSetup, PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { shop, startTill, type TestTill } from '../../support/till.ts';

const seats = { min: 1, max: 9 };
const catalog = {
  ...monthlyCatalog(
    monthlyPlan('grand', 2900, { seats }),
    monthlyPlan('grander', 4900, { seats }),
    monthlyPlan('other', 900, { group: 'other' }),
  ),
  products: [{ id: 'book', name: 'Book', price: { amounts: { usd: 500 } } }],
};
const select = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });

let till: TestTill;
let token: string;
let id: string;
let customer: string;
beforeEach(async () => {
  till = await startTill({ catalog });
  token = await till.signIn('ada');
  ({ id, customerId: customer } = (await till.buy(select('grand'), { token })).checkout.subscription!);
});
afterEach(() => till.close());

const call = <Body>(path: string, body: unknown) => till.call<Body & Problem>('POST', path, { token, body });
const priceOf = async (amount: number, product?: string) => {
  const { prices, products } = await till.stripe();
  const of = product ?? (await products.create({ name: `Special ${amount}` })).id;
  return (await prices.create({ product: of, currency: 'usd', unit_amount: amount, recurring: { interval: 'month' } })).id;
};
/** A subscription of something that the catalog does not know. */
const begin = async (amount: number, more: object = {}) => {
  const client = await till.stripe();
  const subscription = await client.subscriptions.create({ customer, items: [{ price: await priceOf(amount) }], ...more });
  await till.settle();
  return subscription.id;
};
const paidByCard = async () => {
  const [method] = (await (await till.stripe()).paymentMethods.list({ customer })).data;
  return { default_payment_method: method!.id };
};
const statusOf = async (subscriptionId: string) => (await (await till.stripe()).subscriptions.retrieve(subscriptionId)).status;

describe('a subscription of what the catalog does not know', () => {
  it('that costs nothing stays beside another such one that is paid', async () => {
    const free = await begin(0);
    await begin(700, await paidByCard());
    expect(await statusOf(free)).toBe('active');
  });

  it('that stands still is in the way of no other: its new card is declined, and that is said', async () => {
    await begin(700, await paidByCard());
    const client = await till.stripe();
    const resting = await begin(800, { trial_period_days: 7, trial_settings: { end_behavior: { missing_payment_method: 'pause' } } });
    const other = await client.paymentMethods.list({ customer });
    for (const method of other.data) await client.paymentMethods.detach(method.id);
    await till.advance(7 * 86_400 + 7200);
    token = await till.signIn('ada');
    expect(await statusOf(resting)).toBe('paused');
    const { preview } = (await call<PreviewResponse>('/v1/previews', { subscriptionId: resting, action: 'resume' })).body;
    const { checkoutSessionId } = (
      await call<PaymentMethodSetup>('/v1/payment-methods', { returnUrl: shop, subscriptionId: resting, preview })
    ).body;
    till.sandbox.deliveries.hold();
    await till.pay(checkoutSessionId, '4000 0000 0000 0341');
    const { status, body } = await call('/v1/payment-methods/added', { checkoutSessionId });
    expect([status, body.code]).toEqual([402, 'payment_failed']);
  });
});

describe('an item', () => {
  const withItem = async (price: string) => {
    await (await till.stripe()).subscriptionItems.create({ subscription: id, price });
    await till.settle();
  };
  const lookedUp = async (key: string) => (await (await till.stripe()).prices.list({ lookup_keys: [key], limit: 1 })).data[0]!;
  const change = async (target: object) => {
    const shown = (await call<PreviewResponse>('/v1/previews', { subscriptionId: id, target })).body;
    const { status, body } = await call<SubscriptionResponse>(`/v1/subscriptions/${id}/changes`, { preview: shown.preview });
    expect([status, body.subscription.items.reduce((sum, { amount }) => sum + amount, 0)]).toEqual([200, shown.invoice.recurring.amount]);
    const { items } = await (await till.stripe()).subscriptions.retrieve(id);
    return items.data.map(({ price, quantity = 1 }) => price.unit_amount! * quantity).toSorted((a, b) => a - b);
  };

  it('of a product that is sold alone stays when the plan is changed', async () => {
    await withItem(await priceOf(300, String((await lookedUp('book_once')).product)));
    expect(await change({ planId: 'grander' })).toEqual([300, 4900]);
  });

  it('of what the catalog does not know stays when the plan is changed', async () => {
    await withItem(await priceOf(300));
    expect(await change({ planId: 'grander' })).toEqual([300, 4900]);
  });

  it('of another plan stays when seats of the one that is shown are added', async () => {
    // which is shown goes by Stripe's ids
    await withItem((await lookedUp('other_month')).id);
    const { body } = await till.call<SubscriptionResponse>('GET', `/v1/subscriptions/${id}`, { token });
    const target = body.subscription.planId === 'grand' ? { seats: 2 } : { addOns: {} };
    expect(await change(target)).toEqual(body.subscription.planId === 'grand' ? [900, 5800] : [900, 2900]);
  });
});
