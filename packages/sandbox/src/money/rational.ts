/**
 * Exact fractions of minor units.
 *
 * Promise: nothing is rounded before `round`, and that once.
 */

export interface Rational {
  readonly numerator: bigint;
  /** Positive. */
  readonly denominator: bigint;
}

export const rational = (numerator: bigint | number, denominator: bigint | number = 1): Rational => ({
  numerator: BigInt(numerator),
  denominator: BigInt(denominator),
});

/** Reads a decimal text such as `0.125`. */
export function parseDecimal(text: string): Rational {
  const [whole = '0', places = ''] = text.split('.');
  return { numerator: BigInt(whole + places), denominator: 10n ** BigInt(places.length) };
}

export const plus = (a: Rational, b: Rational): Rational => ({
  numerator: a.numerator * b.denominator + b.numerator * a.denominator,
  denominator: a.denominator * b.denominator,
});

export const times = (a: Rational, b: Rational): Rational => ({
  numerator: a.numerator * b.numerator,
  denominator: a.denominator * b.denominator,
});

/** Nearest whole minor unit, halves away from zero. Stripe's rounding mode is not documented (stripe.md §9): this constant place decides. */
export function round({ numerator, denominator }: Rational): number {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return Number(numerator < 0n ? -rounded : rounded);
}
