/**
 * Step 7, panel: what makes a subscription cost something that cost nothing, or stood still.
 *
 * Promise: it is the only one of its plan group: a checkout that is open beside it is closed first, and one that was paid a
 * moment ago is noticed, so that nobody pays twice for the same.
 */
import { withoutOpenCheckout } from '../checkout/one-open-checkout.ts';
import { BillingError } from '../http/billing-error.ts';
import { Queues } from '../ops/queues.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till } from '../till.ts';
import { givesWay, isLive } from './live.ts';
import { toSubscription, toSubscriptions } from './to-subscription.ts';

type Needs = Pick<Till, 'stripe' | 'store' | 'mirror' | 'catalog' | 'now'>;

/** Works while no checkout of the plan group is open or begins; the copy is fresh afterwards. Throws `already_subscribed` beside another one. */
export async function asTheOnlyOne(till: Needs, fact: SubscriptionFact, work: () => Promise<void>): Promise<void> {
  const { id: subscriptionId, customerId } = fact;
  // a checkout that waits for this one decides by the copy
  const workAndRead = () => work().finally(() => till.mirror.refresh(subscriptionId));
  const { group } = toSubscription(fact, await till.catalog.current());
  if (group === undefined) return workAndRead();
  return withoutOpenCheckout(till, new Queues(), { owner: { customerId }, group, subscriptionId }, async (keep) => {
    await till.mirror.refreshCustomer(customerId);
    await demandOnlyOne(till, fact);
    await keep();
    await workAndRead();
  });
}

/** Throws `already_subscribed` when, by what is written down here, the customer has another subscription in its plan group that is charged. */
export async function demandOnlyOne({ store, catalog }: Pick<Needs, 'store' | 'catalog'>, fact: SubscriptionFact): Promise<void> {
  const offer = await catalog.current();
  const { group } = toSubscription(fact, offer);
  if (group === undefined) return;
  const all = toSubscriptions(await store.subscriptions.ofCustomer(fact.customerId), offer);
  if (all.some((other) => other.id !== fact.id && other.group === group && isLive(other) && !givesWay(other)))
    throw new BillingError('already_subscribed');
}
