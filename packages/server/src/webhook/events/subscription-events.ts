import { freeAfterTrial, isFreeDue } from '../../subscription/free-after-trial.ts';
import { isPlanDue, planKeptAgain } from '../../subscription/kept-plan.ts';
import { oneAtATime } from '../../subscription/one-at-a-time.ts';
import { dropStalePlan, isStale } from '../../subscription/stale-plan.ts';
import type { SubscriptionFact } from '../../stripe/subscription-fact.ts';
import { endReplaced } from '../../subscription/end-replaced.ts';
import { subscriptionBehind } from '../../stripe/subscriptions.ts';
import { readInvoice, readInvoicesOf } from '../../stripe/invoice-facts.ts';
import { findDuplicates } from '../../subscription/duplicates.ts';
import type { ApplyContext, EventFamily, Settle, Subject } from '../event-family.ts';
import { tellInvoices, tellReminders } from './subscription-news.ts';

/** Events after which an invoice has something to tell. */
const tellingInvoices: ReadonlySet<string> = new Set([
  'invoice.finalized',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_action_required',
]);

/** A subscription, its invoices, what was given back of one, or its schedule changed: the subscription is read again. */
export const subscriptionEvents: EventFamily = {
  types: [
    'customer.subscription.created',
    'customer.subscription.updated',
    'customer.subscription.deleted',
    'customer.subscription.paused',
    'customer.subscription.resumed',
    'customer.subscription.pending_update_applied',
    'customer.subscription.pending_update_expired',
    'customer.subscription.trial_will_end',
    'invoice.upcoming',
    'invoice.created',
    'invoice.finalized',
    'invoice.updated',
    'invoice.paid',
    'invoice.payment_failed',
    'invoice.payment_action_required',
    'invoice.voided',
    'invoice.marked_uncollectible',
    'credit_note.created',
    'credit_note.voided',
    'subscription_schedule.created',
    'subscription_schedule.updated',
    'subscription_schedule.released',
    'subscription_schedule.canceled',
    'subscription_schedule.completed',
  ],
  subject({ type, subscriptionId, objectKind, objectId, thin }) {
    if (subscriptionId) return { kind: 'subscription', id: subscriptionId };
    if (objectKind === 'credit_note') return { kind: objectKind, id: objectId };
    // of a thin event, or of a purchase without a subscription
    if (objectKind === 'invoice') return thin || tellingInvoices.has(type) ? { kind: 'invoice', id: objectId } : undefined;
    return thin && objectKind === 'subscription_schedule' ? { kind: 'subscription_schedule', id: objectId } : undefined;
  },
  async apply(subject, context, types) {
    const { kind, id } = subject;
    const subscriptionId = kind === 'subscription' ? id : await subscriptionBehind(context.stripe, kind, id);
    const fact = subscriptionId === undefined ? undefined : await context.mirror.refresh(subscriptionId);
    if (fact && isFreeDue(fact, context.now())) await freeAfterTrial(context, fact.customerId);
    const settles = types.has('invoice.paid') || fact?.status === 'canceled';
    if (fact && settles && (await context.store.pendingChanges.find(fact.id))) await finish(context, fact);
    // what waited for its payment has been paid, and takes the place of what was planned before
    if (fact && isStale(fact)) await dropStale(context, fact);
    if (fact && isPlanDue(fact)) await planAgain(context, fact);
    if (fact) await endReplaced(context, fact.customerId);
    if (fact && types.has('customer.subscription.created')) await findDuplicates(context, fact.customerId);
    const invoices = await invoicesToTell(subject, subscriptionId, context, types);
    const entries: Settle[] = [
      ...(fact ? [await tellReminders(fact, context, types)] : []),
      ...(invoices.length ? [tellInvoices(invoices, fact?.status === 'canceled', context, types)] : []),
    ];
    return async (tables) => {
      for (const tell of entries) await tell(tables);
    };
  },
};

/** A change that waits for its payment may have been paid; of what has ended nothing waits any more. */
async function finish(context: ApplyContext, { id: subscriptionId, customerId, status }: SubscriptionFact): Promise<void> {
  await oneAtATime(context, { subscriptionId, customerId, patient: status !== 'canceled' }, async () => undefined);
}

async function dropStale(context: ApplyContext, { id: subscriptionId, customerId }: SubscriptionFact): Promise<void> {
  await oneAtATime(context, { subscriptionId, customerId }, async () => {
    const now = await context.mirror.refresh(subscriptionId);
    if (now) await dropStalePlan(context, now);
  });
}

/** A cancellation was taken back at Stripe, which knows nothing of what was planned before. */
async function planAgain(context: ApplyContext, { id: subscriptionId, customerId }: SubscriptionFact): Promise<void> {
  await oneAtATime(context, { subscriptionId, customerId, patient: true }, async (turn) => {
    const now = await context.mirror.refresh(subscriptionId);
    if (now) await planKeptAgain(context, now, turn);
  });
}

async function invoicesToTell(
  { kind, id }: Subject,
  subscriptionId: string | undefined,
  { stripe }: ApplyContext,
  types: ReadonlySet<string>,
) {
  if (![...types].some((type) => tellingInvoices.has(type))) return [];
  if (subscriptionId !== undefined) return readInvoicesOf(stripe, subscriptionId);
  return kind === 'invoice' ? readInvoice(stripe, id) : [];
}
