/**
 * Step 6, subscription: somebody who pays twice for the same.
 *
 * Promise: a second live subscription in one plan group is told once, whether one customer has both or two customers of one
 * e-mail address do (who bought in two browsers); customers are never merged, and nothing is refunded by itself.
 */
import type { Subscription } from '@tillkit/core/subscription/subscription';
import type { Offer } from '../catalog/catalog-source.ts';
import { cancelNow } from '../stripe/cancel-now.ts';
import { customersOfAddress } from '../stripe/customers.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till } from '../till.ts';
import { givesWay, isLive } from './live.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { toSubscriptions } from './to-subscription.ts';

type Needs = Pick<Till, 'config' | 'stripe' | 'store' | 'catalog' | 'mirror' | 'now' | 'log'>;

/** Looks for a second subscription of a customer, and of others with the same address; tells what it finds. */
export async function findDuplicates(till: Needs, customerId: string): Promise<void> {
  const { stripe, store, mirror } = till;
  const offer = await till.catalog.current();
  const own = await store.subscriptions.ofCustomer(customerId);
  if (!toSubscriptions(own, offer).some(isPaidFor)) return;
  const others = await customersOfAddress(stripe, customerId);
  const seen = [...own];
  for (const other of others) seen.push(...(await mirror.ofCustomer(other)));
  if (pairsOf(seen, offer).length === 0) return;
  // what was seen last may have ended since, and its end not have come here yet: what Stripe has this moment decides
  const facts: SubscriptionFact[] = [];
  for (const customer of [customerId, ...others]) facts.push(...(await mirror.ofCustomer(customer, 0)));
  for (const pair of pairsOf(facts, offer)) await tell(till, ...pair);
}

type Pair = readonly [first: Subscription, second: Subscription];

/** The earliest subscription of each plan group with each later one beside it. */
function pairsOf(facts: readonly SubscriptionFact[], offer: Offer): Pair[] {
  const sorted = facts.toSorted((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  const paid = toSubscriptions(sorted.toReversed(), offer).filter(isPaidFor).toReversed();
  return [...Map.groupBy(paid, ({ group }) => group).values()].flatMap(([first, ...more]) => more.map((second): Pair => [first!, second]));
}

/** What stands still for want of a card gives way to a purchase, and is ended by that. */
const isPaidFor = (subscription: Subscription): boolean =>
  isLive(subscription) && !givesWay(subscription) && subscription.status !== 'incomplete' && subscription.group !== undefined;

async function tell(till: Needs, ...[first, second]: Pair): Promise<void> {
  const { config, store, now, log } = till;
  const payload = {
    customerId: second.customerId,
    subscriptionId: second.id,
    otherCustomerId: first.customerId,
    otherSubscriptionId: first.id,
    group: second.group,
  };
  const dedupeKey = `subscription.duplicate:${second.id}`;
  const known = await store.outbox.known([dedupeKey]);
  await store.transaction((tables) => tables.outbox.add({ type: 'subscription.duplicate', dedupeKey, payload }, now()));
  if (!known.has(dedupeKey)) log.warn('subscription.duplicate', { message: `${second.id} beside ${first.id}` });
  // an address that nobody proved is no reason to end anything: it may be somebody else's
  if (config.duplicates === 'cancel_newest' && first.customerId === second.customerId) await endOne(till, [first, second]);
}

async function endOne(till: Needs, pair: Pair): Promise<void> {
  const { stripe, catalog, mirror } = till;
  const [{ id: endsId, customerId }, stays] = endsAndStays(pair);
  await oneAtATime(till, { subscriptionId: endsId, customerId }, async (turn) => {
    // either may have ended by now, be of another plan group, or have begun or ceased to be charged
    const both = [await mirror.refresh(stays.id), await mirror.refresh(endsId)].filter((fact) => fact !== undefined);
    const [now] = pairsOf(both, await catalog.current());
    if (!now || endsAndStays(now)[0].id !== endsId) return;
    await turn.keep();
    await cancelNow(stripe, endsId, { stays: stays.id });
    await mirror.refresh(endsId);
  });
}

/** What is ended and what stays: the later one is ended, unless the earlier one takes no money and the later one has taken some. */
const endsAndStays = ([first, second]: Pair): readonly [ends: Subscription, stays: Subscription] =>
  takesNothing(first) && !takesNothing(second) ? [first, second] : [second, first];

/** In a trial, or standing still: nothing was paid that its end would lose, and no use of it is billed. */
const takesNothing = ({ status }: Subscription): boolean => status === 'trialing' || status === 'paused';
