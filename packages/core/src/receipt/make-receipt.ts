import { inReceiptOrder } from './line-order.ts';
import type { Receipt, ReceiptLine } from './receipt.ts';

/** What a source knows of a receipt; without a `sum` it is what the parts come to. */
export type ReceiptParts = Pick<Receipt, 'currency' | 'lines' | 'due'> &
  Partial<Pick<Receipt, 'discounts' | 'taxes' | 'credit' | 'sum' | 'belowMinimum'>>;

const total = (parts: readonly { readonly amount: number }[]): number => parts.reduce((sum, { amount }) => sum + amount, 0);

/** What lines, discounts and the taxes on top come to, before the customer's credit. */
export const totalOf = ({ lines, discounts, taxes }: Pick<Receipt, 'lines' | 'discounts' | 'taxes'>): number =>
  total(lines) + total(discounts) + total(taxes.filter(({ inclusive }) => !inclusive));

/**
 * Closes a receipt: where its parts do not come to the sum that is charged, the rest stands as a line of its own, so that
 * nothing is hidden and the sum stays the one that is charged. Its lines stand in the one order that all receipts have.
 */
export function makeReceipt({ discounts = [], taxes = [], credit = 0, sum, ...parts }: ReceiptParts): Receipt {
  const known = totalOf({ lines: parts.lines, discounts, taxes }) - credit;
  const rest = (sum ?? known) - known;
  const ordered = inReceiptOrder(parts.lines);
  const lines = rest === 0 ? ordered : [...ordered, restLine(rest)];
  return { ...parts, lines, discounts, taxes, credit, sum: sum ?? known };
}

const restLine = (amount: number): ReceiptLine => ({ kind: 'other', name: '', quantity: 1, explanation: [{ kind: 'rest' }], amount });
