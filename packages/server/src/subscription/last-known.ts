/**
 * Step 6, subscription: what a customer has, as it was read last where Stripe cannot be asked.
 *
 * Promise: the answer does not wait for a Stripe that hangs; who was never read is refused, and not told that they have nothing.
 */
import { inTime, readPatience } from '../stripe/in-time.ts';
import { isMissing } from '../stripe/stripe-errors.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till } from '../till.ts';

/** A customer's subscriptions, newest first. `patience` is how long somebody waits of whom nothing is known, in milliseconds. */
export async function lastKnown(
  { mirror, store, log }: Pick<Till, 'mirror' | 'store' | 'log'>,
  customerId: string,
  patience = readPatience.withoutCopy,
): Promise<SubscriptionFact[]> {
  const known = (await store.subscriptions.customerSeenAt(customerId)) !== undefined;
  try {
    return await inTime(mirror.ofCustomer(customerId), known ? readPatience.withCopy : patience);
  } catch (error) {
    const copy = await store.subscriptions.ofCustomer(customerId);
    // who was deleted at Stripe has nothing
    if (!known && copy.length === 0 && !isMissing(error)) throw error;
    log.warn('subscriptions.last_known', { error });
    return copy;
  }
}
