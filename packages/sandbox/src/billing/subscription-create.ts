/**
 * Step subscription: a subscription begins (docs.stripe.com/api/subscriptions/create).
 *
 * Promise: its first invoice is finalized within the same request, and its status says whether that invoice was paid.
 */
import { ApiError, invalid } from '../http/api-error.ts';
import { amountOf, optionOf } from '../money/price-amount.ts';
import type { TaxRate } from '../objects/discount.ts';
import type { Metadata, Price } from '../objects/catalog.ts';
import type { Customer } from '../objects/customer.ts';
import type { Invoice } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import { isMetered } from '../objects/meter.ts';
import type { PaymentMethod } from '../objects/payment.ts';
import {
  type MissingPaymentMethod,
  type Subscription,
  subscriptionConstants,
  type SubscriptionItem,
  subscriptionItemConstants,
} from '../objects/subscription.ts';
import { addIntervals } from '../time/period.ts';
import { sentFirstInvoiceSeconds } from '../unconfirmed.ts';
import { needsMethodToBegin } from '../unconfirmed.ts';
import { change, insert, type World } from '../world.ts';
import { inForce, readDiscounts, redeem, type WantedDiscount } from './discounts.ts';
import { attemptPayment, payingMethod, paymentError } from './collect.ts';
import { draftInvoice, pendingItems } from './invoice-draft.ts';
import { addInvoiceItem } from './invoice-items.ts';
import { finalizeInvoice } from './invoice-life.ts';
import { createSetupIntent } from './setups.ts';
import { debitOf, itemLine } from './subscription-lines.ts';
import { isEnded } from './subscription-payment.ts';

export interface WantedItem {
  readonly price: Price;
  readonly quantity: number;
  readonly metadata: Metadata;
  readonly discounts?: readonly WantedDiscount[];
  readonly tax_rates?: readonly TaxRate[];
}

export type Collection = Pick<Subscription, 'collection_method' | 'days_until_due'>;
const sends = ({ collection_method }: Subscription): boolean => collection_method === 'send_invoice';

export interface NewSubscription {
  readonly customer: Customer;
  readonly currency: string;
  readonly items: readonly WantedItem[];
  /** One-time prices on the first invoice. */
  readonly extras: readonly WantedItem[];
  readonly trial_end: number | null;
  readonly missing_payment_method: MissingPaymentMethod;
  readonly metadata: Metadata;
  readonly description: string | null;
  readonly default_payment_method: string | null;
  readonly save_default_payment_method: 'off' | 'on_subscription';
  readonly billing_mode: 'classic' | 'flexible';
  readonly discounts?: readonly WantedDiscount[];
  readonly default_tax_rates?: readonly TaxRate[];
  readonly automatic_tax?: boolean;
  readonly payment_behavior: 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete';
  /** The card at hand, whose challenge has been passed if there was one. */
  readonly present?: PaymentMethod;
  readonly off_session?: boolean;
  readonly collection?: Collection;
}

/** 730 days, as `trial_period_days` and `trial_end` are limited. */
export const longestTrialSeconds = 730 * 86_400;
export const mostItems = 20;

function demandSellable({ customer, currency, items, billing_mode, trial_end }: NewSubscription, world: World): void {
  if (items.length === 0) throw invalid('Missing required param: items.', 'parameter_missing', 'items');
  if (items.length > mostItems) throw invalid(`A subscription can have at most ${mostItems} items.`, undefined, 'items');
  for (const [position, { price }] of items.entries()) demandRecurring(price, currency, `items[${position}][price]`);
  demandOneProductOnce(items);
  const intervals = new Set(items.map(({ price }) => `${price.recurring?.interval} ${price.recurring?.interval_count}`));
  if (billing_mode === 'classic' && intervals.size > 1) {
    throw invalid(
      'Currently, all prices on a subscription must have the same `recurring.interval` and `recurring.interval_count`.',
      undefined,
      'items',
    );
  }
  const other = world.tables.subscriptions.of(customer.id).find((row) => !isEnded(row) && row.currency !== currency);
  if (other) {
    throw invalid(
      `You cannot combine currencies on a single customer. This customer has an active subscription, subscription schedule, discount, quote, or invoice item with currency ${other.currency}`,
    );
  }
  if (trial_end !== null && trial_end <= world.now()) {
    throw invalid('Invalid timestamp: must be an integer Unix timestamp in the future.', 'parameter_invalid_integer', 'trial_end');
  }
  if (trial_end !== null && trial_end - world.now() > longestTrialSeconds) {
    throw invalid('Invalid timestamp: can be no more than two years in the future.', 'parameter_invalid_integer', 'trial_end');
  }
}

