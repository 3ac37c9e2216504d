/**
 * Step subscription: what a paid or unpaid invoice makes of the subscription's status (docs.stripe.com/billing/subscriptions/overview).
 *
 * Promise: `canceled` and `incomplete_expired` are final; no payment revives them.
 */
import type { Invoice } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import type { Subscription, SubscriptionChange, SubscriptionStatus } from '../objects/subscription.ts';
import { change, type World } from '../world.ts';

export const isEnded = ({ status }: { readonly status: SubscriptionStatus }): boolean =>
  status === 'canceled' || status === 'incomplete_expired';

const ended = 'customer.subscription.deleted';

/** A schedule has nothing to do without its subscription. */
function cancelSchedule(world: World, { schedule }: Subscription): void {
  const running = world.tables.schedules.get(schedule ?? '');
  if (running?.status !== 'active' && running?.status !== 'not_started') return;
  const canceled = change(world, 'schedules', running, { status: 'canceled', canceled_at: world.now(), current_phase: null });
  world.emit('subscription_schedule.canceled', canceled);
}

/** Ends the subscription now. */
export function endSubscription(world: World, subscription: Subscription, patch: SubscriptionChange = {}): Subscription {
  cancelSchedule(world, subscription);
  for (const invoice of world.tables.invoices.of(subscription.id)) {
    if (invoice.status === 'open' || invoice.status === 'draft') {
      change(world, 'invoices', invoice, { auto_advance: false, next_payment_attempt: null, automatically_finalizes_at: null });
    }
  }
  const at = world.now();
  const next = change(world, 'subscriptions', subscription, {
    status: 'canceled',
    canceled_at: subscription.canceled_at ?? at,
    ended_at: at,
    pending_update: null,
    schedule: null,
    ...patch,
    [memory]: { ...subscription[memory], pending: null },
  });
  world.emit(ended, next);
  return next;
}

/** Whether the latest finalized invoice is still to be paid; older ones do not count (docs.stripe.com/billing/subscriptions/overview). */
function owesMore(world: World, { id }: Subscription): boolean {
  const latest = world.tables.invoices.of(id).find(({ status, parent }) => status !== 'draft' && parent !== null);
  return latest?.status === 'open' && latest.attempted;
}

/** The pure part: the status after a payment. */
export function statusAfterPayment(status: SubscriptionStatus, owes: boolean): SubscriptionStatus {
  if (status === 'incomplete') return 'active';
  if ((status === 'past_due' || status === 'unpaid') && !owes) return 'active';
  return status;
}

/** The pure part: the status after a failed attempt, the last one of the schedule or not. */
export function statusAfterFailure(
  status: SubscriptionStatus,
  exhausted: boolean,
  afterRetries: 'cancel' | 'unpaid' | 'past_due',
): SubscriptionStatus {
  if (status !== 'active' && status !== 'past_due' && status !== 'trialing') return status;
  if (!exhausted) return 'past_due';
  return afterRetries === 'cancel' ? 'canceled' : afterRetries;
}

/** A waiting change whose invoice is paid becomes real. */
function applyPending(world: World, subscription: Subscription): Subscription {
  const { pending } = subscription[memory];
  if (!pending) return subscription;
  const patch = { ...pending.next, pending_update: null, [memory]: { ...subscription[memory], ...pending.next[memory], pending: null } };
  if (pending.kind === 'resume') {
    const resumed = change(world, 'subscriptions', subscription, patch);
    world.emit('customer.subscription.resumed', resumed, { status: 'paused' });
    return resumed;
  }
  const applied = change(world, 'subscriptions', subscription, patch, 'customer.subscription.updated');
  world.emit('customer.subscription.pending_update_applied', applied);
  return applied;
}

export function subscriptionAfterPayment(world: World, subscription: Subscription, invoice: Invoice, method: string | null): void {
  if (isEnded(subscription)) return;
  const current = subscription[memory].pending?.invoice === invoice.id ? applyPending(world, subscription) : subscription;
  const keepsMethod = current.payment_settings.save_default_payment_method === 'on_subscription' && method !== null;
  change(
    world,
    'subscriptions',
    current,
    {
      status: statusAfterPayment(current.status, owesMore(world, current)),
      ...(keepsMethod && { default_payment_method: method }),
    },
    'customer.subscription.updated',
  );
}

export function subscriptionAfterFailure(world: World, subscription: Subscription, invoice: Invoice, exhausted: boolean): void {
  if (subscription[memory].pending?.invoice === invoice.id) return;
  const { afterRetries } = world.settings;
  const status = statusAfterFailure(subscription.status, exhausted, afterRetries);
  if (status === 'canceled') {
    endSubscription(world, subscription, {
      cancellation_details: { ...subscription.cancellation_details, reason: 'payment_failed' },
    });
  } else change(world, 'subscriptions', subscription, { status }, 'customer.subscription.updated');
}
