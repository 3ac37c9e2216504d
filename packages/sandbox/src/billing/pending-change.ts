/**
 * Step panel: a change that waits until its invoice is paid (docs.stripe.com/billing/subscriptions/pending-updates).
 *
 * Promise: until then the subscription stays as it was; when time runs out the invoice is void and nothing has changed.
 */
import type { Invoice } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import type { Subscription, SubscriptionChange } from '../objects/subscription.ts';
import { change, type World } from '../world.ts';
import { attemptPayment, invoicePaid } from './collect.ts';
import { voidInvoice } from './invoice-life.ts';

/** 23 hours for the customer to confirm a payment, after which a change or a beginning is dropped. */
export const pendingSeconds = 23 * 3600;

/** The wait ends with the period at the latest. */
const expiryOf = (world: World, { items }: Subscription): number =>
  Math.min(world.now() + pendingSeconds, ...items.data.map((item) => item.current_period_end));

/** Tries to pay `invoice`; the subscription becomes `next` when that succeeds, now or later. */
export function waitForPayment(
  world: World,
  subscription: Subscription,
  invoice: Invoice,
  next: SubscriptionChange,
): { readonly subscription: Subscription; readonly invoice: Invoice } {
  const waiting = change(world, 'subscriptions', subscription, {
    latest_invoice: invoice.id,
    pending_update: {
      billing_cycle_anchor: next.billing_cycle_anchor ?? null,
      cancel_at_period_end: next.cancel_at_period_end ?? null,
      discount: null,
      discounts: null,
      expires_at: expiryOf(world, subscription),
      metadata: next.metadata ?? null,
      subscription_items: next.items?.data ?? null,
      trial_end: next.trial_end ?? null,
      trial_from_plan: null,
    },
    [memory]: { ...subscription[memory], pending: { invoice: invoice.id, next, kind: 'update' } },
  });
  if (invoice.status === 'paid') invoicePaid(world, invoice, null);
  else attemptPayment(world, invoice, { automatic: false });
  const after = world.tables.subscriptions.get(waiting.id) ?? waiting;
  if (after.pending_update) {
    world.emit('customer.subscription.updated', after, { latest_invoice: subscription.latest_invoice, pending_update: null });
  }
  return { subscription: after, invoice: world.tables.invoices.get(invoice.id) ?? invoice };
}

function voidPending(world: World, subscription: Subscription): Subscription {
  const invoice = world.tables.invoices.get(subscription[memory].pending?.invoice ?? '');
  const freed = change(world, 'subscriptions', subscription, {
    pending_update: null,
    [memory]: { ...subscription[memory], pending: null },
  });
  if (invoice?.status === 'open') voidInvoice(world, invoice);
  return freed;
}

/** Another change takes the place of one that waits. */
export const supersedePending = (world: World, subscription: Subscription): Subscription =>
  subscription.pending_update ? voidPending(world, subscription) : subscription;

/** A change whose payment was not confirmed in time is dropped; one that waits to be resumed stays paused. */
export function dropPending(world: World, subscription: Subscription): void {
  const wasUpdate = subscription.pending_update !== null;
  const dropped = voidPending(world, subscription);
  if (wasUpdate) world.emit('customer.subscription.pending_update_expired', dropped);
}
