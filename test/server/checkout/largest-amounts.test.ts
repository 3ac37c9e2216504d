/** Amounts that Stripe does not charge are refused with a code before anybody is shown a price for them. */
import { afterEach, describe, expect, it } from 'vitest';
import { maximumCharge } from '@tillkit/core/money/maximum-charge';
import type { CheckoutSessionResponse, DiscountResponse, PreviewResponse, Problem } from '@tillkit/core/contract/contract';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const catalogIn = (currency: string, amount: number) => ({
  locales: ['en'],
  defaultCurrency: currency,
  currencies: [currency],
  plans: [{ id: 'team', name: 'Team', prices: [{ interval: 'month', amounts: { [currency]: amount } }], seats: { min: 1, max: 999_999 } }],
});

let till: TestTill;
afterEach(() => till.close());

const routes = {
  '/v1/previews': (selection: unknown) => ({ selection }),
  '/v1/checkout-sessions': (selection: unknown) => ({ selection, returnUrl: shop, verifierHash: newVerifier().verifierHash }),
};
const selectionOf = (currency: string, seats: number) => ({ planId: 'team', interval: 'month', currency, seats, addOns: {} });

describe('an amount', () => {
  it.each([
    ['usd', 99_999_999],
    ['inr', 999_999_999],
    ['idr', 999_999_999_999],
  ])('in %s is sold up to %i and not beyond', async (currency, largest) => {
    expect(maximumCharge(currency)).toBe(largest);
    const unit = 11_111_111;
    till = await startTill({ catalog: catalogIn(currency, unit) });
    const most = Math.floor(largest / unit);
    for (const [route, body] of Object.entries(routes)) {
      const fits = await till.call<Problem>('POST', route, { body: body(selectionOf(currency, most)) });
      expect([fits.status, fits.body.code]).toEqual([201, undefined]);
      const over = await till.call<Problem>('POST', route, { body: body(selectionOf(currency, most + 1)) });
      expect([over.status, over.body.code]).toEqual([422, 'amount_too_large']);
    }
  });

  it('is refused for a change too, and for what is too large to be counted', async () => {
    till = await startTill({ catalog: catalogIn('usd', 99_999_999) });
    const token = await till.signIn('ada');
    const { subscription } = (await till.buy(selectionOf('usd', 1), { token })).checkout;
    for (const seats of [2, 999_999]) {
      const body = { subscriptionId: subscription!.id, target: { seats } };
      const { status, body: refusal } = await till.call<Problem>('POST', '/v1/previews', { token, body });
      expect([status, refusal.code]).toEqual([422, 'amount_too_large']);
    }
  });
});

describe('a code that leaves a part of the smallest amount', () => {
  const addCode = async (code: string, off: object) => {
    const stripe = await till.stripe();
    const coupon = await stripe.coupons.create({ duration: 'once', ...off });
    await stripe.promotionCodes.create({ code, promotion: { type: 'coupon', coupon: coupon.id } });
  };

  it.each([
    ['isk', 150_100, 10_000],
    ['ugx', 150_100, 10_000],
    // thousandths, of which the last is 0
    ['kwd', 2750, 1000],
  ])('is refused in %s, and one that leaves none is not', async (currency, unit, even) => {
    till = await startTill({ catalog: catalogIn(currency, unit) });
    await addCode('TENTH', { percent_off: 10 });
    await addCode('EVEN', { amount_off: even, currency });
    const selection = selectionOf(currency, 1);
    const buy = (promotionCode: string) =>
      till.call<CheckoutSessionResponse & Problem>('POST', '/v1/checkout-sessions', {
        body: { ...routes['/v1/checkout-sessions'](selection), promotionCode },
      });
    const refusal = await buy('TENTH');
    expect([refusal.status, refusal.body.code]).toEqual([422, 'promotion_code_not_applicable']);
    for (const route of ['/v1/discounts', '/v1/previews']) {
      const refused = await till.call<Problem>('POST', route, { body: { selection, promotionCode: 'TENTH' } });
      expect([refused.status, refused.body.code]).toEqual([422, 'promotion_code_not_applicable']);
    }
    const taken = await till.call<DiscountResponse>('POST', '/v1/discounts', { body: { selection, promotionCode: 'EVEN' } });
    expect(taken.status).toBe(200);
    const shown = await till.call<PreviewResponse>('POST', '/v1/previews', { body: { selection, promotionCode: 'EVEN' } });
    expect(shown.body.invoice.dueNow).toBe(unit - even);
    await till.pay((await buy('EVEN')).body.checkoutSessionId);
    expect((await (await till.stripe()).charges.list()).data.map(({ amount }) => amount)).toEqual([unit - even]);
    expect(
      (await till.call('POST', '/v1/previews', { body: { selection: selectionOf(currency, 10), promotionCode: 'TENTH' } })).status,
    ).toBe(201);
  });
});
