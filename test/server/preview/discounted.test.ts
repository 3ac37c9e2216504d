/** What is shown of renewals is the price that is charged, or it is said that something is taken off it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Stripe } from 'stripe';
import type { PreviewResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const modes = ['prorate_now', 'difference_now', 'full_price_now', 'prorate_next_invoice', 'no_charge'] as const;
const selectionOf = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });

let till: TestTill;
afterEach(() => till.close());

interface Begun {
  readonly id: string;
  readonly customer: string;
  readonly client: Stripe;
  readonly charged: () => Promise<number>;
}

/** Somebody with the plan of $20, who may have something taken off it. */
async function begin(mode: string, coupon?: Stripe.CouponCreateParams): Promise<Begun> {
  const changes = { upgrade: mode, downgrade: 'at_period_end' };
  till = await startTill({ catalog: monthlyCatalog(monthlyPlan('plus', 2000, { changes }), monthlyPlan('grand', 5000, { changes })) });
  const client = await till.stripe();
  const { subscription } = (await till.buy(selectionOf('plus'), { token: await till.signIn('ada') })).checkout;
  const { id, customerId: customer } = subscription!;
  if (coupon) await client.subscriptions.update(id, { discounts: [{ coupon: (await client.coupons.create(coupon)).id }] });
  await till.settle();
  const charged = async (): Promise<number> => {
    const { data } = await client.charges.list({ customer, limit: 100 });
    return data.reduce((sum, { amount, paid }) => sum + (paid ? amount : 0), 0);
  };
  return { id, customer, client, charged };
}

const change = async (id: string, planId: string) => {
  const token = await till.signIn('ada');
  const body = { subscriptionId: id, target: { planId } };
  const { invoice, preview } = (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body })).body;
  return { invoice, confirm: () => till.call('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview } }) };
};
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
