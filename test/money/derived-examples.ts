/** Examples worked out by hand from Stripe's rules, with the sum written out. */
import { amountOff, change, type Example, type Expected, flat, packages, percentOff, purchase, tax, tiered } from './example.ts';
import type { ChangeCase, MoneyCase } from './random-case.ts';

const derive = (name: string, sum: string, given: MoneyCase | ChangeCase, expected: Expected, unconfirmed?: true): Example => ({
  name,
  source: 'derived',
  sum,
  ...('wishes' in given ? { change: given } : { purchase: given }),
  expected,
  ...(unconfirmed && { unconfirmed }),
});
const day = 86_400;
const graduated = tiered('graduated', [5, 500], [10, 450, 100], ['inf', 400]);
const volume = tiered('volume', [5, 500], [10, 450, 100], ['inf', 400]);

const prices: readonly Example[] = [
  derive('seats', '3 × 79.00 = 237.00', purchase([[flat(7900), 3]]), { lines: [23_700], total: 23_700 }),
  derive('yen have no decimals', '3 × ¥1,200 = ¥3,600', purchase([[flat(1200), 3]], { currency: 'jpy' }), { lines: [3600], total: 3600 }),
  derive('dinars have three', '7 × 12.340 = 86.380', purchase([[flat(12_340), 7]], { currency: 'kwd' }), {
    lines: [86_380],
    total: 86_380,
  }),
  derive(
    'krónur go in hundreds',
    '2 × 1500 kr. = 3000 kr., ×100',
    purchase([[flat(150_000), 2]], { currency: 'isk' }),
    {
      lines: [300_000],
      total: 300_000,
    },
    true,
  ),
  derive('a fraction of a cent, rounded once', '333 × 0.015 ¢ = 4.995 ¢ → 5 ¢', purchase([[flat('0.015'), 333]]), { lines: [5], total: 5 }),
  derive('half a cent goes up', '1 × 0.5 ¢ → 1 ¢', purchase([[flat('0.5'), 1]]), { lines: [1], total: 1 }),
  derive('just below half a cent', '1 × 0.499999999999 ¢ → 0 ¢', purchase([[flat('0.499999999999'), 1]]), { lines: [0], total: 0 }),
  derive('a millionth part', '250000 × 0.000001 ¢ = 0.25 ¢ → 0 ¢', purchase([[flat('0.000001'), 250_000]]), { lines: [0], total: 0 }),
  derive('graduated: inside the first tier', '4 × 5.00 = 20.00', purchase([[graduated, 4]]), { lines: [2000], total: 2000 }),
  derive('graduated: one into the second tier', '5 × 5.00 + 1 × 4.50 + 1.00 = 30.50', purchase([[graduated, 6]]), {
    lines: [3050],
    total: 3050,
  }),
  derive('graduated: through all tiers', '25.00 + 22.50 + 1.00 + 2 × 4.00 = 56.50', purchase([[graduated, 12]]), {
    lines: [5650],
    total: 5650,
  }),
  derive('volume: last of the first tier', '5 × 5.00 = 25.00', purchase([[volume, 5]]), { lines: [2500], total: 2500 }),
  derive('volume: first of the second tier', '6 × 4.50 + 1.00 = 28.00', purchase([[volume, 6]]), { lines: [2800], total: 2800 }),
  derive('volume: in the last tier', '11 × 4.00 = 44.00', purchase([[volume, 11]]), { lines: [4400], total: 4400 }),
  derive(
    'tiers of flat amounts alone',
    '10.00 + 8.00 = 18.00',
    purchase([[tiered('graduated', [10, undefined, 1000], ['inf', undefined, 800]), 11]]),
    { lines: [1800], total: 1800 },
  ),
  derive('units included first', '3 × 0 + 2 × 4.00 = 8.00', purchase([[tiered('graduated', [3, 0], ['inf', 400]), 5]]), {
    lines: [800],
    total: 800,
  }),
  derive(
    'decimal tiers, rounded once for the line',
    '100 × 0.333 + 50 × 0.111 = 38.85 ¢ → 39 ¢',
    purchase([[tiered('graduated', [100, '0.333'], ['inf', '0.111']), 150]]),
    { lines: [39], total: 39 },
  ),
  derive('packages rounded up', '⌈1001 ÷ 1000⌉ = 2; 2 × 7.00 = 14.00', purchase([[packages(700, 1000, 'up'), 1001]]), {
    lines: [1400],
    total: 1400,
  }),
  derive('packages rounded down', '⌊1999 ÷ 1000⌋ = 1; 1 × 7.00 = 7.00', purchase([[packages(700, 1000, 'down'), 1999]]), {
    lines: [700],
    total: 700,
  }),
  derive(
    'use costs nothing in advance',
    '10.00 + 0 = 10.00',
    purchase([
      [flat(1000), 1],
      [{ ...flat(5), usage_type: 'metered' }, 1],
    ]),
    { lines: [1000, 0], total: 1000 },
  ),
  derive(
    'a setup fee and something once',
    '29.00 + 99.00 + 2 × 50.00 = 228.00',
    purchase(
      [
        [flat(2900), 1],
        [flat(5000), 2, 'once'],
      ],
      { setupFee: flat(9900) },
    ),
    { lines: [2900, 10_000, 9900], total: 22_800 },
  ),
  derive(
    'a trial leaves what is paid once',
    '0 + 50.00 = 50.00',
    purchase(
      [
        [flat(2900), 1],
        [flat(5000), 1, 'once'],
      ],
      { trialDays: 14 },
    ),
    { lines: [0, 5000], total: 5000 },
  ),
];

