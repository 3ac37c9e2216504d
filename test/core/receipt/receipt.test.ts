import type { Price } from '@tillkit/core/catalog/catalog';
import type { Discount } from '@tillkit/core/discount/discount';
import { roundShare } from '@tillkit/core/money/exact';
import { moneyPattern } from '@tillkit/core/money/money-pattern';
import { rateQuantity } from '@tillkit/core/pricing/price-rate';
import { quoteExactly } from '@tillkit/core/quote/quote-exactly';
import { quoteSelection } from '@tillkit/core/quote/quote-selection';
import { explainAmount } from '@tillkit/core/receipt/explanation';
import { explainLine, lineAmount, lineName, receiptRows } from '@tillkit/core/receipt/explain';
import { totalOf } from '@tillkit/core/receipt/make-receipt';
import { receiptOfInvoice } from '@tillkit/core/receipt/of-invoice';
import { receiptOfQuote } from '@tillkit/core/receipt/of-quote';
import { receiptOfStart } from '@tillkit/core/receipt/of-start';
import { receiptsOfSubscription } from '@tillkit/core/receipt/of-subscription';
import { ReceiptSchema, type Receipt } from '@tillkit/core/receipt/receipt';
import { receiptEn } from '@tillkit/core/receipt/words-en';
import { receiptHe } from '@tillkit/core/receipt/words-he';
import type { TaxRate } from '@tillkit/core/tax/tax-rate';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { catalogFile, exampleCatalog, joined } from '../../support/catalogs.ts';

const catalog = joined(
  catalogFile({
    locales: ['en'],
    defaultCurrency: 'usd',
    currencies: ['usd'],
    plans: [
      {
        id: 'team',
        name: 'Team',
        seats: { min: 1, max: 500 },
        setupFee: { amounts: { usd: 9900 } },
        prices: [{ interval: 'month', tiers: { usd: [{ upTo: 5, unitAmount: 1200 }, { unitAmount: 1000 }] } }],
      },
      { id: 'trial', name: 'Trial', trial: { days: 14 }, prices: [{ interval: 'month', amounts: { usd: 2900 } }] },
    ],
    addOns: [
      { id: 'storage', name: 'Storage', quantity: { max: 5000 }, prices: [{ interval: 'month', amounts: { usd: '3.5714' } }] },
      {
        id: 'messages',
        name: 'Messages',
        quantity: { max: 5000 },
        prices: [{ interval: 'month', amounts: { usd: 500 }, transformQuantity: { divideBy: 1000, round: 'up' } }],
      },
      { id: 'calls', name: 'Calls', prices: [{ interval: 'month', amounts: { usd: '0.01' }, metered: 'api_calls' }] },
      { id: 'training', name: 'Training', prices: [{ amounts: { usd: 20_000 } }] },
    ],
  }),
);
const select = (planId: string, seats = 1, addOns: Record<string, number> = {}) => ({
  planId,
  interval: 'month',
  currency: 'usd',
  seats,
  addOns,
});
const off = (more: Partial<Discount>): Discount => ({ id: 'c', name: 'Spring', duration: 'once', ...more });
const english = { words: receiptEn, pattern: moneyPattern('en', 'usd'), day: (seconds: number) => `day ${seconds}` };
/** A receipt as a reader sees it: name, explanation, amount. */
const shown = (receipt: Receipt, style = english): string[] => [
  ...receipt.lines.map((line) => [lineName(line, style), explainLine(line, style), lineAmount(line, style)].filter(Boolean).join(' | ')),
  ...receiptRows(receipt, style).map(({ name, amount }) => `${name} | ${amount}`),
];
const isRest = ({ lines }: Receipt): boolean => lines.some(({ explanation }) => explanation.some(({ kind }) => kind === 'rest'));

