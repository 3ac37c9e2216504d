import type { Subscription } from '../subscription/subscription.ts';
import type { Explanation, Receipt, ReceiptLine } from './receipt.ts';

/** What began without a payment: a free plan, or a trial with every item free until it ends. Items come in the order of a receipt. */
export function receiptOfStart({
  currency,
  items,
  status,
  trialEnd,
}: Pick<Subscription, 'currency' | 'items' | 'status' | 'trialEnd'>): Receipt {
  const free: Explanation | undefined = status === 'trialing' && trialEnd !== undefined ? { kind: 'trial', until: trialEnd } : undefined;
  const lines = items.map(({ kind, name, quantity, amount, interval, explanation = [] }): ReceiptLine => ({
    kind: kind === 'unknown' ? 'other' : kind,
    name,
    quantity,
    amount: free ? 0 : amount,
    explanation: free ? [free] : [...explanation],
    interval,
  }));
  const sum = lines.reduce((total, { amount }) => total + amount, 0);
  return { currency, lines, discounts: [], taxes: [], credit: 0, sum, due: { kind: 'now' } };
}