function demandOneProductOnce(items: readonly WantedItem[]): void {
  const ids = items.map(({ price }) => price.id);
  const twice = ids.findIndex((id, position) => ids.indexOf(id) !== position);
  if (twice >= 0) {
    throw invalid(`Cannot add multiple subscription items with the same plan: ${ids[twice]}`, undefined, `items[${twice}][price]`);
  }
}

/** The price as something a subscription can hold, in `currency`. */
export function demandRecurring(price: Price, currency: string, param: string): void {
  if (!price.recurring) {
    throw invalid(
      `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
      undefined,
      param,
    );
  }
  if (!price.active) throw invalid('The price specified is inactive. This field only accepts active prices.', undefined, param);
  optionOf(price, currency, param);
}

export function newItem(
  world: World,
  subscription: string,
  { price, quantity, metadata, discounts = [], tax_rates = [] }: WantedItem,
  period: { start: number; end: number },
  buyer: { readonly customer: string; readonly currency: string },
): SubscriptionItem {
  const id = world.ids.next('si', 14);
  const own = redeem(world, readDiscounts(world, discounts, buyer), { subscription, subscription_item: id, customer: buyer.customer });
  return {
    ...subscriptionItemConstants,
    id,
    object: 'subscription_item',
    created: world.now(),
    current_period_start: period.start,
    current_period_end: period.end,
    discounts: own.map((discount) => discount.id),
    metadata,
    price,
    quantity: isMetered({ price }) ? 0 : quantity,
    subscription,
    tax_rates,
  };
}

/** The list as Stripe shows it, newest first as in invoices. */
export const itemList = (subscription: string, data: readonly SubscriptionItem[]): Subscription['items'] => ({
  object: 'list',
  data,
  has_more: false,
  url: `/v1/subscription_items?subscription=${subscription}`,
});

const firstPeriod = (price: Price, start: number, trialEnd: number | null): { start: number; end: number } => ({
  start,
  end: trialEnd ?? (price.recurring ? addIntervals(start, price.recurring, 1) : start),
});

const toAutomaticTax = (enabled: boolean): Subscription['automatic_tax'] => ({
  disabled_reason: null,
  enabled,
  liability: enabled ? { type: 'self' } : null,
});

function toSubscription(world: World, input: NewSubscription): Subscription {
  const id = world.ids.next('sub');
  const now = world.now();
  const { trial_end } = input;
  const buyer = { customer: input.customer.id, currency: input.currency };
  const items = input.items.map((item) => newItem(world, id, item, firstPeriod(item.price, now, trial_end), buyer));
  const subtotal = [...input.items, ...input.extras].reduce(
    (sum, { price, quantity }) => sum + amountOf(price, input.currency, quantity),
    0,
  );
  const discounts = redeem(world, readDiscounts(world, input.discounts ?? [], { ...buyer, subtotal }), {
    subscription: id,
    customer: buyer.customer,
  });
  const debits = items.map(
    (item) => [item.id, debitOf(item, trial_end === null ? amountOf(item.price, input.currency, item.quantity) : 0)] as const,
  );
  return {
    ...subscriptionConstants,
    ...input.collection,
    id,
    object: 'subscription',
    automatic_tax: toAutomaticTax(input.automatic_tax ?? false),
    billing_cycle_anchor: trial_end ?? now,
    billing_mode: { type: input.billing_mode, flexible: input.billing_mode === 'flexible' ? { proration_discounts: 'included' } : null },
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    created: now,
    currency: input.currency,
    customer: input.customer.id,
    default_payment_method: input.default_payment_method,
    default_tax_rates: input.default_tax_rates ?? [],
    description: input.description,
    discounts: discounts.map((discount) => discount.id),
    ended_at: null,
    items: itemList(id, items),
    latest_invoice: null,
    metadata: input.metadata,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: input.save_default_payment_method,
    },
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: now,
    status: trial_end === null ? 'incomplete' : 'trialing',
    status_details: undefined,
    trial_end,
    trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: input.missing_payment_method } },
    trial_start: trial_end === null ? null : now,
    [memory]: { debits: Object.fromEntries(debits), toldTrialEnd: null, toldUpcoming: null, pending: null },
  };
}

function firstInvoice(world: World, subscription: Subscription, { customer, currency, extras }: NewSubscription): Invoice {
  for (const extra of extras) addInvoiceItem(world, { ...extra, customer: customer.id, currency, subscription: subscription.id });
  return draftInvoice(world, {
    customer,
    currency,
    billing_reason: 'subscription_create',
    lines: subscription.items.data.map((item) => itemLine(world, subscription, item, subscription.status === 'trialing')),
    subscription,
    items: pendingItems(world, customer.id, currency, subscription.id),
    period: { start: world.now(), end: world.now() },
    automatically_finalizes_at: sends(subscription) && subscription.status === 'incomplete' ? world.now() + sentFirstInvoiceSeconds : null,
  });
}

/** What an invoice leaves behind on its subscription: coupons that it used up are gone, and what was really debited. */
export function afterInvoice(
  world: World,
  subscription: Subscription,
  { lines }: Invoice,
): Pick<Subscription, 'discounts' | typeof memory> {
  const debited = lines.data.flatMap(({ parent, amount, discount_amounts, period }) => {
    const details = parent.subscription_item_details;
    if (!details || details.proration || details.subscription !== subscription.id) return [];
    const off = discount_amounts.reduce((sum, discount) => sum + discount.amount, 0);
    return [[details.subscription_item, { amount: amount - off, ...period }] as const];
  });
  return {
    discounts: inForce(world, subscription.discounts, world.now()).map(({ id }) => id),
    [memory]: { ...subscription[memory], debits: { ...subscription[memory].debits, ...Object.fromEntries(debited) } },
  };
}

function prepareSetup(world: World, subscription: Subscription, invoice: Invoice): string | null {
  const costs = subscription.items.data.some(({ price, quantity }) => amountOf(price, subscription.currency, quantity) > 0);
  if (sends(subscription) || invoice.amount_due > 0 || !costs || payingMethod(world, invoice)) return null;
  return createSetupIntent(world, { customer: subscription.customer, usage: 'off_session' }).id;
}

/** Begins a subscription and tries its first payment as `payment_behavior` says. */
export function createSubscription(world: World, input: NewSubscription): Subscription {
  demandSellable(input, world);
  const drafted = insert(world, 'subscriptions', toSubscription(world, input));
  const first = firstInvoice(world, drafted, input);
  const invoice = first.automatically_finalizes_at === null ? finalizeInvoice(world, first) : first;
  const starts = invoice.status === 'paid' || sends(drafted); // who is sent invoices may begin before the first is paid
  const status = drafted.status === 'incomplete' && starts ? 'active' : drafted.status;
  const started = change(world, 'subscriptions', drafted, {
    ...afterInvoice(world, drafted, invoice),
    status,
    latest_invoice: invoice.id,
    pending_setup_intent: prepareSetup(world, drafted, invoice),
  });
  world.emit('customer.subscription.created', started);
  const deferred = input.payment_behavior === 'default_incomplete' && !input.present;
  if (invoice.status === 'open' && !deferred) collectFirst(world, invoice, input);
  return world.tables.subscriptions.get(started.id) ?? started;
}

function collectFirst(world: World, invoice: Invoice, { present, payment_behavior }: NewSubscription): void {
  const sent = invoice.collection_method === 'send_invoice';
  if (needsMethodToBegin && !sent && !present && !payingMethod(world, invoice)) {
    throw invalid('This customer has no attached payment source or default payment method.', 'resource_missing', 'customer');
  }
  const tried = attemptPayment(world, invoice, { automatic: false, ...(present && { method: present, challenged: true }) });
  if (tried.status === 'paid' || payment_behavior !== 'error_if_incomplete') return;
  const { status, body } = paymentError(world, tried);
  throw new ApiError(status, body); // not a DeclinedError: nothing of it remains
}
