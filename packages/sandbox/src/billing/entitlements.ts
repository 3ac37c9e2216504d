/**
 * Step subscription: which features a customer's subscriptions entitle to (docs.stripe.com/billing/entitlements).
 *
 * Promise: after every request that told of a subscription, the customer's active entitlements are those of their entitled
 * subscriptions' products, and a change of them is told once.
 */
import { memory } from '../objects/memory.ts';
import { entitledStatuses } from '../unconfirmed.ts';
import { insert, type World } from '../world.ts';

/** How many entitlements the event itself shows. */
const shownInSummary = 10;

/** Ids of the features that the customer's subscriptions come with. */
function entitledTo(world: World, customer: string): Set<string> {
  const entitled = world.tables.subscriptions.of(customer).filter(({ status }) => entitledStatuses.includes(status));
  const products = new Set(entitled.flatMap(({ items }) => items.data.map(({ price }) => price.product)));
  const granted = [...products].flatMap((product) => world.tables.productFeatures.of(product));
  return new Set(granted.toReversed().map(({ entitlement_feature }) => entitlement_feature.id));
}

function tell(world: World, customer: string): void {
  const active = world.tables.activeEntitlements.of(customer);
  world.emit('entitlements.active_entitlement_summary.updated', {
    object: 'entitlements.active_entitlement_summary',
    customer,
    entitlements: {
      object: 'list',
      data: active.slice(0, shownInSummary),
      has_more: active.length > shownInSummary,
      url: `/v1/customer/${customer}/entitlements`,
    },
    livemode: false,
  });
}

/** Brings the customer's active entitlements up to date, and tells of it when they changed. */
export function settleEntitlements(world: World, customer: string): void {
  const wanted = entitledTo(world, customer);
  const held = world.tables.activeEntitlements.of(customer);
  const lost = held.filter(({ feature }) => !wanted.has(feature));
  const gained = [...wanted].filter((feature) => !held.some((row) => row.feature === feature));
  for (const { id } of lost) world.tables.activeEntitlements.remove(id);
  for (const id of gained) {
    const feature = world.tables.features.get(id);
    if (!feature) continue;
    insert(world, 'activeEntitlements', {
      id: world.ids.next('ent_test'),
      object: 'entitlements.active_entitlement',
      feature: id,
      livemode: false,
      lookup_key: feature.lookup_key,
      [memory]: { customer },
    });
  }
  if (lost.length + gained.length > 0) tell(world, customer);
}
