import { minorUnitDigits } from './currency.ts';
import type { CurrencyCode } from './currency-code.ts';
import type { MoneyPattern } from './pattern.ts';

type Parts = readonly Intl.NumberFormatPart[];

const numeric = new Set(['integer', 'group', 'decimal', 'fraction']);

/** Everything before, or after, the digits of a formatted amount. */
function affix(parts: Parts, side: 'before' | 'after'): string {
  const ordered = side === 'before' ? parts : parts.toReversed();
  const texts = ordered
    .slice(
      0,
      ordered.findIndex(({ type }) => numeric.has(type)),
    )
    .map(({ value }) => value);
  return (side === 'before' ? texts : texts.toReversed()).join('');
}

const valueOf = (parts: Parts, type: string): string => parts.find((part) => part.type === type)?.value ?? '';
const affixes = (parts: Parts): [string, string] => [affix(parts, 'before'), affix(parts, 'after')];

/** What was read off, which takes a tenth of a millisecond; the locales are those of catalogs and currencies Stripe's, so they are few. */
const known = new Map<string, MoneyPattern>();

/**
 * How `locale` writes `currency`, read off `Intl.NumberFormat`. For the server: the browser gets the result.
 *
 * Decimals are those of Stripe's minor unit, which differ from ICU's for HUF, IDR and others.
 */
export function moneyPattern(locale: string, currency: CurrencyCode): MoneyPattern {
  const name = `${locale} ${currency}`;
  const pattern = known.get(name) ?? readPattern(locale, currency);
  known.set(name, pattern);
  return pattern;
}

function readPattern(locale: string, currency: CurrencyCode): MoneyPattern {
  const digits = minorUnitDigits(currency);
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const long = format.formatToParts(1_234_567_890);
  const groups = long.filter(({ type }) => type === 'integer').map(({ value }) => [...value].length);
  const primary = groups.at(-1) ?? 3;
  const group = valueOf(long, 'group');
  const minimumGrouping = group && !format.formatToParts(10 ** primary).some(({ type }) => type === 'group') ? 2 : 1;
  const numerals = [...'0123456789'].map((digit) => valueOf(format.formatToParts(Number(digit)), 'integer')).join('');
  return {
    digits,
    positive: affixes(format.formatToParts(1)),
    negative: affixes(format.formatToParts(-1)),
    decimal: valueOf(format.formatToParts(1), 'decimal'),
    group,
    sizes: [primary, groups.length > 2 ? (groups.at(-2) ?? primary) : primary],
    minimumGrouping,
    ...(numerals !== '0123456789' && { numerals }),
  };
}
