/**
 * Step checkout: what the payment element may show and do in the name of a customer (docs.stripe.com/api/customer_sessions).
 *
 * Promise: a browser sees only what its customer session allows, and only while it lasts.
 */
import { invalid } from '../http/api-error.ts';
import type { CustomerSessionGrant } from '../objects/customer-session.ts';
import type { PaymentMethod } from '../objects/payment.ts';
import { change, type World } from '../world.ts';

function grantOf(world: World, secret: string): CustomerSessionGrant {
  const grant = world.tables.customerSessions.get(secret);
  if (!grant) throw invalid('No such customer session.', 'resource_missing', 'customerSessionClientSecret');
  if (grant.expires_at <= world.now())
    throw invalid('The customer session has expired.', 'resource_missing', 'customerSessionClientSecret');
  return grant;
}

const shown = ({ id, type, card, billing_details }: PaymentMethod): object => ({
  id,
  type,
  brand: card?.brand ?? type.replaceAll('_', ' '),
  last4: card?.last4 ?? '',
  exp_month: card?.exp_month ?? 0,
  exp_year: card?.exp_year ?? 0,
  billing_details,
});

function shownMethods(world: World, { customer, features }: CustomerSessionGrant): readonly PaymentMethod[] {
  if (features?.payment_method_redisplay !== 'enabled') return [];
  return world.tables.paymentMethods
    .of(customer)
    .filter(({ allow_redisplay }) => features.payment_method_allow_redisplay_filters.includes(allow_redisplay))
    .slice(0, features.payment_method_redisplay_limit);
}

/** The saved methods, and whether the buyer may save and remove. */
export function savedMethodsOf(world: World, secret: string): object {
  const grant = grantOf(world, secret);
  return {
    saved: shownMethods(world, grant).map(shown),
    canSave: grant.features?.payment_method_save === 'enabled',
    canRemove: grant.features?.payment_method_remove === 'enabled',
  };
}

/** Detaches a saved method, when the session allows it. */
export function removeSavedMethod(world: World, secret: string, id: string): object {
  const grant = grantOf(world, secret);
  const method = shownMethods(world, grant).find((one) => one.id === id);
  if (!method || grant.features?.payment_method_remove !== 'enabled') {
    throw invalid('This payment method cannot be removed.', 'resource_missing', 'payment_method');
  }
  const detached = change(world, 'paymentMethods', method, { customer: null });
  world.emit('payment_method.detached', detached, { customer: method.customer });
  return {};
}
