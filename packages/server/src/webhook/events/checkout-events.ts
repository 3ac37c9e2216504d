import { readCheckoutSession } from '../../stripe/checkout-sessions.ts';
import { undefinedIfMissing } from '../../stripe/stripe-errors.ts';
import { completeSetupOrLeaveIt } from '../../payment-methods/complete-setup.ts';
import { refreshPurchase } from '../../entitlement/purchases.ts';
import { findDuplicates } from '../../subscription/duplicates.ts';
import type { EventFamily } from '../event-family.ts';

/** A checkout session ended, one way or the other. */
export const checkoutEvents: EventFamily = {
  types: [
    'checkout.session.completed',
    'checkout.session.expired',
    'checkout.session.async_payment_succeeded',
    'checkout.session.async_payment_failed',
  ],
  subject: ({ objectId }) => ({ kind: 'checkout_session', id: objectId }),
  async apply({ id: checkoutSessionId }, { stripe, mirror, now, ...context }) {
    const session = await readCheckoutSession(stripe, checkoutSessionId).catch(undefinedIfMissing);
    if (!session) return undefined;
    if (session.status === 'expired') return ({ checkoutIntents }) => checkoutIntents.expire(checkoutSessionId);
    if (session.status !== 'complete') return undefined;
    if (session.mode === 'setup') {
      await completeSetupOrLeaveIt({ ...context, stripe, mirror, now }, checkoutSessionId);
      return undefined;
    }
    if (session.subscriptionId) await mirror.refresh(session.subscriptionId);
    else await refreshPurchase({ stripe, store: context.store, now }, checkoutSessionId);
    if (session.customerId && session.subscriptionId) await findDuplicates({ ...context, stripe, mirror, now }, session.customerId);
    return ({ checkoutIntents }) => checkoutIntents.complete(checkoutSessionId, now());
  },
};
