import { listPaidOtherwise, payCustomerWith, paySubscriptionWith, type EnteredPaymentMethod } from '../stripe/payment-methods.ts';
import { payPhasesWith } from '../stripe/schedule-phases.ts';
import { isFinal } from '../stripe/stripe-errors.ts';
import { oneAtATime, type Turn } from '../subscription/one-at-a-time.ts';
import type { WriteNeeds } from '../subscription/perform-write.ts';

/**
 * Takes renewals from a method from now on: the default of every running subscription, since Stripe looks there first, and
 * so does the panel; then the customer's. Each subscription is written to in its turn, and what waits for the customer's bank
 * goes on waiting. `key` is the same for a repetition of the same request; `demand` is asked before each write, as a turn may be
 * waited for, and throws when the customer is somebody else's by then.
 */
export async function makeDefault(
  till: WriteNeeds,
  method: EnteredPaymentMethod,
  key: string,
  demand?: () => Promise<void>,
): Promise<void> {
  const { stripe, now } = till;
  const { customerId, paymentMethodId } = method;
  for (const subscriptionId of await listPaidOtherwise(stripe, method)) {
    const work = async (turn: Turn): Promise<void> => {
      const keep = async (): Promise<void> => {
        await demand?.();
        await turn.keep();
      };
      // a phase that comes later would bring the old one back; before the subscription, which tells a repetition what is left to do
      await payPhasesWith(stripe, subscriptionId, paymentMethodId, keep);
      await keep();
      await paySubscriptionWith(stripe, subscriptionId, paymentMethodId, { key: `${key}:${subscriptionId}`, now: now() });
    };
    try {
      await oneAtATime(till, { subscriptionId, customerId, patient: true }, work);
    } catch (error) {
      // it has ended while it was waited for
      if (!isFinal(error) || (await listPaidOtherwise(stripe, method)).includes(subscriptionId)) throw error;
    }
  }
  await demand?.();
  await payCustomerWith(stripe, method, { key: `${key}:customer`, now: now() });
}