describe('the receipt of a quote', () => {
  it('explains tiers, decimals, packages, use, a setup fee and what is paid once', () => {
    const quote = quoteExactly(catalog, select('team', 8, { storage: 70, messages: 1500, calls: 1, training: 1 }));
    const receipt = receiptOfQuote(quote);
    expect(shown(receipt)).toEqual([
      'Team | 5 × $12.00 + 3 × $10.00 | $90.00',
      'Storage | 70 × $0.035714 | $2.50',
      'Messages | 2 × 1,000 at $5.00 | $10.00',
      'Calls | by use | —',
      'Setup, Team | once | $99.00',
      'Training | once | $200.00',
    ]);
    expect(receipt.sum).toBe(quote.dueToday);
  });

  it('of a trial with a coupon is about the first payment: 29.00 − 50 % = 14.50 in 14 days', () => {
    const receipt = receiptOfQuote(quoteExactly(catalog, select('trial'), { discounts: [off({ percentOff: '50' })] }));
    expect(receipt).toMatchObject({ sum: 1450, due: { kind: 'in', days: 14 } });
    expect(shown(receipt)).toEqual(['Trial | $29.00', 'Spring | -$14.50']);
  });

  it('of a trial with something paid once is about today: the plan is free, the rest is due', () => {
    const receipt = receiptOfQuote(quoteExactly(catalog, select('trial', 1, { training: 1 })));
    expect(receipt).toMatchObject({ sum: 20_000, due: { kind: 'now' } });
    expect(shown(receipt)).toEqual(['Trial | free for 14 days | Free', 'Training | once | $200.00']);
  });

  it('adds up for any choice, discount, tax and credit, with nothing left unexplained', () => {
    const rates = fc.constantFrom<readonly TaxRate[] | undefined>(
      undefined,
      [{ id: 't', name: 'VAT', percentage: '19', inclusive: false }],
      [{ id: 't', name: 'VAT', percentage: '7.7', inclusive: true }],
    );
    const discount = fc.constantFrom<readonly Discount[]>(
      [],
      [off({ percentOff: '33.3' })],
      [off({ amountsOff: { usd: 777 }, duration: 'forever' })],
      [off({ percentOff: '100', duration: 'repeating', months: 3 })],
    );
    const chosen = fc.record({
      plan: fc.constantFrom('team', 'trial'),
      seats: fc.integer({ min: 1, max: 400 }),
      storage: fc.integer({ min: 0, max: 300 }),
      training: fc.boolean(),
      balance: fc.integer({ min: -50_000, max: 0 }),
      rates,
      discount,
    });
    fc.assert(
      fc.property(chosen, ({ plan, seats, storage, training, balance, rates: taxRates, discount: discounts }) => {
        const addOns = { ...(storage && { storage }), ...(training && { training: 1 }) };
        const quote = quoteExactly(catalog, select(plan, plan === 'team' ? seats : 1, addOns), {
          discounts,
          balance,
          ...(taxRates && { taxRates }),
        });
        const receipt = v.parse(ReceiptSchema, receiptOfQuote(quote));
        expect(totalOf(receipt) - receipt.credit).toBe(receipt.sum);
        expect(isRest(receipt)).toBe(false);
        if (receipt.due.kind === 'now') expect(receipt.sum).toBe(quote.dueToday);
      }),
    );
  });

  it.each(['team-suite', 'redis-hosting', 'everything'] as const)('says the same with either engine: %s', (name) => {
    const sold = exampleCatalog(name);
    for (const plan of sold.plans.filter(({ kind }) => kind !== 'contact')) {
      const selection = {
        planId: plan.id,
        interval: plan.prices[0]!.interval!,
        currency: sold.defaultCurrency,
        seats: plan.seats?.min ?? 1,
        addOns: {},
      };
      expect(receiptOfQuote(quoteSelection(sold, selection))).toEqual(receiptOfQuote(quoteExactly(sold, selection)));
    }
  });
});

