/**
 * Step panel: canceling at once (docs.stripe.com/billing/subscriptions/cancel).
 */
import { missing, missingReference } from '../http/api-error.ts';
import type { Invoice } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import type { CancellationDetails, Subscription } from '../objects/subscription.ts';
import { change, type World } from '../world.ts';
import { attemptPayment, invoicePaid } from './collect.ts';
import { draftInvoice, pendingItems } from './invoice-draft.ts';
import { finalizeInvoice, tellSent } from './invoice-life.ts';
import { lastUsageLines } from './meter-usage.ts';
import { creditItem } from './proration-items.ts';
import { endSubscription, isEnded } from './subscription-payment.ts';

export interface Cancellation {
  /** Bills now what was used and what waits for an invoice. */
  readonly invoice_now: boolean;
  /** Credits unused time. */
  readonly prorate: boolean;
  readonly cancellation_details: CancellationDetails;
}

/** What waits of this subscription alone is dropped when nobody wants it billed. */
function dropWaiting(world: World, { id, customer }: Subscription): void {
  for (const item of world.tables.invoiceItems.of(customer)) {
    if (item[memory].subscription === id) world.tables.invoiceItems.remove(item.id);
  }
}

/** Bills the use of the period so far, and what waits; null where there is neither. */
function lastInvoice(world: World, before: Subscription, subscription: Subscription): Invoice | null {
  const customer = world.tables.customers.get(subscription.customer);
  if (!customer) throw missing('customer', subscription.customer);
  const items = pendingItems(world, customer.id, subscription.currency, subscription.id);
  const lines = lastUsageLines(world, before);
  if (items.length === 0 && lines.length === 0) return null;
  return draftInvoice(world, {
    customer,
    currency: subscription.currency,
    billing_reason: 'subscription_cycle',
    lines,
    subscription,
    items,
    period: { start: Math.min(...before.items.data.map((item) => item.current_period_start)), end: world.now() },
    automatically_finalizes_at: null,
  });
}

export interface Ended {
  readonly subscription: Subscription;
  readonly invoice: Invoice | null;
}

/** Ends a subscription now, and bills or credits what is left as asked. */
export function cancelNow(world: World, subscription: Subscription, { invoice_now, prorate, cancellation_details }: Cancellation): Ended {
  if (isEnded(subscription)) throw missingReference('subscription', subscription.id, 'id');
  if (prorate && subscription.status !== 'trialing') {
    for (const item of subscription.items.data) creditItem(world, subscription, item, world.now());
  }
  if (!invoice_now && !prorate) dropWaiting(world, subscription);
  const ended = endSubscription(world, subscription, { cancellation_details });
  const draft = invoice_now ? lastInvoice(world, subscription, ended) : null;
  if (!draft) return { subscription: ended, invoice: null };
  const invoice = finalizeInvoice(world, draft);
  if (invoice.status === 'paid') invoicePaid(world, invoice, null);
  else if (invoice.collection_method === 'send_invoice') tellSent(world, invoice);
  else attemptPayment(world, invoice, { automatic: false });
  const last = world.tables.subscriptions.get(ended.id) ?? ended;
  return { subscription: change(world, 'subscriptions', last, { latest_invoice: invoice.id }), invoice };
}
