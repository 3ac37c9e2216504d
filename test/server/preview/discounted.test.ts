/** What is shown of renewals is the price that is charged, or it is said that something is taken off it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Stripe } from 'stripe';
import type { PreviewResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const modes = ['prorate_now', 'difference_now', 'full_price_now', 'prorate_next_invoice', 'no_charge'] as const;
const half = { percent_off: 50 } as const;
const selectionOf = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });

let till: TestTill;
afterEach(() => till.close());

interface Begun {
  readonly id: string;
  readonly customer: string;
  readonly client: Stripe;
  readonly charged: () => Promise<number>;
}

/** What Stripe says of a customer, where an older integration gave them a discount. */
let customerDiscount: object | undefined;
const stripeFetch: typeof globalThis.fetch = async (input, init) => {
  const answer = await till.sandbox.fetch(new Request(input, init));
  if (!customerDiscount || !/\/v1\/subscriptions\/sub_\w+\?/u.test(String(input))) return answer;
  const said = await answer.json();
  return Response.json({ ...said, customer: { ...said.customer, discount: customerDiscount } }, answer);
};
afterEach(() => (customerDiscount = undefined));

/** Somebody with the plan of $20 and an add-on of $4 where they want it, who may have something taken off it. */
async function begin(mode: string, coupon?: Stripe.CouponCreateParams, addOns = {}): Promise<Begun> {
  const changes = { upgrade: mode, downgrade: 'at_period_end' };
  const prices = ['month', 'year'].map((interval, at) => ({ interval, amounts: { usd: [5000, 50_000][at] } }));
  const plans = [monthlyPlan('plus', 2000, { changes }), monthlyPlan('grand', 5000, { changes, prices })];
  const extra = { ...monthlyPlan('extra', 400), quantity: { max: 9 } };
  till = await startTill({ catalog: { ...monthlyCatalog(...plans), addOns: [extra] }, app: { stripeFetch } });
  const client = await till.stripe();
  const { subscription } = (await till.buy({ ...selectionOf('plus'), addOns }, { token: await till.signIn('ada') })).checkout;
  const { id, customerId: customer } = subscription!;
  if (coupon) await client.subscriptions.update(id, { discounts: [{ coupon: (await client.coupons.create(coupon)).id }] });
  await till.settle();
  const charged = async (): Promise<number> => {
    const { data } = await client.charges.list({ customer, limit: 100 });
    return data.reduce((sum, { amount, paid }) => sum + (paid ? amount : 0), 0);
  };
  return { id, customer, client, charged };
}

const change = async (id: string, planId: string, more = {}) => {
  const token = await till.signIn('ada');
  const body = { subscriptionId: id, target: { planId, ...more } };
  const { invoice, preview } = (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body })).body;
  return { invoice, confirm: () => till.call('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview } }) };
};
/** Takes something off one item alone. */
async function putOnItem({ client, id }: Begun, coupon: Stripe.CouponCreateParams, productName: string): Promise<void> {
  const { data } = (await client.subscriptions.retrieve(id, { expand: ['items.data.price.product'] })).items;
  const item = data.find(({ price: { product } }) => typeof product === 'object' && 'name' in product && product.name === productName)!;
  await client.subscriptionItems.update(item.id, { discounts: [{ coupon: (await client.coupons.create(coupon)).id }] });
  await till.settle();
}
/** What the second payment after this moment takes: the first carries what a change leaves to it. */
const renewed = async ({ charged }: Begun): Promise<number> => {
  await till.advance(35 * day);
  const before = await charged();
  await till.advance(30 * day);
  return (await charged()) - before;
};

describe.each(modes)('a change that goes by %s', (mode) => {
  it('shows what every renewal takes where nothing is taken off', async () => {
    const begun = await begin(mode);
    const { invoice, confirm } = await change(begun.id, 'grand');
    const before = await begun.charged();
    expect((await confirm()).status).toBe(200);
    expect((await begun.charged()) - before).toBe(invoice.dueNow);
    expect([invoice.isDiscounted, await renewed(begun)]).toEqual([undefined, invoice.recurring.amount]);
  });

  it.each([
    ['a part of it', { percent_off: 50 }, 2500],
    ['an amount', { amount_off: 700, currency: 'usd' }, 4300],
  ])('charges what is shown now, and says that %s is taken off renewals', async (_, coupon, later) => {
    const begun = await begin(mode, { duration: 'forever', ...coupon });
    const { invoice, confirm } = await change(begun.id, 'grand');
    const before = await begun.charged();
    expect((await confirm()).status).toBe(200);
    expect((await begun.charged()) - before).toBe(invoice.dueNow);
    expect([invoice.isDiscounted, invoice.recurring.amount, await renewed(begun)]).toEqual([true, 5000, later]);
  });
});

describe.each([...modes, 'at_period_end'])('a change by %s', (mode) => {
  it('says what is taken off an item alone, which stays on it', async () => {
    const begun = await begin(mode);
    await putOnItem(begun, { ...half, duration: 'forever' }, 'plus');
    const { invoice, confirm } = await change(begun.id, 'grand');
    expect((await confirm()).status).toBe(200);
    expect([invoice.isDiscounted, await renewed(begun)]).toEqual([true, 2500]);
  });

  it('says nothing of what is taken off an item that goes', async () => {
    const begun = await begin(mode, undefined, { extra: 1 });
    await putOnItem(begun, { ...half, duration: 'forever' }, 'extra');
    const { invoice, confirm } = await change(begun.id, 'grand', { addOns: {} });
    expect((await confirm()).status).toBe(200);
    expect([invoice.isDiscounted, await renewed(begun)]).toEqual([undefined, invoice.recurring.amount]);
  });

  it.each([
    ['for longer', { duration: 'forever' }, 0, true],
    ['for a time that is over', { duration: 'repeating' }, -1, undefined],
  ])('says what is taken off for the customer %s', async (_, coupon, end, said) => {
    const begun = await begin(mode);
    customerDiscount = { id: 'di_1', object: 'discount', end: end ? till.now() + end : null, source: { type: 'coupon', coupon } };
    expect((await change(begun.id, 'grand')).invoice.isDiscounted).toBe(said);
  });
});

describe('a change that begins a period, which is paid now', () => {
  it.each([
    ['once', { duration: 'once' }],
    ['for a month that is over before the next one', { duration: 'repeating', duration_in_months: 1 }],
  ] as const)('is not said to have something taken off afterwards where that is %s', async (_, coupon) => {
    const begun = await begin('full_price_now');
    await till.advance(5 * day);
    const { id } = await begun.client.coupons.create({ ...half, ...coupon });
    await begun.client.subscriptions.update(begun.id, { discounts: [{ coupon: id }] });
    await till.settle();
    await till.advance(5 * day);
    const { invoice, confirm } = await change(begun.id, 'grand');
    expect([(await confirm()).status, invoice.dueNow, invoice.isDiscounted]).toEqual([200, 2500, undefined]);
    await till.advance(27 * day);
    const before = await begun.charged();
    await till.advance(5 * day);
    expect((await begun.charged()) - before).toBe(invoice.recurring.amount);
  });

  it('is not said so of a year that outlasts the months, and is of one that does not', async () => {
    const begun = await begin('prorate_now', { ...half, duration: 'repeating', duration_in_months: 3 });
    await till.advance(5 * day);
    expect((await change(begun.id, 'grand')).invoice.isDiscounted).toBe(true);
    const { invoice, confirm } = await change(begun.id, 'grand', { interval: 'year' });
    expect([(await confirm()).status, invoice.isDiscounted, invoice.recurring.amount]).toEqual([200, undefined, 50_000]);
  });

  it('is not said so of what is taken off once when what is paused is resumed', async () => {
    const begun = await begin('prorate_now', { ...half, duration: 'once' });
    const token = await till.signIn('ada');
    await till.call('POST', `/v1/subscriptions/${begun.id}/pause`, { token });
    const body = { subscriptionId: begun.id, action: 'resume' };
    const { invoice, preview } = (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body })).body;
    const resumed = await till.call('POST', `/v1/subscriptions/${begun.id}/resume`, { token, body: { preview } });
    expect([resumed.status, invoice.isDiscounted, invoice.receipt?.discounts[0]?.amount]).toEqual([200, undefined, -1000]);
    expect(await renewed(begun)).toBe(invoice.recurring.amount);
  });
});

