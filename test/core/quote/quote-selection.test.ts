import { intervalSaving, yearlyAmount } from '@tillkit/core/quote/interval-saving';
import { quoteSelection } from '@tillkit/core/quote/quote-selection';
import { checkSelection } from '@tillkit/core/selection/check-selection';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogFile, exampleCatalog, joined } from '../../support/catalogs.ts';

const suite = exampleCatalog('team-suite');
const redis = exampleCatalog('redis-hosting');
const everything = exampleCatalog('everything');
const buy = (planId: string, more: Partial<PlanSelection> = {}): PlanSelection => ({
  planId,
  interval: 'month',
  currency: 'usd',
  seats: 1,
  addOns: {},
  ...more,
});

describe('a quote', () => {
  it('adds plan and add-ons: 3 × 79.00 + 10 × 4.00 + 2 × 6.00 + 190.00 once = 479.00 today, 289.00 a month', () => {
    const quote = quoteSelection(suite, buy('company', { seats: 3, addOns: { onboarding: 1, storage: 2, 'extra-seats': 10 } }));
    expect(quote.lines.map(({ id, quantity, unitAmount, amount }) => [id, quantity, unitAmount, amount])).toEqual([
      ['company', 3, 7900, 23_700],
      ['extra-seats', 10, 400, 4000],
      ['storage', 2, 600, 1200],
      ['onboarding', 1, 19_000, 19_000],
    ]);
    expect(quote).toMatchObject({
      dueToday: 47_900,
      oneTime: 19_000,
      recurring: { amount: 28_900, interval: 'month' },
      cardRequired: true,
      estimate: false,
    });
  });

  it('charges only what is paid once while a trial runs', () => {
    const quote = quoteSelection(suite, buy('team', { addOns: { onboarding: 1 } }));
    expect(quote).toMatchObject({ dueToday: 19_000, recurring: { amount: 2900 }, trial: { days: 14 }, cardRequired: true });
  });

  it('asks for no card when a trial needs none and nothing is due', () => {
    expect(quoteSelection(redis, buy('m'))).toMatchObject({ dueToday: 0, recurring: { amount: 2900 }, cardRequired: false });
  });

  it('gives no second trial', () => {
    const quote = quoteSelection(redis, buy('m'), { trialAvailable: false });
    expect(quote).toMatchObject({ dueToday: 2900, cardRequired: true });
    expect(quote).not.toHaveProperty('trial');
  });

  it('costs nothing for the free plan', () => {
    expect(quoteSelection(redis, buy('free'))).toMatchObject({
      dueToday: 0,
      recurring: { amount: 0, interval: 'month' },
      cardRequired: false,
    });
  });

  it('counts yen in yen and fils in fils: 3 × ¥4,300 = ¥12,900; 3 × KWD 8.900 = KWD 26.700', () => {
    expect(quoteSelection(suite, buy('team', { currency: 'jpy', seats: 3 })).recurring?.amount).toBe(12_900);
    expect(quoteSelection(suite, buy('team', { currency: 'kwd', seats: 3 })).recurring?.amount).toBe(26_700);
  });

  it('sells a product alone', () => {
    const catalog = joined(
      catalogFile({
        locales: ['en'],
        defaultCurrency: 'eur',
        currencies: ['eur'],
        products: [{ id: 'book', name: 'Book', price: { amounts: { eur: 1990 } }, quantity: { max: 9 } }],
      }),
    );
    expect(quoteSelection(catalog, { productId: 'book', quantity: 3, currency: 'eur' })).toMatchObject({
      dueToday: 5970,
      oneTime: 5970,
      cardRequired: true,
    });
  });

  it('says that tax can still change it', () => {
    expect(quoteSelection(everything, buy('team')).estimate).toBe(true);
  });

  it('refuses an amount that would not be exact', () => {
    const dear = structuredClone(suite);
    for (const price of dear.plans[0]?.prices ?? []) price.amounts.usd = Number.MAX_SAFE_INTEGER;
    expect(() => quoteSelection(dear, buy('starter', { seats: 2 }))).toThrow('too large');
    expect(() => quoteSelection(suite, buy('gone'))).toThrow(RangeError);
  });

  it('is the sum of its lines for every selection that is sold', () => {
    const addOns = everything.addOns.map(({ id, quantity }) =>
      fc.constantFrom(0, quantity.min || 1, quantity.max).map((count) => [id, count] as const),
    );
    const selection = fc.record({
      planId: fc.constantFrom(...everything.plans.map(({ id }) => id)),
      interval: fc.constantFrom(...everything.intervals),
      currency: fc.constantFrom(...everything.currencies),
      seats: fc.integer({ min: 1, max: 500 }),
      addOns: fc.tuple(...addOns).map((pairs) => Object.fromEntries(pairs.filter(([, count]) => count > 0))),
    });
    fc.assert(
      fc.property(selection, (wish) => {
        fc.pre(checkSelection(everything, wish).ok);
        const { lines, dueToday, recurring, oneTime } = quoteSelection(everything, wish);
        const total = (once: boolean) =>
          lines
            .filter(({ interval }) => !interval === once)
            .reduce((sum, { quantity, unitAmount }) => sum + BigInt(quantity) * BigInt(unitAmount), 0n);
        expect(BigInt(oneTime)).toBe(total(true));
        expect(BigInt(recurring?.amount ?? 0)).toBe(total(false));
        expect(BigInt(dueToday)).toBe(total(true) + total(false));
        expect(lines.length).toBe(1 + Object.keys(wish.addOns).length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what one saves by paying yearly', () => {
  it('is 12 × 29.00 − 290.00 = 58.00', () => {
    expect(intervalSaving(suite, 'usd', 'year', 'team')).toBe(5800);
  });
  it('is the largest of all plans without a plan: 12 × 79.00 − 790.00 = 158.00', () => {
    expect(intervalSaving(suite, 'usd', 'year')).toBe(15_800);
  });
  it('is so much for every seat: 3 × 58.00 = 174.00', () => {
    expect(intervalSaving(suite, 'usd', 'year', 'team', 3)).toBe(17_400);
  });
  it('is nothing for the shortest interval', () => {
    expect(intervalSaving(suite, 'usd', 'month', 'team')).toBe(0);
  });
  it('counts 4 quarters and 12 months a year', () => {
    expect(yearlyAmount(100, '3-month')).toBe(400);
    expect(yearlyAmount(100, 'month')).toBe(1200);
    expect(yearlyAmount(100, '2-week')).toBe(2600);
  });
});
