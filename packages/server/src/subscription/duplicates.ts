/**
 * Step 6, subscription: somebody who pays twice for the same.
 *
 * Promise: a second live subscription in one plan group is told once, whether one customer has both or two customers of one
 * e-mail address do (who bought in two browsers); customers are never merged, and nothing is refunded by itself.
 */
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { customersOfAddress } from '../stripe/customers.ts';
import { cancelNow } from '../stripe/subscriptions.ts';
import type { Till } from '../till.ts';
import { isFree, isLive } from './live.ts';
import { toSubscriptions } from './to-subscription.ts';

type Needs = Pick<Till, 'config' | 'stripe' | 'store' | 'catalog' | 'mirror' | 'now' | 'log'>;

/** Looks for a second subscription of a customer, and of others with the same address; tells what it finds. */
export async function findDuplicates(till: Needs, customerId: string): Promise<void> {
  const { stripe, store, mirror } = till;
  const offer = await till.catalog.current();
  const own = await store.subscriptions.ofCustomer(customerId);
  if (!toSubscriptions(own, offer).some(isPaidFor)) return;
  const others = await customersOfAddress(stripe, customerId);
  const facts = [...own];
  for (const other of others) facts.push(...(await mirror.ofCustomer(other)));
  const sorted = facts.toSorted((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  const paid = toSubscriptions(sorted.toReversed(), offer).filter(isPaidFor).toReversed();
  for (const group of Map.groupBy(paid, (subscription) => subscription.group).values()) {
    const [first, ...more] = group;
    if (first?.group === undefined) continue;
    for (const second of more) await tell(till, first, second);
  }
}

const isPaidFor = (subscription: Subscription): boolean =>
  isLive(subscription) && !isFree(subscription) && subscription.status !== 'incomplete' && subscription.group !== undefined;

async function tell(till: Needs, first: Subscription, second: Subscription): Promise<void> {
  const { config, store, stripe, mirror, now, log } = till;
  const payload = {
    customerId: second.customerId,
    subscriptionId: second.id,
    otherCustomerId: first.customerId,
    otherSubscriptionId: first.id,
    group: second.group,
  };
  await store.outbox.add({ type: 'subscription.duplicate', dedupeKey: `subscription.duplicate:${second.id}`, payload }, now());
  log.warn('subscription.duplicate', { message: `${second.id} beside ${first.id}` });
  // an address that nobody proved is no reason to end anything: it may be somebody else's
  if (config.duplicates === 'cancel_newest' && first.customerId === second.customerId) {
    await cancelNow(stripe, second.id, `duplicate:${second.id}`);
    await mirror.refresh(second.id);
  }
}
