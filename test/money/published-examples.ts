/** Examples whose figures stand in Stripe's public documentation, each with its address. */
import { amountOff, change, type Example, flat, purchase, tax, tiered } from './example.ts';

const tieredPricing = 'https://docs.stripe.com/subscriptions/pricing-models/tiered-pricing';
const olderTiers = 'https://stripe.com/docs/billing/subscriptions/tiers';
const coupons = 'https://docs.stripe.com/api/coupons';
const inclusive = 'https://support.stripe.com/questions/inclusive-and-exclusive-tax-options-in-the-tax-rate-api-and-stripe-tax';
const rounding = 'https://support.stripe.com/questions/rounding-rules-for-stripe-fees?locale=nl-NL';
const prorations = 'https://docs.stripe.com/billing/subscriptions/prorations';

const fonts = tiered('volume', [5, 700], [10, 650], ['inf', 600]);
const gradedFonts = tiered('graduated', [5, 700], [10, 650], ['inf', 600]);
const falling = tiered('volume', [5, 500], [10, 400], [15, 300], [20, 200], ['inf', 100]);
const gradedFalling = tiered('graduated', [5, 500], [10, 400], [15, 300], [20, 200], ['inf', 100]);

const byQuantity = (
  source: string,
  name: string,
  price: Parameters<typeof flat>[0] | ReturnType<typeof tiered>,
  sums: readonly (readonly [number, number, string])[],
): Example[] =>
  sums.map(([quantity, total, sum]) => ({
    name: `${name} of ${quantity}`,
    source,
    sum,
    purchase: purchase([[typeof price === 'object' ? price : flat(price), quantity]]),
    expected: { lines: [total], total },
  }));

export const publishedExamples: readonly Example[] = [
  ...byQuantity(tieredPricing, 'volume pricing of fonts', fonts, [
    [1, 700, '1 × 7.00 = 7.00'],
    [5, 3500, '5 × 7.00 = 35.00'],
    [6, 3900, '6 × 6.50 = 39.00'],
    [20, 12_000, '20 × 6.00 = 120.00'],
    [25, 15_000, '25 × 6.00 = 150.00'],
  ]),
  ...byQuantity(tieredPricing, 'graduated pricing of fonts', gradedFonts, [[5, 3500, '5 × 7.00 = 35.00']]),
  ...byQuantity(olderTiers, 'a price per unit', 500, [
    [1, 500, '1 × 5.00 = 5.00'],
    [5, 2500, '5 × 5.00 = 25.00'],
    [6, 3000, '6 × 5.00 = 30.00'],
    [20, 10_000, '20 × 5.00 = 100.00'],
    [25, 12_500, '25 × 5.00 = 125.00'],
  ]),
  ...byQuantity(olderTiers, 'volume pricing', falling, [
    [1, 500, '1 × 5.00 = 5.00'],
    [5, 2500, '5 × 5.00 = 25.00'],
    [6, 2400, '6 × 4.00 = 24.00'],
    [20, 4000, '20 × 2.00 = 40.00'],
    [25, 2500, '25 × 1.00 = 25.00'],
  ]),
  ...byQuantity(olderTiers, 'graduated pricing', gradedFalling, [[6, 2900, '5 × 5.00 + 1 × 4.00 = 29.00']]),
  {
    name: 'a coupon larger than the invoice',
    source: coupons,
    sum: '100.00 − min(200.00, 100.00) = 0.00',
    purchase: purchase([[flat(10_000), 1]], { coupons: [amountOff(20_000)] }),
    expected: { lines: [10_000], discount: 10_000, total: 0 },
  },
  {
    name: 'a coupon smaller than the invoice',
    source: coupons,
    sum: '300.00 − 200.00 = 100.00',
    purchase: purchase([[flat(30_000), 1]], { coupons: [amountOff(20_000)] }),
    expected: { lines: [30_000], discount: 20_000, total: 10_000 },
  },
  {
    name: 'an inclusive tax leaves the total as it is',
    source: inclusive,
    sum: '600.00 with 10 % inside = 600.00 (600.00 × 10 ÷ 110 = 54.55 is tax)',
    purchase: purchase([[flat(60_000), 1]], { currency: 'eur', taxRates: [tax(10, true)] }),
    expected: { lines: [60_000], tax: 5455, total: 60_000 },
  },
  {
    name: 'an exclusive tax comes on top',
    source: inclusive,
    sum: '600.00 + 10 % = 660.00',
    purchase: purchase([[flat(60_000), 1]], { currency: 'eur', taxRates: [tax(10)] }),
    expected: { lines: [60_000], tax: 6000, total: 66_000 },
  },
  {
    name: 'taxes are rounded line by line',
    source: rounding,
    sum: 'round(0.43 × 15 %) + round(4.84 × 15 %) = 0.06 + 0.73 = 0.79; 5.27 + 0.79 = 6.06',
    purchase: purchase(
      [
        [flat(43), 1],
        [flat(484), 1],
      ],
      { taxRates: [tax(15)] },
    ),
    expected: { lines: [43, 484], tax: 79, total: 606 },
  },
  {
    name: 'an upgrade halfway through the period',
    source: prorations,
    sum: '−10.00 ÷ 2 + 20.00 ÷ 2 = 5.00',
    change: change([[flat(1000), 1]], 15.5 * 86_400, [[0, flat(2000), 1]]),
    expected: { lines: [-500, 1000], total: 500 },
  },
];
