import type { MoneyPattern } from './pattern.ts';

/**
 * `amount` minor units as text, in the pattern's locale and currency.
 *
 * Equal to `Intl.NumberFormat` for every safe integer; never touches a float with a fraction.
 */
export function formatMoney(amount: number, pattern: MoneyPattern): string {
  const { digits, group, sizes, numerals } = pattern;
  const all = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = all.slice(0, all.length - digits);
  let text = digits ? pattern.decimal + all.slice(-digits) : '';
  let rest = whole;
  if (group && whole.length >= sizes[0] + pattern.minimumGrouping) {
    for (let size = sizes[0]; rest.length > size; size = sizes[1]) {
      text = group + rest.slice(-size) + text;
      rest = rest.slice(0, -size);
    }
  }
  text = rest + text;
  if (numerals) text = text.replace(/\d/g, (digit) => [...numerals][+digit]!);
  const [prefix, suffix] = amount < 0 ? pattern.negative : pattern.positive;
  return prefix + text + suffix;
}

/** An amount that need not be whole minor units: "€0.005"; as many decimals as it has, at least the currency's. */
export function decimalMoney(decimal: string, pattern: MoneyPattern): string {
  const [whole = '0', decimals = ''] = decimal.split('.');
  const fraction = decimals.replace(/0+$/u, '');
  const digits = pattern.digits + fraction.length;
  return formatMoney(Number(whole + fraction), { ...pattern, digits });
}

/** A whole number with the separators of the currency's pattern. */
export const countText = (value: number, pattern: MoneyPattern): string =>
  formatMoney(value, { ...pattern, digits: 0, positive: ['', ''], negative: ['-', ''] });
