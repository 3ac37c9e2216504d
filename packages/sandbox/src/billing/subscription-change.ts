/**
 * Step panel: items of a running subscription change (docs.stripe.com/billing/subscriptions/prorations).
 *
 * Promise: a preview and the change it leads to run through the same code, so that at the same `proration_date` they cost the same.
 */
import { invalid, missing } from '../http/api-error.ts';
import { amountOf, exactAmount } from '../money/price-amount.ts';
import { creditFor, debitFor } from '../money/proration.ts';
import type { Metadata, Price } from '../objects/catalog.ts';
import { memory } from '../objects/memory.ts';
import type { Invoice } from '../objects/invoice.ts';
import type { Debit, Subscription, SubscriptionChange, SubscriptionItem } from '../objects/subscription.ts';
import { addIntervals } from '../time/period.ts';
import { change, type World } from '../world.ts';
import { attemptPayment, invoicePaid, paymentError } from './collect.ts';
import { draftInvoice, pendingItems } from './invoice-draft.ts';
import { insertInvoiceItem } from './invoice-items.ts';
import { finalizeInvoice } from './invoice-life.ts';
import { demandRecurring, itemList, mostItems, newItem } from './subscription-create.ts';
import { debitOf, itemLine, productName } from './subscription-lines.ts';

export interface ItemWish {
  readonly id?: string;
  readonly price?: Price;
  readonly quantity?: number;
  readonly deleted?: boolean;
  readonly metadata?: Metadata;
}

export interface ChangeWish {
  readonly items: readonly ItemWish[];
  readonly proration_behavior: 'always_invoice' | 'create_prorations' | 'none';
  /** Unix seconds from which proration counts. */
  readonly proration_date: number;
  readonly payment_behavior: 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete' | 'pending_if_incomplete';
}

interface Planned {
  readonly before?: SubscriptionItem;
  readonly after?: SubscriptionItem;
}

const cadence = ({ recurring }: Price): string => `${recurring?.interval} ${recurring?.interval_count}`;

function plan(world: World, subscription: Subscription, wishes: readonly ItemWish[]): Planned[] {
  const items = subscription.items.data;
  const planned = new Map<string, Planned>(items.map((item) => [item.id, { before: item, after: item }]));
  const [first] = items;
  for (const [position, wish] of wishes.entries()) {
    const before = wish.id === undefined ? undefined : items.find(({ id }) => id === wish.id);
    if (wish.id !== undefined && !before) throw missing('subscription item', wish.id, `items[${position}][id]`);
    const price = wish.price ?? before?.price;
    if (!price) throw invalid(`Missing required param: items[${position}][price].`, 'parameter_missing', `items[${position}][price]`);
    demandRecurring(price, subscription.currency, `items[${position}][price]`);
    if (before && wish.deleted) planned.set(before.id, { before });
    else if (before) planned.set(before.id, { before, after: { ...before, price, quantity: wish.quantity ?? before.quantity } });
    else {
      const period = { start: first?.current_period_start ?? world.now(), end: first?.current_period_end ?? world.now() };
      const added = newItem(world, subscription.id, { price, quantity: wish.quantity ?? 1, metadata: wish.metadata ?? {} }, period);
      planned.set(added.id, { after: added });
    }
  }
  const left = [...planned.values()].filter(({ after }) => after);
  if (left.length === 0)
    throw invalid('A subscription must have at least one active plan. To remove the last one, cancel the subscription.');
  if (left.length > mostItems) throw invalid(`A subscription can have at most ${mostItems} items.`, undefined, 'items');
  return [...planned.values()];
}

const isChanged = ({ before, after }: Planned): boolean =>
  !before || !after || before.price.id !== after.price.id || before.quantity !== after.quantity;

/** A change of interval, or from free to paid, begins a new period now. */
function beginsNewPeriod({ currency }: Subscription, planned: readonly Planned[]): boolean {
  const cost = (item: SubscriptionItem | undefined): number => (item ? amountOf(item.price, currency, item.quantity) : 0);
  const before = planned.reduce((sum, item) => sum + cost(item.before), 0);
  const after = planned.reduce((sum, item) => sum + cost(item.after), 0);
  const changesInterval = planned.some((item) => item.before && item.after && cadence(item.before.price) !== cadence(item.after.price));
  return changesInterval || (before === 0 && after > 0);
}

function credit(world: World, subscription: Subscription, item: SubscriptionItem, at: number): void {
  const debit = subscription[memory].debits[item.id];
  if (!debit || debit.amount === 0 || debit.end <= at) return;
  insertInvoiceItem(world, {
    customer: subscription.customer,
    currency: subscription.currency,
    subscription: subscription.id,
    subscriptionItem: item.id,
    amount: creditFor(debit.amount, debit, at),
    description: `Unused time on ${item.quantity > 1 ? `${item.quantity} × ` : ''}${productName(world, item.price)}`,
    period: { start: at, end: debit.end },
    price: item.price,
    quantity: item.quantity,
    proration: true,
  });
}

function debit(world: World, subscription: Subscription, item: SubscriptionItem, at: number): Debit {
  const { currency } = subscription;
  const period = { start: item.current_period_start, end: item.current_period_end };
  const amount = debitFor(exactAmount(item.price, currency, item.quantity), period, at);
  insertInvoiceItem(world, {
    customer: subscription.customer,
    currency,
    subscription: subscription.id,
    subscriptionItem: item.id,
    amount,
    description: `Remaining time on ${item.quantity > 1 ? `${item.quantity} × ` : ''}${productName(world, item.price)}`,
    period: { start: at, end: period.end },
    price: item.price,
    quantity: item.quantity,
    proration: true,
  });
  return { amount, start: at, end: period.end, invoice: null, line: null };
}

