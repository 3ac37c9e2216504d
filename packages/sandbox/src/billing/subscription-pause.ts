/**
 * Step panel: pausing and resuming (docs.stripe.com/billing/subscriptions/pause).
 *
 * Promise: a paused subscription makes no invoices and begins no period until it is resumed.
 */
import { invalid, missing } from '../http/api-error.ts';
import { amountOf } from '../money/price-amount.ts';
import type { Invoice } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import type { Subscription, SubscriptionChange } from '../objects/subscription.ts';
import { addIntervals } from '../time/period.ts';
import { change, type World } from '../world.ts';
import { attemptPayment, payingMethod } from './collect.ts';
import { draftInvoice, pendingItems } from './invoice-draft.ts';
import { finalizeInvoice } from './invoice-life.ts';
import { creditItem } from './proration-items.ts';
import { pendingSeconds } from './pending-change.ts';
import { itemList } from './subscription-create.ts';
import { debitOf, itemLine } from './subscription-lines.ts';

type PauseReason = 'pause_requested' | 'trial_end_without_payment_method';

/** Any running status → paused. */
export function pauseNow(world: World, subscription: Subscription, type: PauseReason): Subscription {
  const paused = change(world, 'subscriptions', subscription, {
    status: 'paused',
    status_details: { paused: { subscription: { type }, transitioned_at: world.now(), type: 'subscription' } },
  });
  world.emit('customer.subscription.paused', paused, { status: subscription.status, status_details: subscription.status_details });
  return paused;
}

/** Pauses on request; what is paid and not used becomes credit unless the caller says otherwise. */
export function pauseSubscription(
  world: World,
  subscription: Subscription,
  credit: 'none' | 'now' | 'item_current_period_start',
): Subscription {
  if (subscription.status !== 'active' && subscription.status !== 'past_due') {
    throw invalid(`You can only pause a subscription that is active. This subscription is ${subscription.status}.`);
  }
  if (subscription.schedule) throw invalid('You cannot pause a subscription that is managed by a subscription schedule.');
  if (credit !== 'none') {
    for (const item of subscription.items.data) {
      creditItem(world, subscription, item, credit === 'now' ? world.now() : item.current_period_start);
    }
  }
  return pauseNow(world, subscription, 'pause_requested');
}

/** The subscription in a new period from now. */
function awake(world: World, subscription: Subscription): SubscriptionChange {
  const at = world.now();
  const data = subscription.items.data.map((item) => ({
    ...item,
    current_period_start: at,
    current_period_end: item.price.recurring ? addIntervals(at, item.price.recurring, 1) : at,
  }));
  const debits = data.map((item) => [item.id, debitOf(item, amountOf(item.price, subscription.currency, item.quantity))] as const);
  return {
    status: 'active',
    status_details: undefined,
    billing_cycle_anchor: at,
    items: itemList(subscription.id, data),
    [memory]: { ...subscription[memory], debits: Object.fromEntries(debits) },
  };
}

function resumptionInvoice(world: World, subscription: Subscription, next: SubscriptionChange): Invoice {
  const customer = world.tables.customers.get(subscription.customer);
  if (!customer) throw missing('customer', subscription.customer);
  const after = { ...subscription, ...next };
  return finalizeInvoice(
    world,
    draftInvoice(world, {
      customer,
      currency: subscription.currency,
      billing_reason: 'subscription_update',
      lines: after.items.data.map((item) => itemLine(world, after, item, false)),
      subscription,
      items: pendingItems(world, customer.id, subscription.currency, subscription.id),
      period: { start: world.now(), end: world.now() },
      automatically_finalizes_at: null,
    }),
  );
}

function tellResumed(world: World, subscription: Subscription, next: SubscriptionChange): Subscription {
  const resumed = change(world, 'subscriptions', subscription, next);
  world.emit('customer.subscription.resumed', resumed, { status: 'paused' });
  return resumed;
}

/**
 * paused → active in a new period whose invoice is due at once. Without a card, or with `resume_on_payment_success` and a refused
 * one, it stays paused until the invoice is paid, for at most 23 hours.
 */
export function resumeSubscription(
  world: World,
  subscription: Subscription,
  behavior: 'resume_on_payment_attempt' | 'resume_on_payment_success',
): Subscription {
  if (subscription.status !== 'paused') throw invalid('You can only resume a subscription that is paused.');
  const next = awake(world, subscription);
  const invoice = resumptionInvoice(world, subscription, next);
  const latest = { ...next, latest_invoice: invoice.id };
  const canTry = invoice.status === 'paid' || payingMethod(world, invoice) !== undefined;
  if (invoice.status === 'paid' || (canTry && behavior === 'resume_on_payment_attempt')) {
    tellResumed(world, subscription, latest);
  } else {
    change(world, 'subscriptions', subscription, {
      latest_invoice: invoice.id,
      [memory]: { ...subscription[memory], pending: { invoice: invoice.id, next, kind: 'resume', until: world.now() + pendingSeconds } },
    });
  }
  if (invoice.status === 'open' && canTry) attemptPayment(world, invoice, { automatic: false });
  return world.tables.subscriptions.get(subscription.id) ?? subscription;
}
