/**
 * Step 3, quote: what coupons take off each line.
 *
 * Promise: in the order given, each on what the ones before it left; the parts of an amount off add up to it exactly,
 * and no line goes below 0.
 */
import type { CurrencyCode } from '../money/currency-code.ts';
import { parsePercentage } from '../money/exact.ts';
import { money } from '../money/money.ts';
import { roundPercentOff, spreadAmountOff } from '../money/unconfirmed.ts';
import type { Discount } from './discount.ts';

/** A line before discounts. */
export interface DiscountableLine {
  /** Minor units; a negative line, a credit, is never discounted. */
  readonly amount: number;
  /** Plan, add-on or product id, for `appliesTo`. */
  readonly id: string;
  /** False for a proration, which contains its discount already. Default true. */
  readonly discountable?: boolean;
}

/** Minor units off each line, one list a discount, in their order. */
export function applyDiscounts(
  lines: readonly DiscountableLine[],
  discounts: readonly Discount[],
  currency: CurrencyCode,
): readonly (readonly number[])[] {
  const left = lines.map(({ amount, discountable = true }) => (discountable ? Math.max(0, amount) : 0));
  return discounts.map((discount) => {
    const eligible = lines.map(({ id }, index) => (!discount.appliesTo || discount.appliesTo.includes(id) ? (left[index] ?? 0) : 0));
    const off = amountsOff(eligible, discount, currency);
    off.forEach((amount, index) => (left[index] = (left[index] ?? 0) - amount));
    return off;
  });
}

function amountsOff(eligible: readonly number[], { percentOff, amountsOff: fixed }: Discount, currency: CurrencyCode): number[] {
  if (percentOff !== undefined) {
    const { part, whole } = parsePercentage(percentOff);
    return eligible.map((amount) => roundPercentOff(amount, part, whole));
  }
  const total = eligible.reduce((sum, amount) => sum + amount, 0);
  const off = Math.min(fixed?.[currency] ?? 0, total);
  return off === 0 ? eligible.map(() => 0) : spreadAmountOff(money(off, currency), eligible).map(({ amount }) => amount);
}
