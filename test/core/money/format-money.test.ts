import { minorUnitDigits, stripeCurrencies } from '@tillkit/core/money/currency';
import { formatMoney } from '@tillkit/core/money/format-money';
import { moneyPattern } from '@tillkit/core/money/money-pattern';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const promised = ['en', 'he', 'tr', 'hi', 'ru', 'de', 'fr', 'ja', 'ar'];
const others = ['es', 'pl', 'pt-PT', 'de-CH', 'ar-EG', 'fa', 'en-IN', 'bn', 'sv', 'nl', 'ccp', 'ff-Adlm'];

/** What Intl writes for a number of minor units, fed as decimal text so that no float is involved. */
function intlText(locale: string, currency: string, amount: bigint): string {
  const digits = minorUnitDigits(currency);
  const all = String(amount < 0n ? -amount : amount).padStart(digits + 1, '0');
  const decimal = `${amount < 0n ? '-' : ''}${all.slice(0, all.length - digits)}${digits ? `.${all.slice(-digits)}` : ''}`;
  const options = {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  } as const;
  return new Intl.NumberFormat(locale, options).format(decimal as Intl.StringNumericLiteral);
}

const corners = [
  0,
  1,
  -1,
  9,
  10,
  99,
  100,
  999,
  1000,
  9999,
  10_000,
  99_999,
  100_000,
  999_999,
  1_000_000,
  12_345_678,
  -1_234_567,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
];

describe('money text', () => {
  it.each([...promised, ...others])('equals Intl in %s for every currency of Stripe at the corners', (locale) => {
    for (const currency of stripeCurrencies) {
      const pattern = moneyPattern(locale, currency);
      for (const amount of corners) expect(formatMoney(amount, pattern)).toBe(intlText(locale, currency, BigInt(amount)));
    }
  });

  it('equals Intl for any amount, currency and language', () => {
    const patterns = new Map<string, ReturnType<typeof moneyPattern>>();
    fc.assert(
      fc.property(
        fc.constantFrom(...promised, ...others),
        fc.constantFrom(...stripeCurrencies),
        fc.maxSafeInteger(),
        (locale, currency, amount) => {
          const key = `${locale} ${currency}`;
          const pattern = patterns.get(key) ?? moneyPattern(locale, currency);
          patterns.set(key, pattern);
          expect(formatMoney(amount, pattern)).toBe(intlText(locale, currency, BigInt(amount)));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('never writes a fraction of the minor unit', () => {
    expect(formatMoney(1, moneyPattern('en', 'usd'))).toBe('$0.01');
    expect(formatMoney(1, moneyPattern('en', 'jpy'))).toBe('¥1');
    expect(formatMoney(10, moneyPattern('en', 'kwd'))).toBe('KWD\u00a00.010');
  });

  it('survives JSON, as it travels with the catalog', () => {
    const pattern = moneyPattern('hi', 'inr');
    expect(formatMoney(123_456_789, JSON.parse(JSON.stringify(pattern)))).toBe('₹12,34,567.89');
  });
});
