import { makeReceipt } from './make-receipt.ts';
import type { Due, Explanation, Receipt, ReceiptLine, ReceiptPart, ReceiptTax } from './receipt.ts';

/** A line as an invoice has it, with the name that the catalog gives it. */
export interface InvoiceLine {
  readonly kind: ReceiptLine['kind'];
  readonly name: string;
  readonly quantity: number;
  readonly amount: number;
  /** Part of a period, given back or charged. */
  readonly proration: boolean;
  /** Stripe's words say that it is free for now. */
  readonly trial?: boolean;
  readonly periodStart: number;
  readonly periodEnd: number;
  /** Absent: paid once, or not known. */
  readonly interval?: string;
  /** How the amount of a whole period came about, where that is known. */
  readonly explanation?: readonly Explanation[];
}

/** An invoice, a preview of one, or a paid checkout; minor units. */
export interface InvoiceParts {
  readonly currency: string;
  readonly lines: readonly InvoiceLine[];
  /** What each takes off, 0 or more. */
  readonly discounts: readonly ReceiptPart[];
  readonly taxes: readonly ReceiptTax[];
  /** Before the customer's balance; negative when money is given back. */
  readonly total: number;
  /** What is charged. */
  readonly amountDue: number;
  readonly belowMinimum?: boolean;
}

/** The receipt of an invoice: what lies between its total and what is charged is the customer's credit. */
export function receiptOfInvoice(invoice: InvoiceParts, due: Due): Receipt {
  const { currency, lines, discounts, taxes, total, amountDue, belowMinimum = false } = invoice;
  return makeReceipt({
    currency,
    lines: lines.map(toLine),
    discounts: discounts.filter(({ amount }) => amount > 0).map(({ name, amount }) => ({ name, amount: -amount })),
    taxes: taxes.filter(({ amount }) => amount !== 0),
    credit: total - amountDue,
    sum: amountDue,
    due,
    ...(belowMinimum && { belowMinimum }),
  });
}

function toLine({ kind, name, quantity, amount, interval, periodStart, periodEnd, ...line }: InvoiceLine): ReceiptLine {
  return {
    kind,
    name,
    quantity,
    amount,
    explanation: explain({ ...line, amount, periodEnd, ...(interval !== undefined && { interval }) }),
    ...(interval !== undefined && { interval }),
    period: { start: periodStart, end: periodEnd },
  };
}

function explain({
  proration,
  trial,
  amount,
  periodEnd,
  explanation = [],
}: Pick<InvoiceLine, 'proration' | 'trial' | 'amount' | 'periodEnd' | 'interval' | 'explanation'>): Explanation[] {
  if (proration) return [{ kind: amount < 0 ? 'unused' : 'remaining', until: periodEnd }];
  if (trial) return [{ kind: 'trial', until: periodEnd }];
  return [...explanation];
}
