import type { Catalog } from '@tillkit/core/catalog/catalog';
import type { CheckoutSessionResponse, DiscountResponse, PreviewResponse, Problem } from '@tillkit/core/contract/contract';
import { quoteExactly } from '@tillkit/core/quote/quote-exactly';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import { planCatalog } from '@tillkit/server/catalog/apply-catalog';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import priceModels from '../../../examples/catalogs/price-models.json' with { type: 'json' };
import { catalogFile } from '../../support/catalogs.ts';
import { shop, startTill, type TestTill } from '../../support/till.ts';

const selection: PlanSelection = {
  planId: 'team',
  interval: 'month',
  currency: 'eur',
  seats: 8,
  addOns: { messages: 1500, storage: 60, backup: 1, requests: 1 },
};
/** 5 × 11.00 + 3 × 9.00, ⌈1500 ÷ 1000⌉ × 4.50, 10 × 0.1125, 6.50. */
const monthly = 5500 + 2700 + 900 + 113 + 650;
const setup = 8900;

describe('a catalog of price models', () => {
  let till: TestTill;
  let token: string;
  beforeEach(async () => {
    till = await startTill({ catalog: priceModels });
    token = await till.signIn('ada');
  });
  afterEach(() => till.close());

  const previewOf = (more: object = {}) =>
    till.call<PreviewResponse & Problem>('POST', '/v1/previews', { token, body: { selection, ...more } });
  const verifierHash = 'a'.repeat(43);
  const checkout = (more: object = {}) =>
    till.call<CheckoutSessionResponse & Problem>('POST', '/v1/checkout-sessions', {
      token,
      body: { selection, returnUrl: shop, verifierHash, ...more },
    });
  async function addCode(code: string, coupon: object = { percent_off: 10, duration: 'once' }, restrictions: object = {}) {
    const stripe = await till.stripe();
    const { id } = await stripe.coupons.create({ name: 'Spring', ...coupon });
    return stripe.promotionCodes.create({ code, promotion: { type: 'coupon', coupon: id }, restrictions });
  }

  it('is at Stripe as the file says, and applying it again does nothing', async () => {
    const { steps } = await planCatalog(till.stripe, catalogFile(priceModels));
    expect(steps).toEqual([]);
  });

  it('reaches the page with models and rules, marked as needing the whole engine', async () => {
    const { body: catalog } = await till.call<Catalog>('GET', '/v1/catalog?currency=eur');
    expect(catalog.extended).toBe(true);
    expect(catalog.plans[1]!.prices[0]!.model).toEqual({
      tiersMode: 'graduated',
      tiers: {
        eur: [
          { upTo: 5, unitAmount: '1100' },
          { upTo: 20, unitAmount: '900' },
          { upTo: null, unitAmount: '700' },
        ],
      },
    });
    expect(catalog.plans[1]!.setupFee).toMatchObject({ amounts: { eur: setup } });
    expect(quoteExactly(catalog, selection)).toMatchObject({ dueToday: monthly + setup, recurring: { amount: monthly } });
  });

  it('is previewed, sold and shown by the same amounts', async () => {
    const { body } = await previewOf();
    expect(body.invoice).toMatchObject({ dueNow: monthly + setup, recurring: { amount: monthly } });
    const bought = await till.buy(selection, { token });
    expect(bought.checkout.amountTotal).toBe(monthly + setup);
    expect(bought.checkout.subscription).toMatchObject({ seats: 8, addOns: selection.addOns });
    expect(bought.checkout.subscription!.items.reduce((sum, { amount }) => sum + amount, 0)).toBe(monthly);
  });

  it('refuses add-ons that break its rules', async () => {
    const broken = (addOns: object) => previewOf({ selection: { ...selection, addOns } });
    expect((await broken({ backup: 1 })).body.code).toBe('add_on_requires_another');
    expect((await broken({ chat: 1, telephone: 1 })).body.code).toBe('add_on_group_full');
  });

  it('opens a checkout for exactly what was previewed', async () => {
    const { body } = await previewOf();
    expect((await checkout({ preview: body.preview })).status).toBe(201);
  });

  it('refuses a preview of something else, of somebody else, and a changed one', async () => {
    const { preview } = (await previewOf()).body;
    expect((await checkout({ preview, selection: { ...selection, seats: 9 } })).body.code).toBe('preview_invalid');
    const other = await till.signIn('bob');
    await till.buy(selection, { token: other });
    const theirs = await till.call<Problem>('POST', '/v1/checkout-sessions', {
      token: other,
      body: { selection, returnUrl: shop, verifierHash, preview },
    });
    expect(['preview_invalid', 'already_subscribed']).toContain(theirs.body.code);
    expect((await checkout({ preview: `${preview.slice(0, -3)}AAA` })).body.code).toBe('preview_invalid');
  });

  it('closes the checkout again and tells the difference when the price has changed since', async () => {
    const { preview } = (await previewOf()).body;
    const stripe = await till.stripe();
    const { data } = await stripe.prices.list({ lookup_keys: ['team_setup'] });
    await stripe.prices.create({
      product: String(data[0]!.product),
      currency: 'usd',
      unit_amount: 12_000,
      currency_options: { eur: { unit_amount: 10_000 } },
      lookup_key: 'team_setup',
      transfer_lookup_key: true,
    });
    await till.advance(600);
    token = await till.signIn('ada');
    await till.call('GET', '/v1/catalog');
    await till.settle();
    const answer = await checkout({ preview });
    expect([answer.status, answer.body.code]).toEqual([409, 'preview_changed']);
    expect(answer.body.detail).toBe(`total: ${monthly + setup} when shown, ${monthly + 10_000} now`);
    const sessions = await stripe.checkout.sessions.list({ limit: 5 });
    expect(sessions.data.every(({ status }) => status === 'expired')).toBe(true);
  });

  describe('with a promotion code', () => {
    const ask = (promotionCode: string) =>
      till.call<DiscountResponse & Problem>('POST', '/v1/discounts', { token, body: { promotionCode, selection } });

    it('tells the page what it takes off, and takes it off preview and checkout', async () => {
      await addCode('SPRING');
      const { body } = await ask('spring');
      expect(body.discount).toMatchObject({ name: 'Spring', percentOff: '10', duration: 'once' });
      const { body: catalog } = await till.call<Catalog>('GET', '/v1/catalog');
      const quote = quoteExactly(catalog, selection, { discounts: [body.discount] });
      const { body: shown } = await previewOf({ promotionCode: 'SPRING' });
      expect(shown.invoice.dueNow).toBe(quote.dueToday);
      expect((await checkout({ promotionCode: 'SPRING', preview: shown.preview })).status).toBe(201);
      const stripe = await till.stripe();
      const [session] = (await stripe.checkout.sessions.list({ limit: 1 })).data;
      expect(session!.amount_total).toBe(quote.dueToday);
      expect((await checkout({ preview: shown.preview })).body.code).toBe('preview_changed');
    });

    it('speaks of plans and add-ons, not of Stripe’s products', async () => {
      const stripe = await till.stripe();
      const { data } = await stripe.prices.list({ lookup_keys: ['storage_month'] });
      await addCode('DISK', { percent_off: 50, duration: 'forever', applies_to: { products: [String(data[0]!.product)] } });
      expect((await ask('DISK')).body.discount.appliesTo).toEqual(['storage']);
      const without = { ...selection, addOns: {} };
      const answer = await till.call<Problem>('POST', '/v1/discounts', { token, body: { promotionCode: 'DISK', selection: without } });
      expect(answer.body.code).toBe('promotion_code_not_applicable');
    });

    it.each([
      ['NOBODY', 'promotion_code_unknown'],
      ['LARGE', 'promotion_code_below_minimum'],
    ])('refuses %s as %s', async (code, reason) => {
      await addCode('LARGE', { percent_off: 10, duration: 'once' }, { minimum_amount: 1_000_000, minimum_amount_currency: 'eur' });
      expect((await ask(code)).body.code).toBe(reason);
    });

    it('refuses a code for first purchases to somebody who has paid', async () => {
      await addCode('FIRST', { percent_off: 10, duration: 'once' }, { first_time_transaction: true });
      expect((await ask('FIRST')).status).toBe(200);
      await till.buy(selection, { token });
      expect((await ask('FIRST')).body.code).toBe('promotion_code_first_purchase');
    });
  });
});
