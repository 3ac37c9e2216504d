import type { ItemFact, SubscriptionFact } from '../stripe/subscription-fact.ts';
import { isFree } from './live.ts';

/** A subscription as far as it decides what comes. */
interface Charged extends Pick<SubscriptionFact, 'cancelAt'> {
  readonly items: readonly Pick<ItemFact, 'amount' | 'model' | 'periodEnd'>[];
}

const collects: ReadonlySet<string> = new Set(['trialing', 'active', 'past_due', 'unpaid']);

/** Whether no period comes after those that run; an end in a later one leaves the next to be charged. */
export function endsWithPeriod({ cancelAt = Infinity, items }: Charged): boolean {
  return items.every(({ periodEnd }) => cancelAt <= periodEnd);
}

/** Whether something will be charged for it: also by use, which is paid after the end, and also at the end of a trial. */
export function needsMethod(fact: Charged & Pick<SubscriptionFact, 'status' | 'openInvoices'>): boolean {
  const { status, openInvoices = [], items } = fact;
  const ends = endsWithPeriod(fact) && openInvoices.length === 0;
  const usePaid = status !== 'trialing' && items.some(({ model }) => model?.metered);
  return collects.has(status) && (ends ? usePaid : !isFree({ items }));
}
