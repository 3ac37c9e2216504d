import Stripe from 'stripe';
import type { Section } from './section.ts';

/** Products and prices in every model, features, discounts and taxes: what a shop is made of. */
export const catalogSections: readonly Section[] = [
  {
    name: 'products',
    async run({ stripe, unique }) {
      const product = await stripe.products.create({
        name: 'Analytical Engine',
        description: 'Sold by the month',
        metadata: { walk: unique },
      });
      await stripe.products.retrieve(product.id);
      await stripe.products.update(product.id, { name: 'Analytical Engine II', statement_descriptor: 'ENGINE' });
      await stripe.products.list({ limit: 3, active: true });
      await stripe.products.search({ query: `metadata['walk']:'${unique}'` });
    },
  },
  {
    name: 'prices',
    async run({ stripe, unique }) {
      const { id: product } = await stripe.products.create({ name: 'Seats' });
      const flat = await stripe.prices.create({
        product,
        currency: 'usd',
        unit_amount: 1500,
        recurring: { interval: 'month' },
        lookup_key: `seats_${unique}`,
        metadata: { walk: unique },
      });
      await stripe.prices.create({
        product,
        currency: 'eur',
        unit_amount_decimal: Stripe.Decimal.from('0.125'),
        recurring: { interval: 'month' },
      });
      await stripe.prices.create({ product, currency: 'usd', unit_amount: 9900 });
      await stripe.prices.create({
        product,
        currency: 'usd',
        recurring: { interval: 'year', interval_count: 1 },
        unit_amount: 500,
        transform_quantity: { divide_by: 10, round: 'up' },
        tax_behavior: 'exclusive',
      });
      for (const tiers_mode of ['volume', 'graduated'] as const) {
        const tiered = await stripe.prices.create({
          product,
          currency: 'usd',
          billing_scheme: 'tiered',
          tiers_mode,
          recurring: { interval: 'month' },
          tiers: [
            { up_to: 5, unit_amount: 1000, flat_amount: 500 },
            { up_to: 'inf', unit_amount_decimal: Stripe.Decimal.from('812.5') },
          ],
        });
        await stripe.prices.retrieve(tiered.id, { expand: ['tiers', 'product'] });
      }
      await stripe.prices.retrieve(flat.id, { expand: ['currency_options'] });
      await stripe.prices.update(flat.id, { nickname: 'Seat', active: false });
      await stripe.prices.list({ product, active: true, type: 'recurring' });
      await stripe.prices.search({ query: `metadata['walk']:'${unique}'` });
    },
  },
  {
    name: 'coupons',
    async run({ stripe, unique }) {
      const percent = await stripe.coupons.create({ percent_off: 12.5, duration: 'repeating', duration_in_months: 3, name: 'Spring' });
      await stripe.coupons.create({ id: `AMOUNT${unique}`, amount_off: 500, currency: 'usd', duration: 'once', max_redemptions: 10 });
      await stripe.coupons.retrieve(percent.id, { expand: ['applies_to'] });
      await stripe.coupons.update(percent.id, { name: 'Summer', metadata: { season: 'summer' } });
      await stripe.coupons.list({ limit: 2 });
      await stripe.coupons.del(percent.id);
    },
  },
  {
    name: 'promotion codes',
    async run({ stripe, unique }) {
      const { id: coupon } = await stripe.coupons.create({ percent_off: 20, duration: 'forever' });
      const code = await stripe.promotionCodes.create({
        promotion: { type: 'coupon', coupon },
        code: `CODE${unique}`,
        max_redemptions: 5,
        restrictions: { first_time_transaction: true, minimum_amount: 1000, minimum_amount_currency: 'usd' },
      });
      await stripe.promotionCodes.retrieve(code.id, { expand: ['promotion.coupon'] });
      await stripe.promotionCodes.update(code.id, { active: false });
      await stripe.promotionCodes.list({ code: `CODE${unique}` });
    },
  },
  {
    name: 'tax rates',
    async run({ stripe }) {
      const rate = await stripe.taxRates.create({
        display_name: 'VAT',
        percentage: 19,
        inclusive: false,
        country: 'DE',
        jurisdiction: 'DE',
      });
      await stripe.taxRates.retrieve(rate.id);
      await stripe.taxRates.update(rate.id, { active: false, description: 'gone' });
      await stripe.taxRates.list({ inclusive: false });
    },
  },
  {
    name: 'entitlements',
    async run({ stripe, unique }) {
      const feature = await stripe.entitlements.features.create({ name: 'Reports', lookup_key: `reports_${unique}` });
      await stripe.entitlements.features.retrieve(feature.id);
      await stripe.entitlements.features.update(feature.id, { name: 'All reports' });
      await stripe.entitlements.features.list({ lookup_key: `reports_${unique}` });
      const { id: product } = await stripe.products.create({ name: 'With reports' });
      await stripe.products.createFeature(product, { entitlement_feature: feature.id });
      const price = await stripe.prices.create({ product, currency: 'usd', unit_amount: 900, recurring: { interval: 'month' } });
      const { id: customer } = await stripe.customers.create({
        payment_method: 'pm_card_visa',
        invoice_settings: { default_payment_method: 'pm_card_visa' },
      });
      await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
      const { data } = await stripe.entitlements.activeEntitlements.list({ customer });
      if (data[0]) await stripe.entitlements.activeEntitlements.retrieve(data[0].id);
    },
  },
];