const discounts: readonly Example[] = [
  derive(
    'a percentage off each line',
    '3.33 − 1.67 twice = 3.32',
    purchase(
      [
        [flat(333), 1],
        [flat(333), 1],
      ],
      { coupons: [percentOff(50)] },
    ),
    { lines: [333, 333], discount: 334, total: 332 },
    true,
  ),
  derive('a third off', '100.00 − round(33.333 %) = 66.67', purchase([[flat(10_000), 1]], { coupons: [percentOff(33.333)] }), {
    lines: [10_000],
    discount: 3333,
    total: 6667,
  }),
  derive(
    'an amount off three lines',
    '1.00 = 0.34 + 0.33 + 0.33; 3.00 − 1.00 = 2.00',
    purchase(
      [
        [flat(100), 1],
        [flat(100), 1],
        [flat(100), 1],
      ],
      { coupons: [amountOff(100)] },
    ),
    { lines: [100, 100, 100], discount: 100, total: 200 },
    true,
  ),
  derive(
    'an amount, then a percentage',
    '(50.00 − 10.00) − 10 % = 36.00',
    purchase([[flat(5000), 1]], { coupons: [amountOff(1000), percentOff(10)] }),
    { lines: [5000], discount: 1400, total: 3600 },
  ),
  derive(
    'a percentage, then an amount',
    '(50.00 − 10 %) − 10.00 = 35.00',
    purchase([[flat(5000), 1]], { coupons: [percentOff(10), amountOff(1000)] }),
    { lines: [5000], discount: 1500, total: 3500 },
  ),
  derive(
    'for one product only',
    '10.00 + (5.00 − 20 %) = 14.00',
    purchase(
      [
        [flat(1000), 1],
        [flat(500), 1],
      ],
      { coupons: [percentOff(20, ['item-1'])] },
    ),
    { lines: [1000, 500], discount: 100, total: 1400 },
  ),
  derive('an amount off yen', '¥1,000 − ¥300 = ¥700', purchase([[flat(1000), 1]], { currency: 'jpy', coupons: [amountOff(300)] }), {
    lines: [1000],
    discount: 300,
    total: 700,
  }),
  derive('all of it off', '29.00 − 100 % = 0', purchase([[flat(2900), 1]], { coupons: [percentOff(100)] }), {
    lines: [2900],
    discount: 2900,
    total: 0,
  }),
];

const taxes: readonly Example[] = [
  derive(
    'after a discount',
    '(50.00 − 20 %) + 25 % = 50.00',
    purchase([[flat(5000), 1]], { coupons: [percentOff(20)], taxRates: [tax(25)] }),
    { lines: [5000], discount: 1000, tax: 1000, total: 5000 },
  ),
  derive('a rate with decimals', '29.00 × 8.875 % = 2.57375 → 2.57', purchase([[flat(2900), 1]], { taxRates: [tax(8.875)] }), {
    lines: [2900],
    tax: 257,
    total: 3157,
  }),
  derive(
    'two rates on the same base',
    '100.00 + 5 % + 9.975 % = 114.98',
    purchase([[flat(10_000), 1]], { taxRates: [tax(5), tax(9.975)] }),
    { lines: [10_000], tax: 1498, total: 11_498 },
  ),
  derive('inside a price', '119.00 × 19 ÷ 119 = 19.00', purchase([[flat(11_900), 1]], { currency: 'eur', taxRates: [tax(19, true)] }), {
    lines: [11_900],
    tax: 1900,
    total: 11_900,
  }),
  derive(
    'inside, and rounded',
    '29.00 × 20 ÷ 120 = 4.8333 → 4.83',
    purchase([[flat(2900), 1]], { currency: 'gbp', taxRates: [tax(20, true)] }),
    { lines: [2900], tax: 483, total: 2900 },
    true,
  ),
  derive(
    'inside yen',
    '¥1,000 × 10 ÷ 110 = 90.909 → ¥91',
    purchase([[flat(1000), 1]], { currency: 'jpy', taxRates: [tax(10, true)] }),
    { lines: [1000], tax: 91, total: 1000 },
    true,
  ),
];

