/**
 * Step 6, subscription: our copy of what Stripe knows.
 *
 * Promise: a copy is only ever a reading of Stripe's object, and a reading that began earlier never replaces one that
 * began later, in whatever order they end. What a new reading tells is written down with it, in the same transaction.
 */
import type { CatalogSource } from '../catalog/catalog-source.ts';
import { transitions } from '../outbox/transitions.ts';
import type { Store } from '../store/store.ts';
import type { StripeGateway } from '../stripe/gateway.ts';
import { listSubscriptions, readSubscription } from '../stripe/subscriptions.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import { planOf } from './plan-of.ts';

export interface Mirror {
  /** Reads one subscription again; undefined when Stripe does not have it, and when it is that of an erased customer. */
  refresh(subscriptionId: string): Promise<SubscriptionFact | undefined>;
  /** Reads all of a customer's subscriptions again. */
  refreshCustomer(customerId: string): Promise<void>;
  /** A customer's subscriptions, newest first, read at most so many seconds ago; default a minute. */
  ofCustomer(customerId: string, maxAge?: number): Promise<SubscriptionFact[]>;
}

export interface MirrorSource {
  readonly stripe: StripeGateway;
  readonly store: Store;
  readonly now: () => number;
  /** Names the plans in what is told; without it they have no names. */
  readonly catalog?: Pick<CatalogSource, 'current'>;
  /** Called after something new was written to the outbox. */
  readonly told?: () => void;
}

/** A panel that opens shows nothing older than this. */
const panelAgeSeconds = 60;
const ended = new Set(['canceled', 'incomplete_expired']);

export function createMirror({ stripe, store, catalog, now, told }: MirrorSource): Mirror {
  const { subscriptions } = store;
  const readings = new Map<string, Promise<void>>();

  async function refresh(subscriptionId: string): Promise<SubscriptionFact | undefined> {
    const fetchToken = await subscriptions.nextFetchToken();
    const fact = await readSubscription(stripe, subscriptionId);
    if (!fact) await remove(subscriptionId, fetchToken);
    const news = fact && (await write(fact, fetchToken));
    if (news) told?.();
    return news === undefined ? undefined : fact;
  }

  /** Writes a reading with what it tells; answers how much that was, undefined when the customer was erased. */
  async function write(fact: SubscriptionFact, fetchToken: number): Promise<number | undefined> {
    const offer = await catalog?.current().catch(() => undefined);
    return store.transaction(async (tables) => {
      await tables.lock(`subscription:${fact.id}`);
      if (await tables.erased.has(fact.customerId)) return undefined;
      const before = await tables.subscriptions.find(fact.id);
      if (!(await tables.subscriptions.write(fact, fetchToken, now()))) return 0;
      const news = transitions(before, fact, { now: now(), reading: fetchToken, planOf: (items) => planOf(items, offer) });
      for (const entry of news) await tables.outbox.add(entry, now());
      return news.length;
    });
  }

  async function remove(subscriptionId: string, fetchToken: number): Promise<void> {
    await store.transaction(async (tables) => {
      await tables.lock(`subscription:${subscriptionId}`);
      await tables.subscriptions.remove(subscriptionId, fetchToken, now());
    });
  }

  async function refreshCustomer(customerId: string): Promise<void> {
    const seenAt = now();
    if (await store.erased.has(customerId)) return;
    for (const { id, status } of await listSubscriptions(stripe, customerId)) {
      // what has ended at Stripe and here does not change any more
      if (!ended.has(status) || (await subscriptions.find(id))?.status !== status) await refresh(id);
    }
    await store.transaction(async (tables) => {
      if (!(await tables.erased.has(customerId))) await tables.subscriptions.markCustomerSeen(customerId, seenAt);
    });
  }

  /** However many ask at the same time, Stripe is asked once. */
  function refreshOnce(customerId: string): Promise<void> {
    const running = readings.get(customerId) ?? refreshCustomer(customerId).finally(() => readings.delete(customerId));
    readings.set(customerId, running);
    return running;
  }

  return {
    refresh,
    refreshCustomer,
    async ofCustomer(customerId, maxAge = panelAgeSeconds) {
      const seenAt = await subscriptions.customerSeenAt(customerId);
      // a reading that is on its way already may be older than somebody wants who takes none but a new one
      if (maxAge === 0) await refreshCustomer(customerId);
      else if (seenAt === undefined || now() - seenAt >= maxAge) await refreshOnce(customerId);
      return subscriptions.ofCustomer(customerId);
    },
  };
}
