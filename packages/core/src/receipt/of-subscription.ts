import type { Subscription, SubscriptionItem } from '../subscription/subscription.ts';
import { explainAmount } from './explanation.ts';
import { makeReceipt } from './make-receipt.ts';
import type { Receipt, ReceiptLine } from './receipt.ts';

type Owned = Pick<Subscription, 'currency' | 'interval' | 'items' | 'status' | 'trialEnd'>;

/** What every renewal of a subscription costs, before discounts and tax: one receipt for each interval, its own first. */
export function receiptsOfSubscription({ currency, interval, items }: Owned): Receipt[] {
  const intervals = new Set([interval, ...items.map((item) => item.interval)]);
  return [...intervals].flatMap((every) => {
    const lines = items.filter((item) => item.interval === every).map(toLine);
    return lines.length > 0 || every === interval ? [makeReceipt({ currency, lines, due: { kind: 'every', interval: every } })] : [];
  });
}

/** What a trial began with: every item free until it ends. */
export function receiptOfStart(subscription: Owned): Receipt {
  const { currency, items, status, trialEnd } = subscription;
  const free = status === 'trialing' && trialEnd !== undefined;
  const lines = items.map(toLine);
  return makeReceipt({
    currency,
    lines: free ? lines.map((line) => ({ ...line, amount: 0, explanation: [{ kind: 'trial', until: trialEnd }] })) : lines,
    due: { kind: 'now' },
  });
}

function toLine({ kind, name, quantity, unitAmount, amount, interval, explanation }: SubscriptionItem): ReceiptLine {
  return {
    kind: kind === 'unknown' ? 'other' : kind,
    name,
    quantity,
    amount,
    explanation: [...(explanation ?? explainAmount({ quantity, unitAmount, amount }))],
    interval,
  };
}
