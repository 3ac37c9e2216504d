/**
 * Step quote: what coupons take off the lines of an invoice (docs.stripe.com/billing/subscriptions/coupons).
 *
 * Promise: one after the other, each on what is left; the parts of an amount off add up to it.
 */
import { spreadsByLargestRemainder } from '../unconfirmed.ts';
import { parseDecimal, rational, round, times } from './rational.ts';

export interface DiscountableLine {
  /** Minor units. */
  readonly amount: number;
  readonly product: string | null;
  readonly discountable: boolean;
}

/** What a coupon says in the invoice's currency. */
export interface CouponTerms {
  readonly percent_off: number | null;
  readonly amount_off: number | null;
  /** Products it is for; null for all. */
  readonly products: readonly string[] | null;
}

const percentOf = (amount: number, percent: number): number =>
  round(times(times(rational(amount), parseDecimal(String(percent))), rational(1, 100)));

/** Divides `whole` in proportion to `weights`; what does not divide goes to the largest remainders, the earlier line first. */
function spread(whole: number, weights: readonly number[]): number[] {
  const sum = BigInt(weights.reduce((total, weight) => total + weight, 0));
  if (sum === 0n) return weights.map(() => 0);
  const exact = weights.map((weight) => BigInt(whole) * BigInt(weight));
  const parts = exact.map((product) => Number(product / sum));
  let missing = whole - parts.reduce((total, part) => total + part, 0);
  const byRemainder = exact
    .map((product, position) => ({ position, remainder: product % sum }))
    .toSorted((a, b) => (a.remainder < b.remainder ? 1 : a.remainder > b.remainder ? -1 : a.position - b.position));
  const order = spreadsByLargestRemainder ? byRemainder : byRemainder.toSorted((a, b) => a.position - b.position);
  for (const { position } of order) {
    if (missing === 0) break;
    parts[position] = (parts[position] ?? 0) + 1;
    missing -= 1;
  }
  return parts;
}

/** Minor units off each line, for each coupon in order. */
export function discountLines(lines: readonly DiscountableLine[], coupons: readonly CouponTerms[]): number[][] {
  let left = lines.map(({ amount, discountable }) => (discountable && amount > 0 ? amount : 0));
  return coupons.map(({ percent_off, amount_off, products }) => {
    const within = lines.map(({ product }) => products === null || (product !== null && products.includes(product)));
    const eligible = left.map((amount, position) => (within[position] ? amount : 0));
    const total = eligible.reduce((sum, amount) => sum + amount, 0);
    const off =
      percent_off === null ? spread(Math.min(amount_off ?? 0, total), eligible) : eligible.map((amount) => percentOf(amount, percent_off));
    left = left.map((amount, position) => amount - (off[position] ?? 0));
    return off;
  });
}
