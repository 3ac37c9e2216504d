import { minorUnitDigits, stripeCurrencies } from '@tillkit/core/money/currency';
import { formatMoney } from '@tillkit/core/money/format-money';
import { moneyPattern } from '@tillkit/core/money/money-pattern';
import type { Figure } from './figure.ts';

const locales = ['en', 'he', 'tr', 'hi', 'ru', 'de', 'fr', 'ja', 'ar'];
const amounts = [
  0,
  1,
  10,
  99,
  100,
  999,
  1000,
  9999,
  12_345,
  100_000,
  1_234_567,
  123_456_789,
  Number.MAX_SAFE_INTEGER,
  -1,
  -1000,
  -1_234_567,
];

/** A minor-unit amount as the exact decimal text that `Intl` takes. */
function decimal(amount: number, digits: number): `${number}` {
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const cut = text.length - digits;
  return `${amount < 0 ? '-' : ''}${text.slice(0, cut)}${digits ? `.${text.slice(cut)}` : ''}` as `${number}`;
}

/** Money as text against `Intl`: every currency of Stripe in every language; the property tests in test/core try random amounts. */
export function measureMoneyText(): Promise<Figure[]> {
  let [checked, differences] = [0, 0];
  for (const locale of locales) {
    for (const currency of stripeCurrencies) {
      const digits = minorUnitDigits(currency);
      const pattern = moneyPattern(locale, currency);
      const intl = new Intl.NumberFormat(locale, {
        style: 'currency',
        currency,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
      for (const amount of amounts) {
        checked += 1;
        if (formatMoney(amount, pattern) !== intl.format(decimal(amount, digits))) differences += 1;
      }
    }
  }
  return Promise.resolve([
    { name: 'money-text-checked', value: checked, unit: '', atLeast: locales.length * stripeCurrencies.length },
    { name: 'money-text-differences', value: differences, unit: '', atMost: 0 },
  ]);
}
