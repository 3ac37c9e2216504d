/** What Stripe is asked for: the trial, the fee, the tax and the notes that are read again later follow the catalog and the buyer. */
import { afterEach, expect, it } from 'vitest';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { openCheckout, type OpenCheckoutOptions } from '../../support/open-checkout.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const once = (id: string, usd: number) => ({ id, name: id, prices: [{ amounts: { usd } }] });
const monthly = (id: string, usd: number) => ({ id, name: id, prices: [{ interval: 'month', amounts: { usd } }] });
const catalog = {
  ...monthlyCatalog(
    monthlyPlan('plain', 2900, { setupFee: { amounts: { usd: 9900 } } }),
    monthlyPlan('tried', 1900, { seats: { min: 1, max: 9 }, trial: { days: 14, cardRequired: false, end: 'cancel', maxQuantity: 3 } }),
    monthlyPlan('other', 900, { group: 'other', trial: { days: 14, cardRequired: true } }),
  ),
  addOns: [once('onboarding', 5000), { ...monthly('storage', 700), quantity: { max: 9 } }],
  products: [{ id: 'handbook', name: 'Handbook', price: { amounts: { usd: 3900 } } }],
};
const select = (planId: string, more: object = {}) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {}, ...more });

let till: TestTill;
afterEach(() => till.close());

const open = (selection: object, more?: OpenCheckoutOptions) => openCheckout(till, selection, more);
const atStripe = async (selection: object, more: { readonly token?: string; readonly promotionCode?: string } = {}) => {
  const { checkoutSessionId } = (await open(selection, more)).body;
  return (await till.stripe()).checkout.sessions.retrieve(checkoutSessionId, { expand: ['line_items'] });
};

it('a trial is begun with no more than the catalog gives, and what was chosen is noted with it alone', async () => {
  till = await startTill({ catalog });
  for (const more of [{ seats: 4 }, { addOns: { storage: 4 } }]) {
    const { status, body } = await open(select('tried', more));
    expect([status, body.code]).toEqual([422, 'quantity_above_max']);
  }
  const begun = await atStripe(select('tried', { seats: 3, addOns: { storage: 2 } }));
  expect(JSON.parse(begun.metadata!.till_trial_start!)).toEqual({ seats: 3, addOns: { storage: 2 } });
  expect((await atStripe(select('plain'))).metadata).not.toHaveProperty('till_trial_start');
});

it('whoever has had the trial buys as many as they like, and none is noted; that of another group is still to be had', async () => {
  till = await startTill({ catalog });
  const token = await till.signIn('ada');
  const { checkout } = await till.buy(select('tried'), { token });
  await (await till.stripe()).subscriptions.cancel(checkout.subscription!.id);
  await till.settle();
  const { amount_total: total, metadata } = await atStripe(select('tried', { seats: 9 }), { token });
  expect([total, metadata]).toEqual([9 * 1900, { till_intent: expect.any(String), till_plan: 'tried', till_group: 'main' }]);
  expect((await atStripe(select('other'), { token })).amount_total).toBe(0);
});

it('a setup fee is charged with the first payment', async () => {
  till = await startTill({ catalog });
  const { amount_total: total, line_items: lines } = await atStripe(select('plain'));
  expect([total, lines!.data.map(({ amount_total: amount }) => amount)]).toEqual([2900 + 9900, [2900, 9900]]);
});

it('an add-on that is paid once is noted, so that the first invoice is read for it; nothing else is', async () => {
  till = await startTill({ catalog });
  const notedFor = async (selection: object) => (await atStripe(selection)).metadata!.till_one_time;
  expect(await notedFor(select('plain', { addOns: { onboarding: 1, storage: 1 } }))).toBe('true');
  for (const selection of [
    select('plain'),
    select('plain', { addOns: { storage: 1 } }),
    { productId: 'handbook', quantity: 1, currency: 'usd' },
  ])
    expect(await notedFor(selection)).toBeUndefined();
});

it('a code that takes off all that is due lets a trial begin without a card', async () => {
  till = await startTill({ catalog });
  const stripe = await till.stripe();
  const { id: coupon } = await stripe.coupons.create({ percent_off: 100, duration: 'once' });
  await stripe.promotionCodes.create({ code: 'ALL', promotion: { type: 'coupon', coupon } });
  const selection = select('tried', { addOns: { onboarding: 1 } });
  expect(await atStripe(selection)).toMatchObject({ amount_total: 5000, payment_method_collection: 'always' });
  const free = await atStripe(selection, { promotionCode: 'ALL' });
  expect(free).toMatchObject({ amount_total: 0, payment_method_collection: 'if_required' });
});

it.each([
  ['none', false],
  ['exclusive', true],
  ['inclusive', true],
])('with the tax %s of a catalog Stripe works one out: %s', async (tax, enabled) => {
  till = await startTill({ catalog: { ...catalog, tax } });
  expect((await atStripe(select('plain'))).automatic_tax.enabled).toBe(enabled);
});
