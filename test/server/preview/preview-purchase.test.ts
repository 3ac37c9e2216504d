/** What a purchase is shown to cost: with the code, the trial and the credit that whoever asks has. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const seats = { min: 1, max: 5000 };
const catalog = {
  ...monthlyCatalog(
    monthlyPlan('plus', 1900, { name: { en: 'Plus', de: 'Mehr' }, seats }),
    monthlyPlan('tried', 2900, { seats, trial: { days: 14, cardRequired: false, end: 'cancel', maxQuantity: 3 } }),
  ),
  locales: ['en', 'de'],
  products: [{ id: 'book', name: { en: 'Book', de: 'Buch' }, price: { amounts: { usd: 500 } }, quantity: { max: 9 } }],
};
const select = (planId: string, more: object = {}) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {}, ...more });

let till: TestTill;
beforeEach(async () => {
  till = await startTill({ catalog });
});
afterEach(() => till.close());

const preview = async (body: object, token?: string, query = '') =>
  (await till.call<PreviewResponse & Problem>('POST', `/v1/previews${query}`, { token, body })).body;
const addCode = async () => {
  const { coupons, promotionCodes } = await till.stripe();
  const { id: coupon } = await coupons.create({ duration: 'forever', percent_off: 10, name: 'Tenth' });
  await promotionCodes.create({ code: 'TENTH', promotion: { type: 'coupon', coupon } });
};
const open = (shown: string, more: object = {}) => {
  const body = { selection: select('plus'), returnUrl: shop, verifierHash: newVerifier().verifierHash, preview: shown, ...more };
  return till.call<CheckoutSessionResponse & Problem>('POST', '/v1/checkout-sessions', { body });
};
const named = ({ invoice }: PreviewResponse) => invoice.lines.map(({ kind, name, amount }) => [kind, name, amount]);

it('it is the whole price for whoever has no code', async () => {
  const shown = await preview({ selection: select('plus') });
  expect(shown.invoice).toMatchObject({ dueNow: 1900, credit: 0, recurring: { amount: 1900, interval: 'month' }, effective: 'now' });
  expect(shown.invoice.effectiveAt).toBe(till.now());
  expect(named(shown)).toEqual([['plan', 'Plus', 1900]]);
});

it('it is named in the language of the page', async () => {
  expect(named(await preview({ selection: select('plus') }, undefined, '?locale=de'))).toEqual([['plan', 'Mehr', 1900]]);
});

it('what is sold alone is paid once and renews nothing', async () => {
  const shown = await preview({ selection: { productId: 'book', quantity: 2, currency: 'usd' } });
  expect(shown.invoice).toMatchObject({ dueNow: 1000, recurring: { amount: 0, interval: '' } });
  expect(named(shown)).toEqual([['product', 'Book', 1000]]);
});

describe('a code', () => {
  it('takes off what is due now, and what every renewal costs, and the checkout is held to it', async () => {
    await addCode();
    const shown = await preview({ selection: select('plus'), promotionCode: 'TENTH' });
    expect(shown.invoice).toMatchObject({ dueNow: 1710, recurring: { amount: 1710, interval: 'month' } });
    expect((await open(shown.preview, { promotionCode: 'TENTH' })).status).toBe(201);
  });

  it('is another where the checkout names none that was shown, or one that was not', async () => {
    await addCode();
    const [discounted, whole] = [
      await preview({ selection: select('plus'), promotionCode: 'TENTH' }),
      await preview({ selection: select('plus') }),
    ];
    for (const answer of [await open(discounted.preview), await open(whole.preview, { promotionCode: 'TENTH' })])
      expect(answer).toMatchObject({ status: 409, body: { code: 'preview_changed', detail: 'The code is another.' } });
  });
});

it('the customer’s credit is taken off what is due now, and nobody else’s', async () => {
  const { customers } = await till.stripe();
  const { id: customer } = await customers.create({});
  await customers.createBalanceTransaction(customer, { amount: -500, currency: 'usd' });
  const ada = await till.signIn('ada', { customer });
  expect((await preview({ selection: select('plus') }, ada)).invoice.dueNow).toBe(1400);
  expect((await preview({ selection: select('plus') })).invoice.dueNow).toBe(1900);
});

describe('a trial', () => {
  it('leaves nothing due now, for as much as trials are given for', async () => {
    expect((await preview({ selection: select('tried') })).invoice).toMatchObject({ dueNow: 0, recurring: { amount: 2900 } });
    expect((await preview({ selection: select('tried', { seats: 5000 }) })).code).toBe('quantity_above_max');
  });

  it('is had once: the second time all is due at once, of whatever quantity', async () => {
    const token = await till.signIn('ada');
    const { body } = await till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token, body: { selection: select('tried') } });
    await (await till.stripe()).subscriptions.cancel(body.subscription.id);
    await till.settle();
    expect((await preview({ selection: select('tried', { seats: 5000 }) }, token)).invoice.dueNow).toBe(2900 * 5000);
  });
});
