import type { SubscriptionResponse } from '@tillkit/core/contract/contract';
import { BillingError } from '../http/billing-error.ts';
import type { Principal } from '../identity/principal.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till } from '../till.ts';
import { finishChargedChange } from './charged-change.ts';
import { toSubscriptions } from './to-subscription.ts';

/**
 * A subscription of the one who asks, as it is at Stripe now. Somebody else's is `not_found` like one that does not
 * exist, and Stripe is not asked about it. A change of it that was begun and got stuck is finished first.
 */
export async function ownSubscription(till: Till, { customerId }: Principal, subscriptionId: string): Promise<SubscriptionFact> {
  const { mirror } = till;
  const own = customerId ? await mirror.ofCustomer(customerId) : [];
  if (!own.some(({ id }) => id === subscriptionId)) throw new BillingError('not_found');
  await finishChargedChange(till, subscriptionId);
  const fact = await mirror.refresh(subscriptionId);
  if (!fact) throw new BillingError('not_found');
  return fact;
}

/** The answer to anything that changed a subscription: read again from Stripe, never guessed. */
export async function readBack({ mirror, store, catalog }: Till, subscriptionId: string, locale?: string): Promise<SubscriptionResponse> {
  const fact = await mirror.refresh(subscriptionId);
  const all = fact ? toSubscriptions(await store.subscriptions.ofCustomer(fact.customerId), await catalog.current(), locale) : [];
  const subscription = all.find(({ id }) => id === subscriptionId);
  if (!subscription) throw new BillingError('not_found');
  return { subscription };
}
