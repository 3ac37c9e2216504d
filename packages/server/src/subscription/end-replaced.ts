import type { Subscription } from '@tillkit/core/subscription/subscription';
import { cancelNow } from '../stripe/cancel-now.ts';
import type { Till } from '../till.ts';
import { givesWay, isFree, isLive } from './live.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { toSubscriptions } from './to-subscription.ts';

type Needs = Pick<Till, 'stripe' | 'store' | 'catalog' | 'mirror' | 'now' | 'log'>;

/**
 * Ends what a new paid plan of the same group has replaced: the way from a free plan to a paid one is a checkout, which
 * makes a second subscription, and a customer has one live subscription in each group.
 */
export async function endReplaced(till: Needs, customerId: string): Promise<void> {
  for (const subscriptionId of await replacedOf(till, customerId)) {
    await oneAtATime(till, { subscriptionId, customerId }, async (turn) => {
      // a change that was under way may have made it a paid one
      await till.mirror.refresh(subscriptionId);
      if (!(await replacedOf(till, customerId)).includes(subscriptionId)) return;
      await turn.keep();
      await cancelNow(till.stripe, subscriptionId);
      await till.mirror.refresh(subscriptionId);
    });
  }
}

/**
 * The same where something was just bought, which is the buyer's whatever becomes of the other one: while that is being changed,
 * or Stripe does not end it, the event of the new one does.
 */
export async function endReplacedOrLater(till: Needs, customerId: string): Promise<void> {
  await endReplaced(till, customerId).catch((error: unknown) => {
    till.log.warn('subscription.replaced_later', { message: customerId, error });
  });
}

async function replacedOf({ store, catalog }: Needs, customerId: string): Promise<string[]> {
  const all = toSubscriptions(await store.subscriptions.ofCustomer(customerId), await catalog.current());
  return all.filter((subscription) => isReplaced(subscription, all)).map(({ id }) => id);
}

function isReplaced(subscription: Subscription, all: readonly Subscription[]): boolean {
  // what the catalog knows nothing of is the owner's alone, and in no group
  if (subscription.group === undefined || !isLive(subscription) || !givesWay(subscription)) return false;
  return all.some(
    (other) => other.group === subscription.group && !isFree(other) && (other.status === 'active' || other.status === 'trialing'),
  );
}
