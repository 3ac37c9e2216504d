/** Step subscription: `/v1/subscription_items`: one item of a subscription at a time. */
import { changeSubscription, type ChangeWish } from '../billing/subscription-change.ts';
import type { ItemWish } from '../billing/subscription-plan.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { missing } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import { required, text } from '../http/read.ts';
import type { Subscription, SubscriptionItem } from '../objects/subscription.ts';
import type { World } from '../world.ts';
import { changedItemParameters, deletedItemParameters, newItemParameters, toItemWish } from './subscription-parameters.ts';

interface Owned {
  readonly subscription: Subscription;
  readonly item: SubscriptionItem;
}

function findItem(world: World, id: string): Owned {
  for (const subscription of world.tables.subscriptions.all()) {
    const item = subscription.items.data.find((row) => row.id === id);
    if (item) return { subscription, item };
  }
  throw missing('subscription_item', id);
}

function changeItem(world: World, subscription: Subscription, wish: ItemWish, how: Partial<ChangeWish>): Subscription {
  return changeSubscription(world, subscription, {
    items: [wish],
    proration_behavior: how.proration_behavior ?? 'create_prorations',
    proration_date: how.proration_date ?? world.now(),
    payment_behavior: how.payment_behavior ?? 'allow_incomplete',
  }).subscription;
}

function add({ world, params: { subscription: id, ...given } }: Call<typeof newItemParameters>): SubscriptionItem {
  const subscription = found(world.tables.subscriptions.get(id), 'subscription', id);
  const before = new Set(subscription.items.data.map((item) => item.id));
  const after = changeItem(world, subscription, toItemWish(world, given, ''), given);
  const added = after.items.data.find((item) => !before.has(item.id));
  return added ?? found(subscription.items.data[0], 'subscription_item', id); // it waits for its payment
}

function update({ world, id, params }: Call<typeof changedItemParameters>): SubscriptionItem {
  const { subscription } = findItem(world, id);
  changeItem(world, subscription, { ...toItemWish(world, params, ''), id }, params);
  return findItem(world, id).item;
}

function remove({ world, id, params }: Call<typeof deletedItemParameters>): object {
  const { subscription } = findItem(world, id);
  changeItem(world, subscription, { id, deleted: true }, params);
  return { id, object: 'subscription_item', deleted: true };
}

export function subscriptionItems(offer: Offer): void {
  offer('post', '/subscription_items', { fields: newItemParameters, run: add });
  offer('get', '/subscription_items', {
    fields: { ...listFields, subscription: required(text) },
    run: ({ world, params }) => {
      const subscription = found(world.tables.subscriptions.get(params.subscription), 'subscription', params.subscription);
      return pageOf(subscription.items.data, params, '/v1/subscription_items');
    },
  });
  offer('get', '/subscription_items/:id', { fields: {}, run: ({ world, id }) => findItem(world, id).item });
  offer('post', '/subscription_items/:id', { fields: changedItemParameters, run: update });
  offer('delete', '/subscription_items/:id', { fields: deletedItemParameters, run: remove });
}
