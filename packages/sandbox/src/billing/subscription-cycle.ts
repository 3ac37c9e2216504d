/**
 * Step subscription: what time does to a subscription: the end of a trial with its three outcomes, renewal, the end.
 */
import { amountOf } from '../money/price-amount.ts';
import { memory } from '../objects/memory.ts';
import { isMetered } from '../objects/meter.ts';
import type { Invoice } from '../objects/invoice.ts';
import type { Subscription, SubscriptionItem } from '../objects/subscription.ts';
import { periodContaining } from '../time/period.ts';
import { change, type World } from '../world.ts';
import { draftInvoice, pendingItems } from './invoice-draft.ts';
import { voidInvoice } from './invoice-life.ts';
import { lastUsageLines, usageLine } from './meter-usage.ts';
import { afterInvoice, itemList } from './subscription-create.ts';
import { debitOf, itemLine } from './subscription-lines.ts';
import { pauseNow } from './subscription-pause.ts';
import { endSubscription } from './subscription-payment.ts';

/** Stripe keeps a renewal's draft open for an hour. */
const draftSeconds = 3600;
const reminderSeconds = 3 * 86_400;

const updated = 'customer.subscription.updated';

const cost = ({ currency, items }: Subscription): number =>
  items.data.reduce((sum, { price, quantity }) => sum + amountOf(price, currency, quantity), 0);

function hasMethod(world: World, { default_payment_method, customer }: Subscription): boolean {
  const id = default_payment_method ?? world.tables.customers.get(customer)?.invoice_settings.default_payment_method;
  return world.tables.paymentMethods.get(id ?? '') !== undefined;
}

/** When `trial_will_end` is told: three days before, at once for a shorter trial. */
export const reminderAt = ({ trial_end, trial_start }: Subscription): number =>
  Math.max((trial_end ?? 0) - reminderSeconds, trial_start ?? 0);

export function tellTrialEnd(world: World, subscription: Subscription): void {
  const told = change(world, 'subscriptions', subscription, {
    [memory]: { ...subscription[memory], toldTrialEnd: subscription.trial_end },
  });
  world.emit('customer.subscription.trial_will_end', told);
}

/** The end of a trial: a new period, or what `missing_payment_method` says when there is no card. */
export function endTrial(world: World, subscription: Subscription): void {
  const outcome = subscription.trial_settings.end_behavior.missing_payment_method;
  const lacksCard = cost(subscription) > 0 && !hasMethod(world, subscription);
  if (lacksCard && outcome === 'cancel') {
    // as recorded: Stripe names no other reason than for an end that somebody asked for
    endSubscription(world, subscription, {
      cancellation_details: { ...subscription.cancellation_details, reason: 'cancellation_requested' },
    });
    return;
  }
  if (lacksCard && outcome === 'pause') {
    pauseNow(world, subscription, 'trial_end_without_payment_method');
    return;
  }
  renew(world, subscription, { patch: { status: 'active' } });
}

const nextPeriod = ({ billing_cycle_anchor }: Subscription, item: SubscriptionItem, at: number): SubscriptionItem => {
  if (!item.price.recurring || item.current_period_end > at) return item;
  const { start, end } = periodContaining(billing_cycle_anchor, item.price.recurring, at);
  return { ...item, current_period_start: start, current_period_end: end };
};

export interface Renewal {
  readonly patch?: Partial<Subscription>;
  /** Whether the invoice takes up what waits for one. */
  readonly takesPending?: boolean;
}

/** Moves what has ended into its next period and drafts the invoice for it. */
export function renew(world: World, subscription: Subscription, { patch = {}, takesPending = true }: Renewal = {}): Invoice | null {
  const customer = world.tables.customers.get(subscription.customer);
  if (!customer) return null;
  const at = world.now();
  const items = subscription.items.data.map((item) => nextPeriod(subscription, item, at));
  const due = items.filter((item, position) => item !== subscription.items.data[position]);
  const debits = Object.fromEntries(
    due.map((item) => [item.id, debitOf(item, amountOf(item.price, subscription.currency, item.quantity))]),
  );
  const moved = change(
    world,
    'subscriptions',
    subscription,
    {
      ...patch,
      items: itemList(subscription.id, items),
      [memory]: { ...subscription[memory], debits: { ...subscription[memory].debits, ...debits } },
    },
    updated,
  );
  const collects = moved.status !== 'unpaid' && moved.pause_collection?.behavior !== 'keep_as_draft';
  const invoice = draftInvoice(world, {
    customer,
    currency: moved.currency,
    billing_reason: 'subscription_cycle',
    lines: due.map((item) => {
      const ended = isMetered(item) ? subscription.items.data.find(({ id }) => id === item.id) : undefined;
      return ended ? usageLine(world, moved, ended, subscription.status === 'trialing') : itemLine(world, moved, item, false);
    }),
    subscription: moved,
    items: takesPending ? pendingItems(world, customer.id, moved.currency, moved.id) : [],
    period: { start: Math.min(...subscription.items.data.map((item) => item.current_period_start)), end: at },
    automatically_finalizes_at: collects ? at + draftSeconds : null,
    auto_advance: collects,
  });
  change(world, 'subscriptions', moved, { ...afterInvoice(world, moved, invoice), latest_invoice: invoice.id });
  return invoice;
}

/** 23 hours after an unpaid beginning. */
export function expireIncomplete(world: World, subscription: Subscription): void {
  for (const invoice of world.tables.invoices.of(subscription.id)) if (invoice.status === 'open') voidInvoice(world, invoice);
  change(world, 'subscriptions', subscription, { status: 'incomplete_expired', ended_at: world.now() }, updated);
}

/** What was used in the last period is billed after the end. */
function billLastUsage(world: World, before: Subscription, ended: Subscription): void {
  const customer = world.tables.customers.get(ended.customer);
  const lines = lastUsageLines(world, before);
  if (!customer || lines.length === 0) return;
  const start = Math.min(...ended.items.data.map((item) => item.current_period_start));
  const invoice = draftInvoice(world, {
    customer,
    currency: ended.currency,
    billing_reason: 'subscription_cycle',
    lines,
    subscription: ended,
    items: [],
    period: { start, end: world.now() },
    automatically_finalizes_at: world.now() + draftSeconds,
    auto_advance: true,
  });
  change(world, 'subscriptions', ended, { latest_invoice: invoice.id });
}

/** The end that was asked for. */
export function endAsAsked(world: World, subscription: Subscription): Subscription {
  const ended = endSubscription(world, subscription, {
    cancellation_details: { ...subscription.cancellation_details, reason: 'cancellation_requested' },
  });
  billLastUsage(world, subscription, ended);
  return ended;
}