describe('the receipt of an invoice', () => {
  const line = (more: object = {}) => ({
    kind: 'plan' as const,
    name: 'Team',
    quantity: 1,
    amount: 2900,
    proration: false,
    periodStart: 0,
    periodEnd: 30,
    ...more,
  });
  const parts = { currency: 'usd', discounts: [], taxes: [] };

  it('shows what a change gives back and charges, and what is kept as credit', () => {
    const receipt = receiptOfInvoice(
      {
        ...parts,
        lines: [line({ amount: -5800, proration: true }), line({ name: 'Starter', amount: 2000, proration: true })],
        total: -3800,
        amountDue: 0,
      },
      { kind: 'now' },
    );
    expect(shown(receipt)).toEqual([
      'Unused time on Team until day 30 | -$58.00',
      'Starter until day 30 | $20.00',
      'Kept as your credit | $38.00',
    ]);
    expect(receipt.sum).toBe(0);
  });

  it('shows discount, tax and credit: 29.00 − 2.90 + 4.96 − 10.00 = 21.06', () => {
    const receipt = receiptOfInvoice(
      {
        ...parts,
        lines: [line()],
        discounts: [{ name: 'Spring', amount: 290 }],
        taxes: [{ name: '', amount: 496, inclusive: false }],
        total: 3106,
        amountDue: 2106,
      },
      { kind: 'now' },
    );
    expect(shown(receipt)).toEqual(['Team | $29.00', 'Spring | -$2.90', 'Tax | $4.96', 'Your credit | -$10.00']);
  });

  it('shows until when a trial is free, and a sum that is too small to be collected', () => {
    const receipt = receiptOfInvoice(
      { ...parts, lines: [line({ amount: 0, trial: true }), line({ amount: 20 })], total: 20, amountDue: 0, belowMinimum: true },
      { kind: 'now' },
    );
    expect(shown(receipt)).toEqual(['Team | free until day 30 | Free', 'Team | $0.20', 'Comes with your next invoice | -$0.20']);
  });

  it('adds up whatever an invoice says', () => {
    const amount = fc.integer({ min: -1_000_000, max: 1_000_000 });
    const invoice = fc.record({
      amounts: fc.array(amount, { maxLength: 12 }),
      discounts: fc.array(fc.record({ name: fc.string(), amount: fc.nat(5000) }), { maxLength: 3 }),
      taxes: fc.array(fc.record({ name: fc.string(), amount, inclusive: fc.boolean() }), { maxLength: 3 }),
      total: amount,
      amountDue: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(invoice, ({ amounts, ...rest }) => {
        const receipt = v.parse(
          ReceiptSchema,
          receiptOfInvoice({ currency: 'usd', lines: amounts.map((one) => line({ amount: one })), ...rest }, { kind: 'paid' }),
        );
        expect(receipt.sum).toBe(rest.amountDue);
        expect(totalOf(receipt) - receipt.credit).toBe(receipt.sum);
        const given = amounts.reduce((sum, one) => sum + one, 0);
        const exact = given - sum(rest.discounts) + sum(rest.taxes.filter(({ inclusive }) => !inclusive)) === rest.total;
        expect(isRest(receipt)).toBe(!exact);
      }),
    );
  });
});

const sum = (partsOf: readonly { readonly amount: number }[]): number => partsOf.reduce((all, { amount }) => all + amount, 0);

describe('the receipt of a subscription', () => {
  const item = (more: object = {}) => ({
    id: 'si_1',
    kind: 'plan' as const,
    productId: 'team',
    name: 'Team',
    quantity: 3,
    unitAmount: 7900,
    amount: 23_700,
    interval: 'month',
    ...more,
  });
  const subscription = { currency: 'usd', interval: 'month', status: 'active' as const, items: [item()] };

  it('explains by the price that the customer pays', () => {
    const [receipt] = receiptsOfSubscription(subscription);
    expect(shown(receipt!)).toEqual(['Team | 3 × $79.00 | $237.00']);
    expect(receipt).toMatchObject({ sum: 23_700, due: { kind: 'every', interval: 'month' } });
  });

  it('never explains what does not come to the amount', () => {
    const tiered = { ...subscription, items: [item({ quantity: 8, unitAmount: 1200, amount: 9000 })] };
    expect(shown(receiptsOfSubscription(tiered)[0]!)).toEqual(['Team | $90.00']);
  });

  it('adds up each interval by itself', () => {
    const mixed = {
      ...subscription,
      items: [item(), item({ id: 'si_2', name: 'Domain', quantity: 1, unitAmount: 1200, amount: 1200, interval: 'year' })],
    };
    expect(receiptsOfSubscription(mixed).map(({ sum: all, due }) => [all, due])).toEqual([
      [23_700, { kind: 'every', interval: 'month' }],
      [1200, { kind: 'every', interval: 'year' }],
    ]);
  });

  it('of a trial that begins lists what is free, and until when', () => {
    const receipt = receiptOfStart({ ...subscription, status: 'trialing', trialEnd: 99 });
    expect(shown(receipt)).toEqual(['Team | free until day 99 | Free']);
    expect(receipt.sum).toBe(0);
  });
});

describe('an explanation', () => {
  it('of any price model comes to the amount of its line', () => {
    const decimal = fc.nat(99_999).map((digits) => `${Math.floor(digits / 100)}.${String(digits % 100).padStart(2, '0')}`);
    const model = fc.oneof(
      fc.record({ unitAmounts: fc.record({ usd: decimal }) }),
      fc.record({
        tiersMode: fc.constantFrom('graduated' as const, 'volume' as const),
        tiers: fc.record({
          usd: fc.tuple(decimal, decimal, decimal).map(([a, b, flat]) => [
            { upTo: 5, unitAmount: a, flatAmount: flat },
            { upTo: 20, unitAmount: b },
            { upTo: null, flatAmount: flat },
          ]),
        }),
      }),
      fc.record({
        transformQuantity: fc.record({ divideBy: fc.integer({ min: 2, max: 50 }), round: fc.constantFrom('up' as const, 'down' as const) }),
      }),
    );
    fc.assert(
      fc.property(model, fc.integer({ min: 2, max: 200 }), (priced, quantity) => {
        const price: Price = { id: 'p', interval: 'month', amounts: { usd: 321 }, model: priced };
        const { exact, steps } = rateQuantity(price, 'usd', quantity);
        const unitAmount = 'unitAmounts' in priced ? priced.unitAmounts.usd : 321;
        expect(explainAmount({ quantity, unitAmount, amount: roundShare(exact), steps })).not.toEqual([]);
        expect(explainAmount({ quantity, unitAmount, amount: roundShare(exact) + 1, steps })).toEqual([]);
      }),
    );
  });

  it('has a word for everything in Hebrew', () => {
    expect(Object.keys(receiptHe).toSorted()).toEqual(Object.keys(receiptEn).toSorted());
  });
});
