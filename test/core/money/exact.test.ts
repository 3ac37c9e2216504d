import { addExact, type Exact, formatExact, parseExact, parsePercentage, roundShare, timesExact } from '@tillkit/core/money/exact';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const trillion = 10n ** 12n;
/** The slow way: everything in trillionths. */
const slow = (value: Exact): bigint => (typeof value === 'bigint' ? value : BigInt(value) * trillion);
function slowRound(numerator: bigint, denominator: bigint): number {
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = size / denominator + ((size % denominator) * 2n >= denominator ? 1n : 0n);
  return Number(numerator < 0n ? -rounded : rounded) + 0;
}
const decimals = fc
  .tuple(fc.nat(10 ** 9), fc.stringMatching(/^\d{0,12}$/u), fc.boolean())
  .map(([whole, fraction, minus]) => `${minus ? '-' : ''}${whole}${fraction && '.'}${fraction}`);

describe('exact amounts', () => {
  it.each([
    ['0', '0'],
    ['12.50', '12.5'],
    ['0.000000000001', '0.000000000001'],
    ['-3.25', '-3.25'],
    ['100.000', '100'],
    ['9007199254740993', '9007199254740993'],
  ])('read %s and write %s', (text, written) => expect(formatExact(parseExact(text))).toBe(written));

  it.each(['', '.5', '1.', '1e3', '0.0000000000001', '1,5', ' 1', 'NaN', '+1'])('refuse %j', (text) =>
    expect(() => parseExact(text)).toThrow(RangeError),
  );

  it('keep every digit through sums, products and the one rounding', () => {
    fc.assert(
      fc.property(
        decimals,
        decimals,
        fc.nat(999_999),
        fc.nat(31_622_400),
        fc.integer({ min: 1, max: 31_622_400 }),
        (a, b, times, part, whole) => {
          const value = addExact(timesExact(parseExact(a), times), parseExact(b));
          const expected = slow(parseExact(a)) * BigInt(times) + slow(parseExact(b));
          expect(slow(value)).toBe(expected);
          const rounded = slowRound(expected * BigInt(part), trillion * BigInt(whole));
          if (Number.isSafeInteger(rounded)) expect(roundShare(value, part, whole)).toBe(rounded);
          else expect(() => roundShare(value, part, whole)).toThrow(RangeError);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('round halves away from zero', () => {
    expect([roundShare(1, 1, 2), roundShare(-1, 1, 2), roundShare(parseExact('2.5')), roundShare(parseExact('-2.5'))]).toEqual([
      1, -1, 3, -3,
    ]);
    expect([roundShare(parseExact('0.499999999999')), roundShare(1, 1, 3), roundShare(2, 1, 3)]).toEqual([0, 0, 1]);
  });

  it('never answer −0', () => expect(Object.is(roundShare(-1, 1, 3), 0)).toBe(true));
});

describe('a percentage', () => {
  it.each([
    ['20', 20, 100],
    ['8.875', 8875, 100_000],
    ['0.5', 5, 1000],
  ])('%s is %i of %i', (text, part, whole) => expect(parsePercentage(text)).toEqual({ part, whole }));

  it.each(['', '-1', '1e2', '20%', '1000', '.5'])('%j is refused', (text) => expect(() => parsePercentage(text)).toThrow(RangeError));
});
