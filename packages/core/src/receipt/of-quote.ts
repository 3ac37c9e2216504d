import type { Quote, QuoteLine } from '../quote/quote.ts';
import { makeReceipt } from './make-receipt.ts';
import type { Explanation, Receipt, ReceiptLine } from './receipt.ts';

/** A trial with nothing to pay before its end: then the receipt is about the first payment. */
const paysLater = ({ trial, oneTime, lines }: Quote): boolean =>
  trial !== undefined && oneTime === 0 && lines.every(({ interval }) => interval);

/**
 * The receipt of what is paid when the buyer confirms, or, where that is nothing because of a trial, of what is paid at
 * its end.
 */
export function receiptOfQuote(quote: Quote): Receipt {
  const { currency, trial, first } = quote;
  if (trial && paysLater(quote)) {
    const { discounts = [], taxes = [], amount } = first ?? { amount: quote.recurring?.amount };
    const lines = quote.lines.map((line) => toLine(line, amountOf(line)));
    return makeReceipt({
      currency,
      lines,
      discounts: discounts.map(takeOff),
      taxes: taxes.map(({ name, amount: tax, inclusive }) => ({ name, amount: tax, inclusive })),
      ...(amount !== undefined && { sum: amount }),
      due: { kind: 'in', days: trial.days },
    });
  }
  const { discounts = [], taxes = [], credit = 0, dueToday } = quote;
  return makeReceipt({
    currency,
    lines: quote.lines.map((line) =>
      trial && line.interval ? { ...toLine(line, [{ kind: 'trial', days: trial.days }]), amount: 0 } : toLine(line, amountOf(line)),
    ),
    discounts: discounts.map(takeOff),
    taxes: taxes.map(({ name, amount, inclusive }) => ({ name, amount, inclusive })),
    credit,
    sum: dueToday,
    due: { kind: 'now' },
  });
}

const takeOff = ({ name, amount }: { readonly name: string; readonly amount: number }) => ({ name, amount: amount && -amount });

/** What the engine multiplied, which comes to the amount by its own promise. */
function amountOf({ quantity, unitAmount, unitAmountDecimal, steps }: QuoteLine): Explanation[] {
  if (steps) return [{ kind: 'steps', steps: [...steps] }];
  if (quantity === 1 && unitAmountDecimal === undefined) return [];
  return [{ kind: 'units', quantity, unitAmount: unitAmountDecimal ?? String(unitAmount) }];
}

function toLine({ kind, name, quantity, amount, interval }: QuoteLine, explanation: readonly Explanation[]): ReceiptLine {
  return {
    kind,
    name,
    quantity,
    amount,
    explanation: interval ? [...explanation] : [...explanation, { kind: 'once' }],
    ...(interval && { interval }),
  };
}
