/** Step 3, quote: why a promotion code is not good for what is chosen, the same on the page and on the server. */
import type { CurrencyCode } from '../money/currency-code.ts';
import type { DiscountableLine } from './apply-discounts.ts';
import type { Discount } from './discount.ts';

/** A code of the contract's error table. */
export type DiscountRefusal = 'promotion_code_not_applicable' | 'promotion_code_below_minimum';

/** Undefined where it is good. `lines`: all that is bought, before discounts, also what a trial leaves for later. */
export function discountRefusal(
  { appliesTo, amountsOff, minimumAmounts }: Discount,
  lines: readonly DiscountableLine[],
  currency: CurrencyCode,
): DiscountRefusal | undefined {
  if ((appliesTo && !lines.some(({ id }) => appliesTo.includes(id))) || (amountsOff && amountsOff[currency] === undefined))
    return 'promotion_code_not_applicable';
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  // a currency that it does not name has no minimum that could be reached
  return minimumAmounts && !(total >= minimumAmounts[currency]!) ? 'promotion_code_below_minimum' : undefined;
}
