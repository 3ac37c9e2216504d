import { BillingError } from '../http/billing-error.ts';
import { hashSecret } from '../identity/session-token.ts';
import { detachPaymentMethod, listPaymentMethods } from '../stripe/payment-methods.ts';
import { isMissing } from '../stripe/stripe-errors.ts';
import { needsMethod } from '../subscription/comes-again.ts';
import type { Till } from '../till.ts';
import { makeDefault } from './make-default.ts';

/**
 * Removes a customer's own method. The next one takes the place of the default; the last one of a running paid
 * subscription stays. `demandOwned` throws when the customer is somebody else's by the time that anything would be asked of Stripe.
 */
export async function removePaymentMethod(
  till: Till,
  { customerId, paymentMethodId, requestId }: { customerId: string; paymentMethodId: string; requestId: string },
  demandOwned: () => Promise<void>,
): Promise<void> {
  const { stripe, mirror, now } = till;
  const methods = await listPaymentMethods(stripe, customerId);
  const method = methods.find(({ id }) => id === paymentMethodId);
  if (!method) throw new BillingError('not_found');
  const next = methods.find((other) => other !== method);
  if (!next && (await mirror.ofCustomer(customerId, 0)).some(needsMethod)) throw new BillingError('last_payment_method');

  // from one state of the list one method can be removed: Stripe refuses the same key for another one
  const state = hashSecret(JSON.stringify([customerId, methods.map(({ id }) => id).toSorted()]));
  // also when it is not the default by now: an earlier try may have got half way
  const pays = method.isDefault ? next : methods.find(({ isDefault }) => isDefault);
  if (pays)
    await makeDefault(till, { customerId, paymentMethodId: pays.id }, `instead:${requestId}`, demandOwned).catch((error: unknown) => {
      // it was itself removed at the same moment
      throw isMissing(error) ? new BillingError('not_possible_now', { cause: error }) : error;
    });
  await demandOwned();
  await detachPaymentMethod(stripe, paymentMethodId, `remove:${state}`, now());
  await keepDefault(till, customerId, `left:${requestId}`);
  await mirror.refreshCustomer(customerId);
}

/**
 * What is left pays, whoever has the customer by now: another tab may have made the removed one the default meanwhile, and have been
 * refused to remove the other.
 */
async function keepDefault(till: Till, customerId: string, key: string): Promise<void> {
  const left = await listPaymentMethods(till.stripe, customerId);
  const [first] = left;
  if (!first || left.some(({ isDefault }) => isDefault)) return;
  await makeDefault(till, { customerId, paymentMethodId: first.id }, key);
}
