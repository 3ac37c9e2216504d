import { listPaidOtherwise, payCustomerWith, paySubscriptionWith, type EnteredPaymentMethod } from '../stripe/payment-methods.ts';
import { payPhasesWith } from '../stripe/schedule-phases.ts';
import { isFinal } from '../stripe/stripe-errors.ts';
import { oneAtATime, type Turn } from '../subscription/one-at-a-time.ts';
import type { WriteNeeds } from '../subscription/perform-write.ts';

/**
 * Takes renewals from a method from now on: the default of every running subscription, since Stripe looks there first, and
 * so does the panel; then the customer's. Each subscription is written to in its turn, and what waits for the customer's bank
 * goes on waiting. `key` is the same for a repetition of the same request.
 */
export async function makeDefault(till: WriteNeeds, method: EnteredPaymentMethod, key: string): Promise<void> {
  const { stripe, now } = till;
  const { customerId, paymentMethodId } = method;
  for (const subscriptionId of await listPaidOtherwise(stripe, method)) {
    const work = async (turn: Turn): Promise<void> => {
      // a phase that comes later would bring the old one back; before the subscription, which tells a repetition what is left to do
      await payPhasesWith(stripe, subscriptionId, paymentMethodId, turn.keep);
      await turn.keep();
      await paySubscriptionWith(stripe, subscriptionId, paymentMethodId, { key: `${key}:${subscriptionId}`, now: now() });
    };
    try {
      await oneAtATime(till, { subscriptionId, customerId, patient: true }, work);
    } catch (error) {
      // it has ended while it was waited for
      if (!isFinal(error) || (await listPaidOtherwise(stripe, method)).includes(subscriptionId)) throw error;
    }
  }
  await payCustomerWith(stripe, method, { key: `${key}:customer`, now: now() });
}
