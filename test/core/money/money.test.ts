import { addMoney, allocate, money, multiplyMoney, sumMoney } from '@tillkit/core/money/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('money', () => {
  it('adds and multiplies whole minor units: 3 × 9.99 + 0.03 = 30.00', () => {
    expect(addMoney(multiplyMoney(money(999, 'eur'), 3), money(3, 'eur'))).toEqual({ amount: 3000, currency: 'eur' });
    expect(sumMoney([money(1, 'jpy'), money(2, 'jpy')], 'jpy').amount).toBe(3);
    expect(sumMoney([], 'usd').amount).toBe(0);
  });

  it('never mixes currencies', () => {
    // @ts-expect-error two currencies are an error of the compiler too
    expect(() => addMoney(money(1, 'eur'), money(1, 'usd'))).toThrow('eur and usd');
  });

  it('refuses what is not whole or not exact', () => {
    expect(() => money(0.1, 'eur')).toThrow(RangeError);
    expect(() => multiplyMoney(money(Number.MAX_SAFE_INTEGER, 'eur'), 2)).toThrow(RangeError);
    expect(() => multiplyMoney(money(10, 'eur'), 0.5)).toThrow(RangeError);
  });

  it('allocates 10.00 to three as 3.34 + 3.33 + 3.33', () => {
    expect(allocate(money(1000, 'eur'), [1, 1, 1]).map(({ amount }) => amount)).toEqual([334, 333, 333]);
    expect(() => allocate(money(1, 'eur'), [0, 0])).toThrow(RangeError);
  });

  it('allocates so that the parts are the whole and none is a unit off its share', () => {
    const weights = fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 }).filter((list) => list.some(Boolean));
    fc.assert(
      fc.property(fc.maxSafeInteger(), weights, (amount, list) => {
        const parts = allocate(money(amount, 'usd'), list);
        const total = BigInt(list.reduce((sum, weight) => sum + weight, 0));
        expect(parts.reduce((sum, part) => sum + BigInt(part.amount), 0n)).toBe(BigInt(amount));
        parts.forEach((part, index) => {
          const off = BigInt(part.amount) * total - BigInt(amount) * BigInt(list[index] ?? 0);
          expect(off < total && off > -total).toBe(true);
        });
      }),
      { numRuns: 1000 },
    );
  });
});
