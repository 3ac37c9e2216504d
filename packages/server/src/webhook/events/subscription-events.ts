import { freeAfterTrial, isFreeDue } from '../../subscription/free-after-trial.ts';
import { endReplaced } from '../../subscription/end-replaced.ts';
import { subscriptionBehind } from '../../stripe/subscriptions.ts';
import type { EventFamily } from '../event-family.ts';

const trialWillEnd = 'customer.subscription.trial_will_end';

/** A subscription, its invoices or its schedule changed: the subscription is read again. */
export const subscriptionEvents: EventFamily = {
  types: [
    'customer.subscription.created',
    'customer.subscription.updated',
    'customer.subscription.deleted',
    'customer.subscription.paused',
    'customer.subscription.resumed',
    'customer.subscription.pending_update_applied',
    'customer.subscription.pending_update_expired',
    trialWillEnd,
    'invoice.created',
    'invoice.finalized',
    'invoice.updated',
    'invoice.paid',
    'invoice.payment_failed',
    'invoice.payment_action_required',
    'invoice.voided',
    'invoice.marked_uncollectible',
    'subscription_schedule.created',
    'subscription_schedule.updated',
    'subscription_schedule.released',
    'subscription_schedule.canceled',
    'subscription_schedule.completed',
  ],
  subject({ subscriptionId, objectKind, objectId, thin }) {
    if (subscriptionId) return { kind: 'subscription', id: subscriptionId };
    // a thin event does not say what its invoice belongs to
    return thin && (objectKind === 'invoice' || objectKind === 'subscription_schedule') ? { kind: objectKind, id: objectId } : undefined;
  },
  async apply({ kind, id: subjectId }, { mirror, now, ...context }, types) {
    const subscriptionId = kind === 'subscription' ? subjectId : await subscriptionBehind(context.stripe, kind, subjectId);
    if (subscriptionId === undefined) return undefined;
    const fact = await mirror.refresh(subscriptionId);
    if (!fact) return undefined;
    if (isFreeDue(fact, now())) await freeAfterTrial({ ...context, mirror, now }, fact.customerId);
    await endReplaced({ ...context, mirror }, fact.customerId);
    const { id, customerId, status, trialEnd } = fact;
    // what was delivered after the end reminds nobody any more
    if (!types.has(trialWillEnd) || status !== 'trialing' || trialEnd === undefined) return undefined;
    return (tables) =>
      tables.outbox.add(
        { type: 'trial.will_end', dedupeKey: `trial.will_end:${id}:${trialEnd}`, payload: { subscriptionId: id, customerId, trialEnd } },
        now(),
      );
  },
};
