/**
 * Step 3, quote: one invoice from its lines: discounts, then taxes, then the customer's balance.
 *
 * Promise: `total = subtotal − discounts + exclusive taxes`, and the parts of every line add up to the wholes exactly.
 */
import { applyDiscounts, type DiscountableLine } from '../discount/apply-discounts.ts';
import type { Discount } from '../discount/discount.ts';
import type { CurrencyCode } from '../money/currency-code.ts';
import { taxLines } from '../tax/apply-taxes.ts';
import type { TaxRate } from '../tax/tax-rate.ts';

export interface InvoiceTerms {
  readonly currency: CurrencyCode;
  /** In the order in which they apply: those of items first, then the subscription's. */
  readonly discounts?: readonly Discount[] | undefined;
  readonly taxRates?: readonly TaxRate[] | undefined;
  /** The customer's balance in Stripe's sign, minor units: negative is credit, positive is owed. */
  readonly balance?: number | undefined;
}

/** One part of the total, minor units. */
export interface TotalPart {
  readonly id: string;
  readonly name: string;
  readonly amount: number;
}

export interface InvoiceTotal {
  /** Sum of the lines. */
  readonly subtotal: number;
  /** What each discount takes off, 0 or more. */
  readonly discounts: readonly TotalPart[];
  readonly taxes: readonly (TotalPart & { readonly inclusive: boolean })[];
  /** Negative when the customer gets credit. */
  readonly total: number;
  /** `total` with the customer's balance, never below 0. */
  readonly amountDue: number;
  /** What is off each line, in their order. */
  readonly lineDiscounts: readonly number[];
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

export function totalInvoice(lines: readonly DiscountableLine[], terms: InvoiceTerms): InvoiceTotal {
  const { currency, discounts = [], taxRates = [], balance = 0 } = terms;
  const subtotal = sum(lines.map(({ amount }) => amount));
  const off = applyDiscounts(lines, discounts, currency);
  const lineDiscounts = lines.map(() => 0);
  for (const amounts of off) amounts.forEach((amount, index) => (lineDiscounts[index]! += amount));
  const taxed = taxLines(
    lines.map(({ amount }, index) => amount - lineDiscounts[index]!),
    taxRates,
  );
  const taxes = taxRates.map(({ id, name, inclusive }, rate) => ({ id, name, inclusive, amount: taxed[rate] ?? 0 }));
  const onTop = sum(taxes.map(({ inclusive, amount }) => (inclusive ? 0 : amount)));
  const total = subtotal - sum(lineDiscounts) + onTop;
  if (!Number.isSafeInteger(total)) throw new RangeError('A total is too large to be exact.');
  return {
    subtotal,
    discounts: discounts.map(({ id, name }, index) => ({ id, name, amount: sum(off[index] ?? []) })),
    taxes,
    total,
    amountDue: Math.max(0, total + balance),
    lineDiscounts,
  };
}
