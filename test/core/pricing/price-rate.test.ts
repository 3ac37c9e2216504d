import type { Price, PriceModel, Tier } from '@tillkit/core/catalog/catalog';
import { formatExact, parseExact, roundShare } from '@tillkit/core/money/exact';
import { rateQuantity, rateUsage } from '@tillkit/core/pricing/price-rate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const priced = (model: PriceModel, amount = 0): Price => ({ id: 'p', interval: 'month', amounts: { usd: amount }, model });
const amountOf = (model: PriceModel, quantity: number): number => roundShare(rateQuantity(priced(model), 'usd', quantity).exact);
const tiers = {
  usd: [
    { upTo: 5, unitAmount: '500' },
    { upTo: 10, unitAmount: '450', flatAmount: '100' },
    { upTo: null, unitAmount: '400' },
  ],
};

describe('a graduated price', () => {
  it.each([
    [0, 0],
    [1, 500],
    [5, 2500],
    [6, 2500 + 450 + 100],
    [10, 2500 + 5 * 450 + 100],
    [12, 2500 + 5 * 450 + 100 + 2 * 400],
  ])('of %i units costs %i', (quantity, amount) => expect(amountOf({ tiersMode: 'graduated', tiers }, quantity)).toBe(amount));

  it('tells which tiers it went through', () => {
    expect(rateQuantity(priced({ tiersMode: 'graduated', tiers }), 'usd', 7).steps).toEqual([
      { kind: 'tier', tier: 1, units: 5, unitAmount: '500' },
      { kind: 'tier', tier: 2, units: 2, unitAmount: '450', flatAmount: '100' },
    ]);
  });
});

describe('a volume price', () => {
  it.each([
    [1, 500],
    [5, 2500],
    [6, 6 * 450 + 100],
    [11, 11 * 400],
  ])('of %i units costs %i', (quantity, amount) => expect(amountOf({ tiersMode: 'volume', tiers }, quantity)).toBe(amount));
});

describe('a price in packages', () => {
  const of = (round: 'up' | 'down', quantity: number): number =>
    roundShare(rateQuantity(priced({ transformQuantity: { divideBy: 1000, round } }, 700), 'usd', quantity).exact);
  it.each([
    ['up', 1, 700],
    ['up', 1000, 700],
    ['up', 1001, 1400],
    ['down', 999, 0],
    ['down', 1999, 700],
  ] as const)('rounded %s, of %i units costs %i', (round, quantity, amount) => expect(of(round, quantity)).toBe(amount));
});

describe('a decimal price', () => {
  it('is multiplied exactly and rounded once: 333 × 0.015 = 4.995, so 5', () => {
    expect(amountOf({ unitAmounts: { usd: '0.015' } }, 333)).toBe(5);
    expect(amountOf({ unitAmounts: { usd: '0.000000000001' } }, 499_999)).toBe(0);
  });
});

describe('a metered price', () => {
  const model: PriceModel = { metered: true, tiersMode: 'graduated', tiers };
  it('costs nothing in advance', () => expect(rateQuantity(priced(model), 'usd', 40)).toEqual({ exact: 0, steps: [{ kind: 'metered' }] }));
  it('costs its use afterwards', () => expect(roundShare(rateUsage(priced(model), 'usd', 7).exact)).toBe(3500));
});

/** Unit by unit, without any formula: what each single unit costs where it falls. */
function unitByUnit(list: readonly Tier[], mode: 'graduated' | 'volume', quantity: number): bigint {
  const picos = (text = '0'): bigint => {
    const exact = parseExact(text);
    return typeof exact === 'bigint' ? exact : BigInt(exact) * 10n ** 12n;
  };
  const tierOf = (unit: number): Tier => list.find(({ upTo }) => upTo === null || unit <= upTo)!;
  if (mode === 'volume') return BigInt(quantity) * picos(tierOf(quantity).unitAmount) + picos(tierOf(quantity).flatAmount);
  const reached = new Set([tierOf(0)]);
  let sum = 0n;
  for (let unit = 1; unit <= quantity; unit += 1) {
    reached.add(tierOf(unit));
    sum += picos(tierOf(unit).unitAmount);
  }
  for (const { flatAmount } of reached) sum += picos(flatAmount);
  return sum;
}

const decimal = fc
  .tuple(fc.nat(99_999), fc.stringMatching(/^\d{1,12}$/u))
  .map(([whole, fraction]) => formatExact(parseExact(`${whole}.${fraction}`)));
const tierList = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 120 }), { maxLength: 5 }),
    fc.array(fc.tuple(decimal, decimal, fc.boolean()), { minLength: 6, maxLength: 6 }),
  )
  .map(([ends, amounts]): Tier[] =>
    [...ends.toSorted((a, b) => a - b), null].map((upTo, index) => {
      const [unitAmount, flatAmount, flat] = amounts[index]!;
      return { upTo, unitAmount, ...(flat && { flatAmount }) };
    }),
  );

describe('tiers', () => {
  it('cost what their units cost one by one', () => {
    fc.assert(
      fc.property(tierList, fc.constantFrom('graduated' as const, 'volume' as const), fc.nat(150), (list, tiersMode, quantity) => {
        const { exact, steps = [] } = rateQuantity(priced({ tiersMode, tiers: { usd: list } }), 'usd', quantity);
        expect(typeof exact === 'bigint' ? exact : BigInt(exact) * 10n ** 12n).toBe(unitByUnit(list, tiersMode, quantity));
        expect(steps.reduce((units, step) => units + (step.kind === 'tier' ? step.units : 0), 0)).toBe(quantity);
      }),
      { numRuns: 500 },
    );
  });
});