const balances: readonly Example[] = [
  derive('credit pays a part', '30.00 − 10.00 = 20.00 due', purchase([[flat(3000), 1]], { balance: -1000 }), {
    lines: [3000],
    total: 3000,
    amountDue: 2000,
  }),
  derive('credit pays all', '30.00 − 50.00 → 0 due', purchase([[flat(3000), 1]], { balance: -5000 }), {
    lines: [3000],
    total: 3000,
    amountDue: 0,
  }),
  derive('what is owed comes on top', '30.00 + 7.50 = 37.50 due', purchase([[flat(3000), 1]], { balance: 750 }), {
    lines: [3000],
    total: 3000,
    amountDue: 3750,
  }),
];

const changes: readonly Example[] = [
  derive(
    'day 10 and 3661 seconds',
    '31 d = 2,678,400 s, left 1,810,739: −10.00 × 0.676… = −6.76, 20.00 × 0.676… = 13.52',
    change([[flat(1000), 1]], 10 * day + 3661, [[0, flat(2000), 1]]),
    { lines: [-676, 1352], total: 676 },
    true,
  ),
  derive(
    'after a week',
    '24 ÷ 31: −29.00 → −22.45, 99.00 → 76.65',
    change([[flat(2900), 1]], 7 * day, [[0, flat(9900), 1]]),
    { lines: [-2245, 7665], total: 5420 },
    true,
  ),
  derive(
    'more seats',
    '21 ÷ 31: −2 × 10.00 → −13.55, 5 × 10.00 → 33.87',
    change([[flat(1000), 2]], 10 * day, [[0, undefined, 5]]),
    { lines: [-1355, 3387], total: 2032 },
    true,
  ),
  derive('a cheaper plan is credit', 'half: −20.00 → −10.00, 10.00 → 5.00', change([[flat(2000), 1]], 15.5 * day, [[0, flat(1000), 1]]), {
    lines: [-1000, 500],
    total: -500,
    amountDue: 0,
  }),
  derive(
    'tiers before and after',
    'half: −4 × 5.00 → −10.00; (25.00 + 3 × 4.50 + 1.00) ÷ 2 = 19.75',
    change([[graduated, 4]], 15.5 * day, [[0, undefined, 8]]),
    { lines: [-1000, 1975], total: 975 },
  ),
  derive(
    'an add-on taken out',
    'half: −6.00 → −3.00',
    change(
      [
        [flat(2900), 1],
        [flat(600), 1],
      ],
      15.5 * day,
      [[1, undefined, 0]],
    ),
    { lines: [-300], total: -300, amountDue: 0 },
  ),
  derive(
    'in a year',
    '31 March to 1 March: 335 ÷ 366 days left of 120.00 and 240.00',
    change([[flat(12_000), 1]], 31 * day, [[0, flat(24_000), 1]], { interval: 'year' }),
    { lines: [-10_984, 21_967], total: 10_983 },
    true,
  ),
  derive(
    'with tax on top',
    'half: (−10.00 + 20.00) → −5.00 and 10.00; 20 % each: −1.00 and 2.00',
    change([[flat(1000), 1]], 15.5 * day, [[0, flat(2000), 1]], { taxRates: [tax(20)] }),
    { lines: [-500, 1000], tax: 100, total: 600 },
  ),
  derive(
    'with a percentage off already inside',
    'half: −(10.00 − 10 %) → −4.50, (20.00 − 10 %) → 9.00',
    change([[flat(1000), 1]], 15.5 * day, [[0, flat(2000), 1]], { coupons: [{ percent_off: 10, duration: 'forever' }] }),
    { lines: [-450, 900], total: 450 },
    true,
  ),
  derive(
    'a price of the same amount, half a period and a second later',
    'left 1,339,199 of 2,678,400 s: −10.00 × 0.49999… → −5.00, 10.00 × 0.49999… → 5.00',
    change([[flat(1000), 1]], 15.5 * day + 1, [[0, flat(1000), 1]]),
    { lines: [-500, 500], total: 0 },
    true,
  ),
  derive(
    'in classic mode',
    'half: −10.00 → −5.00, 20.00 → 10.00',
    change([[flat(1000), 1]], 15.5 * day, [[0, flat(2000), 1]], { billingMode: 'classic' }),
    { lines: [-500, 1000], total: 500 },
  ),
];

export const derivedExamples: readonly Example[] = [...prices, ...discounts, ...taxes, ...balances, ...changes];
