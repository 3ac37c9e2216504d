import type { Subscription, SubscriptionItem } from '../subscription/subscription.ts';
import { makeReceipt } from './make-receipt.ts';
import type { Explanation, Receipt, ReceiptLine } from './receipt.ts';

type Owned = Pick<Subscription, 'currency' | 'interval' | 'items'>;

/** What every renewal of a subscription costs, before discounts and tax: one receipt for each interval, its own first. */
export function receiptsOfSubscription({ currency, interval, items }: Owned): Receipt[] {
  const intervals = new Set([interval, ...items.map((item) => item.interval)]);
  return [...intervals].flatMap((every) => {
    const lines = items.filter((item) => item.interval === every).map(itemLine);
    return lines.length > 0 || every === interval ? [makeReceipt({ currency, lines, due: { kind: 'every', interval: every } })] : [];
  });
}

/** A subscription's item as a line, by the price that the customer pays. */
function itemLine({ kind, name, quantity, unitAmount, amount, interval, explanation }: SubscriptionItem): ReceiptLine {
  // a server that says nothing has a plain price, or one that only it can explain
  const multiplies = quantity > 1 && quantity * unitAmount === amount;
  const plain: Explanation[] = multiplies ? [{ kind: 'units', quantity, unitAmount: String(unitAmount) }] : [];
  return {
    kind: kind === 'unknown' ? 'other' : kind,
    name,
    quantity,
    amount,
    explanation: explanation ? [...explanation] : plain,
    interval,
  };
}
