/** For whom and for what a code is good, and what is said where it is not. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, DiscountResponse, Problem } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const catalog = {
  ...monthlyCatalog(monthlyPlan('plus', 1900), monthlyPlan('grand', 2900)),
  products: [{ id: 'handbook', name: 'Handbook', price: { amounts: { usd: 3900 } } }],
};
const select = (planId: string, currency = 'usd') => ({ planId, interval: 'month', currency, seats: 1, addOns: {} });

let till: TestTill;
afterEach(() => till.close());

const add = async (code: string, off: object, more: object = {}) => {
  const stripe = await till.stripe();
  const { id: coupon } = await stripe.coupons.create({ duration: 'once', percent_off: 10, name: code, ...off });
  return stripe.promotionCodes.create({ code, promotion: { type: 'coupon', coupon }, ...more });
};
const ask = (promotionCode: string, selection: object = select('plus'), token?: string) =>
  till.call<DiscountResponse & Problem>('POST', '/v1/discounts', { body: { promotionCode, selection }, ...(token && { token }) });
const productOf = async (planId: string) => {
  const { data } = await (await till.stripe()).prices.list({ lookup_keys: [`${planId}_month`] });
  return String(data[0]!.product);
};

describe('a code for the first purchase', () => {
  const forFirst = { restrictions: { first_time_transaction: true } };
  const payer = async () => {
    const token = await till.signIn('ada');
    await till.buy({ productId: 'handbook', quantity: 1, currency: 'usd' }, { token });
    await till.settle();
    return token;
  };

  it('is not good for whoever has paid before, and for everybody else it is', async () => {
    till = await startTill({ catalog });
    await add('FIRST', {}, forFirst);
    await add('ANY', {});
    const paid = await payer();
    const { status, body } = await ask('FIRST', select('plus'), paid);
    expect([status, body.code]).toEqual([422, 'promotion_code_first_purchase']);
    expect((await ask('ANY', select('plus'), paid)).status).toBe(200);
    const { id: customer } = await (await till.stripe()).customers.create({});
    for (const token of [undefined, await till.signIn('new'), await till.signIn('known', { customer })])
      expect((await ask('FIRST', select('plus'), token)).status).toBe(200);
  });

  it('is neither good nor another of its text while Stripe does not say who has paid', async () => {
    till = await startTill({ catalog });
    const token = await payer();
    const { customerId: customer } = (await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!;
    await add('MINE', { percent_off: 50 }, { customer, ...forFirst });
    await add('MINE', {});
    expect((await ask('MINE', select('plus'), token)).body.discount.percentOff).toBe('10');
    till.sandbox.faults.add({ kind: 'unavailable', route: 'GET /v1/invoices', probability: 1 });
    const { status, body } = await ask('MINE', select('plus'), token);
    expect([status, body.code]).toEqual([502, 'stripe_unavailable']);
  });
});

describe('a code for some products', () => {
  it('names them as the catalog does, without those that it does not sell, and is good for them alone', async () => {
    till = await startTill({ catalog });
    const { id: foreign } = await (await till.stripe()).products.create({ name: 'Not in the catalog' });
    await add('GRAND', { applies_to: { products: [await productOf('grand'), foreign] } });
    const { discount } = (await ask('GRAND', select('grand'))).body;
    expect(discount).toMatchObject({ name: 'GRAND', percentOff: '10', duration: 'once', appliesTo: ['grand'] });
    const refused = await ask('GRAND', select('plus'));
    expect([refused.status, refused.body.code]).toEqual([422, 'promotion_code_not_applicable']);
  });

  it('is good for nothing where the catalog sells none of them', async () => {
    till = await startTill({ catalog });
    const { id: foreign } = await (await till.stripe()).products.create({ name: 'Not in the catalog' });
    await add('FOREIGN', { applies_to: { products: [foreign] } });
    const { status, body } = await ask('FOREIGN');
    expect([status, body.code]).toEqual([422, 'promotion_code_not_applicable']);
  });

  it('takes off what it says of a product that is sold alone', async () => {
    till = await startTill({ catalog });
    await add('TENTH', {});
    const selection = { productId: 'handbook', quantity: 1, currency: 'usd' };
    expect((await ask('TENTH', selection)).status).toBe(200);
    const body = { selection, promotionCode: 'TENTH', returnUrl: shop, verifierHash: newVerifier().verifierHash };
    const { body: opened } = await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', { body });
    expect((await (await till.stripe()).checkout.sessions.retrieve(opened.checkoutSessionId)).amount_total).toBe(3510);
  });
});

describe('a code that leaves a part of the smallest amount', () => {
  const isk = (more: object = {}) => ({
    locales: ['en'],
    defaultCurrency: 'isk',
    currencies: ['isk'],
    plans: [{ id: 'plus', name: 'Plus', prices: [{ interval: 'month', amounts: { isk: 150_100 } }], ...more }],
  });

  it.each([
    ['it is paid at once', {}],
    ['a trial comes first, in which the code runs out', { trial: { days: 60, cardRequired: true } }],
  ])('is refused with a word on why where %s', async (_, more) => {
    till = await startTill({ catalog: isk(more) });
    await add('TENTH', { duration: 'repeating', duration_in_months: 1 });
    const { body } = await ask('TENTH', select('plus', 'isk'));
    expect([body.code, body.detail]).toEqual(['promotion_code_not_applicable', 'It leaves an amount that ISK does not have.']);
  });
});