describe('what is taken off', () => {
  let begun: Begun;
  const newsOf = async (planId = 'grand') => (await change(begun.id, planId)).invoice.isDiscounted;
  beforeEach(async () => {
    begun = await begin('prorate_now');
  });

  it('once is said before it is, and no more after it', async () => {
    const { id: coupon } = await begun.client.coupons.create({ percent_off: 50, duration: 'once' });
    await begun.client.subscriptions.update(begun.id, { discounts: [{ coupon }] });
    await till.settle();
    expect(await newsOf()).toBe(true);
    await till.advance(35 * day);
    expect(await newsOf()).toBeUndefined();
  });

  it('for some months is said no more where it is over before the next renewal', async () => {
    const { id: coupon } = await begun.client.coupons.create({ percent_off: 50, duration: 'repeating', duration_in_months: 1 });
    await begun.client.subscriptions.update(begun.id, { discounts: [{ coupon }] });
    await till.settle();
    expect(await newsOf()).toBeUndefined();
    await (await change(begun.id, 'grand')).confirm();
    const { invoice } = await change(begun.id, 'plus');
    expect([invoice.effective, invoice.isDiscounted]).toEqual(['period_end', undefined]);
    expect(await renewed(begun)).toBe(5000);
  });

  it('is said of a change at the end of the period', async () => {
    const { id: coupon } = await begun.client.coupons.create({ percent_off: 50, duration: 'forever' });
    await begun.client.subscriptions.update(begun.id, { discounts: [{ coupon }] });
    await till.settle();
    await (await change(begun.id, 'grand')).confirm();
    const { invoice, confirm } = await change(begun.id, 'plus');
    expect([invoice.effective, invoice.isDiscounted]).toEqual(['period_end', true]);
    expect((await confirm()).status).toBe(200);
    expect(await renewed(begun)).toBe(invoice.recurring.amount / 2);
  });

  it('is said of what is paused and resumed', async () => {
    const { id: coupon } = await begun.client.coupons.create({ percent_off: 50, duration: 'forever' });
    await begun.client.subscriptions.update(begun.id, { discounts: [{ coupon }] });
    await till.settle();
    await till.call('POST', `/v1/subscriptions/${begun.id}/pause`, { token: await till.signIn('ada') });
    const body = { subscriptionId: begun.id, action: 'resume' };
    const { invoice } = (await till.call<PreviewResponse>('POST', '/v1/previews', { token: await till.signIn('ada'), body })).body;
    expect([invoice.isDiscounted, invoice.recurring.amount]).toEqual([true, 2000]);
  });
});
