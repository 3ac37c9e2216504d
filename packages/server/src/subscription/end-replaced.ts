import type { Subscription } from '@tillkit/core/subscription/subscription';
import { cancelNow } from '../stripe/subscriptions.ts';
import type { Till } from '../till.ts';
import { givesWay, isFree, isLive } from './live.ts';
import { toSubscriptions } from './to-subscription.ts';

/**
 * Ends what a new paid plan of the same group has replaced: the way from a free plan to a paid one is a checkout, which
 * makes a second subscription, and a customer has one live subscription in each group.
 */
export async function endReplaced(till: Pick<Till, 'stripe' | 'store' | 'catalog' | 'mirror'>, customerId: string): Promise<void> {
  const all = toSubscriptions(await till.store.subscriptions.ofCustomer(customerId), await till.catalog.current());
  for (const { id } of all.filter((subscription) => isReplaced(subscription, all))) {
    await cancelNow(till.stripe, id, `replace:${id}`);
    await till.mirror.refresh(id);
  }
}

function isReplaced(subscription: Subscription, all: readonly Subscription[]): boolean {
  if (!isLive(subscription) || !givesWay(subscription)) return false;
  return all.some(
    (other) => other.group === subscription.group && !isFree(other) && (other.status === 'active' || other.status === 'trialing'),
  );
}
