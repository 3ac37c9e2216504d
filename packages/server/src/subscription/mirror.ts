/**
 * Step 6, subscription: our copy of what Stripe knows.
 *
 * Promise: a copy is only ever a reading of Stripe's object, and a reading that began earlier never replaces one that
 * began later, in whatever order they end.
 */
import type { Store } from '../store/store.ts';
import type { StripeGateway } from '../stripe/gateway.ts';
import { listSubscriptions, readSubscription } from '../stripe/subscriptions.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';

export interface Mirror {
  /** Reads one subscription again; undefined when Stripe does not have it. */
  refresh(subscriptionId: string): Promise<SubscriptionFact | undefined>;
  /** Reads all of a customer's subscriptions again. */
  refreshCustomer(customerId: string): Promise<void>;
  /** A customer's subscriptions, newest first, read at most so many seconds ago; default a minute. */
  ofCustomer(customerId: string, maxAge?: number): Promise<SubscriptionFact[]>;
}

/** A panel that opens shows nothing older than this. */
const panelAgeSeconds = 60;
const ended = new Set(['canceled', 'incomplete_expired']);

export function createMirror({ stripe, store, now }: { stripe: StripeGateway; store: Store; now: () => number }): Mirror {
  const { subscriptions } = store;

  async function refresh(subscriptionId: string): Promise<SubscriptionFact | undefined> {
    const fetchToken = await subscriptions.nextFetchToken();
    const fact = await readSubscription(stripe, subscriptionId);
    if (fact) await subscriptions.write(fact, fetchToken, now());
    return fact;
  }

  async function refreshCustomer(customerId: string): Promise<void> {
    const seenAt = now();
    for (const { id, status } of await listSubscriptions(stripe, customerId)) {
      // what has ended at Stripe and here does not change any more
      if (!ended.has(status) || (await subscriptions.find(id))?.status !== status) await refresh(id);
    }
    await subscriptions.markCustomerSeen(customerId, seenAt);
  }

  return {
    refresh,
    refreshCustomer,
    async ofCustomer(customerId, maxAge = panelAgeSeconds) {
      const seenAt = await subscriptions.customerSeenAt(customerId);
      if (seenAt === undefined || now() - seenAt >= maxAge) await refreshCustomer(customerId);
      return subscriptions.ofCustomer(customerId);
    },
  };
}
