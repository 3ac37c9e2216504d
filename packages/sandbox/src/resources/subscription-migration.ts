/** Step panel: `POST /v1/subscriptions/:id/migrate`, from classic to flexible billing; there is no way back. */
import { isEnded } from '../billing/subscription-payment.ts';
import { found, type Offer } from '../http/api.ts';
import { invalid } from '../http/api-error.ts';
import { oneOf, required, shape } from '../http/read.ts';
import { change } from '../world.ts';

const billingMode = shape({
  type: required(oneOf('flexible')),
  flexible: shape({ proration_discounts: oneOf('included', 'itemized') }),
});

export function subscriptionMigration(offer: Offer): void {
  offer('post', '/subscriptions/:id/migrate', {
    fields: { billing_mode: required(billingMode) },
    run: ({ world, id, params }) => {
      const subscription = found(world.tables.subscriptions.get(id), 'subscription', id);
      if (isEnded(subscription)) throw invalid('A canceled subscription cannot be migrated.', 'invalid_canceled_subscription_fields');
      if (subscription.billing_mode.type === 'flexible')
        throw invalid('The subscription is in flexible billing mode already.', undefined, 'billing_mode[type]');
      const proration_discounts = params.billing_mode.flexible?.proration_discounts ?? 'included';
      const billing_mode = { type: 'flexible' as const, flexible: { proration_discounts }, updated_at: world.now() };
      return change(world, 'subscriptions', subscription, { billing_mode }, 'customer.subscription.updated');
    },
  });
}
