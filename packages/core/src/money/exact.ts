/**
 * Exact amounts between a price and the one rounding of its line.
 *
 * Promise: nothing is rounded before `roundShare`, and nothing is ever a binary fraction. Whole minor units stay plain
 * numbers as long as they are safe integers; everything else is a bigint of trillionths.
 */

/**
 * Minor units. A number is a whole, safe integer; a bigint counts trillionths (10⁻¹²) of a minor unit, the finest that
 * Stripe's `unit_amount_decimal` has.
 */
export type Exact = number | bigint;

const places = 12;
const trillion = 10n ** BigInt(places);

const toTrillionths = (value: Exact): bigint => (typeof value === 'bigint' ? value : BigInt(value) * trillion);

/** Reads a decimal text such as `0.125`, at most 12 places; throws a `RangeError` for anything else. */
export function parseExact(text: string): Exact {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,12}))?$/u.exec(text) ?? [];
  if (!whole) throw new RangeError(`"${text}" is not a decimal of at most ${places} places.`);
  const number = Number(sign + whole);
  if (/^0*$/u.test(fraction) && Number.isSafeInteger(number)) return number === 0 ? 0 : number;
  return BigInt(sign + whole + fraction.padEnd(places, '0'));
}

/** The shortest decimal text: `0.125`, `1250`. */
export function formatExact(value: Exact): string {
  if (typeof value === 'number') return String(value);
  const digits = String(value < 0n ? -value : value).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/u, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -places)}${fraction && '.'}${fraction}`;
}

export function addExact(one: Exact, other: Exact): Exact {
  const sum = typeof one === 'number' && typeof other === 'number' ? one + other : Number.NaN;
  return Number.isSafeInteger(sum) ? sum : toTrillionths(one) + toTrillionths(other);
}

/** `times` must be a whole number. */
export function timesExact(value: Exact, times: number): Exact {
  const product = typeof value === 'number' ? value * times : Number.NaN;
  return Number.isSafeInteger(product) ? product : toTrillionths(value) * BigInt(times);
}

/**
 * `value × part ÷ whole` in whole minor units, halves away from zero: the one rounding of a line. `part` and `whole`
 * are whole numbers, `whole` positive. Throws a `RangeError` when the result is too large to be exact.
 */
export function roundShare(value: Exact, part = 1, whole = 1): number {
  const product = typeof value === 'number' ? value * part : Number.NaN;
  if (Number.isSafeInteger(product)) {
    const size = product < 0 ? -product : product;
    const rest = size % whole;
    const rounded = (size - rest) / whole + (rest * 2 >= whole ? 1 : 0);
    return product < 0 && rounded > 0 ? -rounded : rounded;
  }
  const numerator = toTrillionths(value) * BigInt(part);
  const denominator = trillion * BigInt(whole);
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = Number((2n * size + denominator) / (2n * denominator));
  if (!Number.isSafeInteger(rounded)) throw new RangeError('An amount is too large to be exact.');
  return numerator < 0n && rounded > 0 ? -rounded : rounded;
}

/** A percentage as an exact fraction: `20` is 20 of 100, `8.875` is 8875 of 100000. */
export interface Percentage {
  readonly part: number;
  readonly whole: number;
}

/** Reads a percentage of at most 12 places, such as `8.875`; throws a `RangeError` for anything else. */
export function parsePercentage(text: string): Percentage {
  const fraction = (/^\d{1,3}(?:\.(\d{1,12}))?$/u.exec(text) ?? [null])[0] === null ? undefined : (text.split('.')[1] ?? '');
  const part = Number(text.replace('.', ''));
  if (fraction === undefined || !Number.isSafeInteger(part)) throw new RangeError(`"${text}" is not a percentage of at most 12 places.`);
  return { part, whole: 100 * 10 ** fraction.length };
}
