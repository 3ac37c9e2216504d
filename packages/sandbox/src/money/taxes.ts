/**
 * Step quote: taxes of one line (docs.stripe.com/billing/taxes/tax-rates).
 *
 * Promise: exact fractions, rounded once for each rate, halves away from zero.
 */
import { taxesNetOfInclusive } from '../unconfirmed.ts';
import { parseDecimal, plus, type Rational, rational, round, times } from './rational.ts';

export interface Rate {
  /** 20 for 20 %. */
  readonly percentage: number;
  readonly inclusive: boolean;
}

const share = (percentage: number): Rational => times(parseDecimal(String(percentage)), rational(1, 100));
const inverse = ({ numerator, denominator }: Rational): Rational => ({ numerator: denominator, denominator: numerator });

/** Minor units of tax for each rate on `amount`, the line after its discounts. */
export function taxLine(amount: number, rates: readonly Rate[]): number[] {
  const gross = rates.reduce((sum, { inclusive, percentage }) => (inclusive ? plus(sum, share(percentage)) : sum), rational(1));
  const net = times(rational(amount), inverse(gross));
  const inside = rates.map(({ inclusive, percentage }) => (inclusive ? round(times(net, share(percentage))) : 0));
  const base = taxesNetOfInclusive ? amount - inside.reduce((sum, tax) => sum + tax, 0) : amount;
  return rates.map(({ inclusive, percentage }, position) =>
    inclusive ? (inside[position] ?? 0) : round(times(rational(base), share(percentage))),
  );
}
