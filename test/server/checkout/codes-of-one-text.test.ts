/** Stripe lets each customer have a promotion code of the same text, and everybody one more: who types it means the one that is theirs. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, DiscountResponse, Problem } from '@tillkit/core/contract/contract';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const selection = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

describe('a code of which Stripe has several of one text', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill();
  });
  afterEach(() => till.close());

  const customer = async () => (await (await till.stripe()).customers.create({})).id;
  const add = async (percentOff: number, more: object = {}) => {
    const stripe = await till.stripe();
    const coupon = await stripe.coupons.create({ duration: 'once', percent_off: percentOff, name: `${percentOff} % off` });
    const { id } = await stripe.promotionCodes.create({ code: 'BIRTHDAY', promotion: { type: 'coupon', coupon: coupon.id }, ...more });
    await till.sandbox.clock.advance(1);
    return id;
  };
  const asked = async (token?: string) => {
    const { body } = await till.call<DiscountResponse & Problem>('POST', '/v1/discounts', {
      token,
      body: { promotionCode: 'birthday', selection },
    });
    return body.discount?.percentOff ?? body.code;
  };

  it('takes off what everybody’s does, however many others are newer and somebody else’s', async () => {
    await add(10);
    for (const percent of [50, 60]) await add(percent, { customer: await customer() });
    expect(await asked()).toBe('10');
    expect(await asked(await till.signIn('ada', { customer: await customer() }))).toBe('10');
  });

  it.each(['before', 'after'])('takes off what their own does, made %s everybody’s, and is bought with it', async (when) => {
    const ada = await customer();
    if (when === 'after') await add(10);
    const own = await add(40, { customer: ada });
    if (when === 'before') await add(10);
    const token = await till.signIn('ada', { customer: ada });
    expect(await asked(token)).toBe('40');
    const body = { selection, promotionCode: 'BIRTHDAY', returnUrl: shop, verifierHash: newVerifier().verifierHash };
    const { body: opened } = await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', { token, body });
    const { discounts } = await (await till.stripe()).checkout.sessions.retrieve(opened.checkoutSessionId);
    expect(discounts).toEqual([{ coupon: null, promotion_code: own }]);
  });

  it('takes off what everybody’s does where their own is not good for what is chosen', async () => {
    const ada = await customer();
    await add(10);
    await add(40, { customer: ada, restrictions: { minimum_amount: 99_900, minimum_amount_currency: 'usd' } });
    expect(await asked(await till.signIn('ada', { customer: ada }))).toBe('10');
  });

  it('is unknown where all are somebody else’s, inactive or over', async () => {
    const stripe = await till.stripe();
    await add(50, { customer: await customer() });
    await stripe.promotionCodes.update(await add(10), { active: false });
    await add(20, { expires_at: till.now() + 60 });
    await till.sandbox.clock.advance(120);
    expect(await asked()).toBe('promotion_code_unknown');
    expect(await asked(await till.signIn('ada', { customer: await customer() }))).toBe('promotion_code_unknown');
  });

  it('is not good for what is chosen, as the customer’s own says, where none is', async () => {
    const ada = await customer();
    await add(10, { restrictions: { first_time_transaction: false, minimum_amount: 99_900, minimum_amount_currency: 'usd' } });
    expect(await asked(await till.signIn('ada', { customer: ada }))).toBe('promotion_code_below_minimum');
  });
});
