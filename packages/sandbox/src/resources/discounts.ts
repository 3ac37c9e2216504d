/** Step panel: `DELETE …/discount` of customers and subscriptions. */
import { inForce } from '../billing/discounts.ts';
import { found, type Offer } from '../http/api.ts';
import { ApiError } from '../http/api-error.ts';
import type { Discount } from '../objects/discount.ts';
import { change, type World } from '../world.ts';

/** Takes a discount away and answers it as Stripe shows a deleted one. */
function remove(world: World, discount: Discount | undefined, owner: string): object {
  if (!discount) {
    throw new ApiError(404, { type: 'invalid_request_error', code: 'resource_missing', message: `No active discount for ${owner}.` });
  }
  const ended = change(world, 'discounts', discount, { end: world.now() });
  world.emit('customer.discount.deleted', ended);
  const { end: _, ...rest } = ended;
  return { ...rest, deleted: true };
}

export function discounts(offer: Offer): void {
  offer('delete', '/customers/:id/discount', {
    fields: {},
    run: ({ world, id }) => {
      const customer = found(world.tables.customers.get(id), 'customer', id);
      const answer = remove(world, customer.discount ?? undefined, `customer: ${id}`);
      change(world, 'customers', customer, { discount: null }, 'customer.updated');
      return answer;
    },
  });
  offer('delete', '/subscriptions/:id/discount', {
    fields: {},
    run: ({ world, id }) => {
      const subscription = found(world.tables.subscriptions.get(id), 'subscription', id);
      const [discount] = inForce(world, subscription.discounts, world.now());
      const answer = remove(world, discount, `subscription: ${id}`);
      const left = subscription.discounts.filter((other) => other !== discount?.id);
      change(world, 'subscriptions', subscription, { discounts: left }, 'customer.subscription.updated');
      return answer;
    },
  });
}
