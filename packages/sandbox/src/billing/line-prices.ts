/**
 * Step quote: discounts and taxes of invoice lines, the same for first invoices, renewals, previews and checkout.
 *
 * Promise: total = subtotal − discounts + exclusive taxes, and every whole is the sum of its parts.
 */
import { discountLines } from '../money/discounts.ts';
import { taxLine } from '../money/taxes.ts';
import type { Discount, DiscountAmount, LineTax, TaxRate } from '../objects/discount.ts';
import { termsOf } from './discounts.ts';

export interface PricedLine {
  /** Minor units before discounts and exclusive taxes. */
  readonly amount: number;
  readonly product: string | null;
  readonly discountable: boolean;
  /** Rates of the line itself, or those of the invoice. */
  readonly rates: readonly TaxRate[];
  /** Discounts of the line's own item, which come first. */
  readonly own: readonly Discount[];
}

export interface LinePrice {
  readonly discount_amounts: readonly DiscountAmount[];
  readonly taxes: readonly LineTax[];
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** What each line's own discounts take off, and then those of the whole invoice. */
function offLines(lines: readonly PricedLine[], discounts: readonly Discount[], currency: string): DiscountAmount[][] {
  const own = lines.map((line) =>
    discountLines(
      [line],
      line.own.map((discount) => termsOf(discount, currency)),
    ).map(([off = 0], position) => ({ amount: off, discount: line.own[position]?.id ?? '' })),
  );
  const left = lines.map((line, position) => ({ ...line, amount: line.amount - sum((own[position] ?? []).map(({ amount }) => amount)) }));
  const shared = discountLines(
    left,
    discounts.map((discount) => termsOf(discount, currency)),
  );
  return lines.map(({ discountable }, position) => {
    const whole = discounts.map(({ id }, index) => ({ amount: shared[index]?.[position] ?? 0, discount: id }));
    return discountable ? [...(own[position] ?? []), ...whole] : [];
  });
}

export function priceLines(
  lines: readonly PricedLine[],
  discounts: readonly Discount[],
  currency: string,
  exempt: 'none' | 'exempt' | 'reverse',
): LinePrice[] {
  const off = offLines(lines, discounts, currency);
  return lines.map(({ amount, rates }, position) => {
    const discount_amounts = off[position] ?? [];
    const taxable_amount = amount - sum(discount_amounts.map((one) => one.amount));
    const amounts = exempt === 'none' ? taxLine(taxable_amount, rates) : rates.map(() => 0);
    const taxability_reason = exempt === 'none' ? 'not_available' : exempt === 'reverse' ? 'reverse_charge' : 'customer_exempt';
    const taxes = rates.map(({ id, inclusive }, index): LineTax => ({
      amount: amounts[index] ?? 0,
      tax_behavior: inclusive ? 'inclusive' : 'exclusive',
      tax_rate_details: { tax_rate: id },
      taxability_reason,
      taxable_amount,
      type: 'tax_rate_details',
    }));
    return { discount_amounts, taxes };
  });
}

interface Totaled extends LinePrice {
  readonly amount: number;
}

/** The sums that an invoice, a session or a credit note shows. */
export function sumLines(lines: readonly Totaled[]) {
  const discounts = new Map<string, number>();
  const taxes = new Map<string, LineTax>();
  for (const line of lines) {
    for (const { discount, amount } of line.discount_amounts) discounts.set(discount, (discounts.get(discount) ?? 0) + amount);
    for (const tax of line.taxes) {
      const key = `${tax.tax_rate_details.tax_rate} ${tax.taxability_reason}`;
      const before = taxes.get(key);
      taxes.set(key, {
        ...tax,
        amount: tax.amount + (before?.amount ?? 0),
        taxable_amount: tax.taxable_amount + (before?.taxable_amount ?? 0),
      });
    }
  }
  const total_discount_amounts = [...discounts].map(([discount, amount]): DiscountAmount => ({ amount, discount }));
  const total_taxes = [...taxes.values()];
  const subtotal = sum(lines.map(({ amount }) => amount));
  const discount = sum(total_discount_amounts.map(({ amount }) => amount));
  const exclusive = sum(total_taxes.map(({ amount, tax_behavior }) => (tax_behavior === 'exclusive' ? amount : 0)));
  const inclusive = sum(total_taxes.map(({ amount, tax_behavior }) => (tax_behavior === 'inclusive' ? amount : 0)));
  const total = subtotal - discount + exclusive;
  return { subtotal, discount, exclusive, inclusive, total, total_discount_amounts, total_taxes };
}
