import { amountStep, isSupportedCurrency, minimumCharge, minorUnitDigits, stripeCurrencies } from '@tillkit/core/money/currency';
import { describe, expect, it } from 'vitest';

describe('the currency table', () => {
  it.each([
    ['usd', 2, 1],
    ['jpy', 0, 1],
    ['krw', 0, 1],
    ['kwd', 3, 10],
    ['tnd', 3, 10],
    ['huf', 2, 1],
    ['idr', 2, 1],
    ['cop', 2, 1],
    ['twd', 2, 1],
    ['isk', 2, 100],
    ['ugx', 2, 100],
  ])('counts %s with %i decimals in steps of %i', (currency, digits, step) => {
    expect(minorUnitDigits(currency)).toBe(digits);
    expect(amountStep(currency)).toBe(step);
  });

  it('has every currency once, in small letters', () => {
    expect(stripeCurrencies.length).toBeGreaterThanOrEqual(135);
    expect(new Set(stripeCurrencies).size).toBe(stripeCurrencies.length);
    expect(stripeCurrencies.every((currency) => /^[a-z]{3}$/u.test(currency))).toBe(true);
  });

  it('refuses what Stripe does not take', () => {
    expect(isSupportedCurrency('xxx')).toBe(false);
    expect(isSupportedCurrency('USD')).toBe(false);
    expect(() => minorUnitDigits('btc')).toThrow('btc');
  });

  it('names minimum charges that lie on the step', () => {
    for (const currency of stripeCurrencies) expect((minimumCharge(currency) ?? 0) % amountStep(currency)).toBe(0);
  });
});