/** What the subscription will be, with its proration items written down. */
function prorate(world: World, subscription: Subscription, planned: readonly Planned[], wish: ChangeWish): SubscriptionChange {
  const at = wish.proration_date;
  const prorates = wish.proration_behavior !== 'none' && subscription.status !== 'trialing';
  const debits: Record<string, Debit> = { ...subscription[memory].debits };
  for (const item of planned.filter(isChanged)) {
    if (item.before && prorates) credit(world, subscription, item.before, at);
    if (item.before && !item.after) delete debits[item.before.id];
    if (item.after && prorates) debits[item.after.id] = debit(world, subscription, item.after, at);
    if (item.after) debits[item.after.id] ??= debitOf(item.after, 0);
  }
  const data = planned.flatMap(({ after }) => after ?? []);
  return { items: itemList(subscription.id, data), [memory]: { ...subscription[memory], debits } };
}

/** A new period from now: everything unused is credited, the new items are billed whole. */
function restart(world: World, subscription: Subscription, planned: readonly Planned[], wish: ChangeWish): SubscriptionChange {
  const at = wish.proration_date;
  if (wish.proration_behavior !== 'none') for (const { before } of planned) if (before) credit(world, subscription, before, at);
  const data = planned.flatMap(({ after }) =>
    after
      ? { ...after, current_period_start: at, current_period_end: after.price.recurring ? addIntervals(at, after.price.recurring, 1) : at }
      : [],
  );
  const debits = Object.fromEntries(
    data.map((item) => [item.id, debitOf(item, amountOf(item.price, subscription.currency, item.quantity))]),
  );
  return { billing_cycle_anchor: at, items: itemList(subscription.id, data), [memory]: { ...subscription[memory], debits } };
}

function invoiceNow(world: World, subscription: Subscription, next: SubscriptionChange, whole: boolean, wish: ChangeWish): Invoice {
  const customer = world.tables.customers.get(subscription.customer);
  if (!customer) throw missing('customer', subscription.customer);
  const after = { ...subscription, ...next };
  return draftInvoice(world, {
    customer,
    currency: subscription.currency,
    billing_reason: 'subscription_update',
    lines: whole ? after.items.data.map((item) => itemLine(world, after, item, false)) : [],
    subscription,
    items: pendingItems(world, customer.id, subscription.currency, subscription.id),
    period: { start: world.now(), end: world.now() },
    automatically_finalizes_at: null,
    subscription_proration_date: wish.proration_date,
  });
}

const isPaid = ({ status }: Invoice): boolean => status === 'paid';

/** Changes items; returns the subscription afterwards and the invoice that was made at once, if any. */
export function changeItems(
  world: World,
  subscription: Subscription,
  wish: ChangeWish,
): { subscription: Subscription; invoice: Invoice | null } {
  const planned = plan(world, subscription, wish.items);
  if (!planned.some(isChanged)) return { subscription, invoice: null };
  const whole = subscription.status !== 'trialing' && beginsNewPeriod(subscription, planned);
  const next = whole ? restart(world, subscription, planned, wish) : prorate(world, subscription, planned, wish);
  const bills = whole || (wish.proration_behavior === 'always_invoice' && subscription.status !== 'trialing');
  if (!bills) return { subscription: apply(world, subscription, next), invoice: null };
  if (wish.payment_behavior === 'pending_if_incomplete') return payThenApply(world, subscription, next, whole, wish);
  const applied = apply(world, subscription, next);
  const invoice = finalizeInvoice(world, invoiceNow(world, applied, {}, whole, wish));
  const linked = change(world, 'subscriptions', applied, { latest_invoice: invoice.id });
  if (isPaid(invoice) || wish.payment_behavior === 'default_incomplete') return { subscription: linked, invoice };
  const tried = attemptPayment(world, invoice, { automatic: false });
  if (!isPaid(tried) && wish.payment_behavior === 'error_if_incomplete') throw paymentError(world, tried);
  return { subscription: world.tables.subscriptions.get(linked.id) ?? linked, invoice: tried };
}

const apply = (world: World, subscription: Subscription, next: SubscriptionChange): Subscription =>
  change(world, 'subscriptions', subscription, next, 'customer.subscription.updated');

/** 23 hours for the customer to confirm a payment, after which the change is dropped. */
export const pendingSeconds = 23 * 3600;

function payThenApply(
  world: World,
  subscription: Subscription,
  next: SubscriptionChange,
  whole: boolean,
  wish: ChangeWish,
): { subscription: Subscription; invoice: Invoice } {
  const invoice = finalizeInvoice(world, invoiceNow(world, subscription, next, whole, wish));
  const waiting = change(world, 'subscriptions', subscription, {
    latest_invoice: invoice.id,
    pending_update: {
      billing_cycle_anchor: null,
      expires_at: world.now() + pendingSeconds,
      subscription_items: next.items?.data ?? [],
      trial_end: null,
      trial_from_plan: null,
    },
    [memory]: { ...subscription[memory], pending: { invoice: invoice.id, next } },
  });
  if (isPaid(invoice)) invoicePaid(world, invoice, null);
  else attemptPayment(world, invoice, { automatic: false });
  const after = world.tables.subscriptions.get(waiting.id) ?? waiting;
  if (after.pending_update) world.emit('customer.subscription.updated', after, { pending_update: null });
  return { subscription: after, invoice: world.tables.invoices.get(invoice.id) ?? invoice };
}
