/**
 * Step panel: credit for unused time and debit for remaining time, as invoice items (docs.stripe.com/billing/subscriptions/prorations).
 *
 * Promise: flexible billing credits from what was debited, classic billing from the item's current price.
 */
import { exactAmount } from '../money/price-amount.ts';
import { parseDecimal, plus, type Rational, rational, times } from '../money/rational.ts';
import { prorationsContainPercentOff } from '../unconfirmed.ts';
import { creditFor, debitFor } from '../money/proration.ts';
import type { ProrationDetails } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import type { Debit, Subscription, SubscriptionItem } from '../objects/subscription.ts';
import type { World } from '../world.ts';
import { inForce, termsOf } from './discounts.ts';
import { insertInvoiceItem } from './invoice-items.ts';
import { productName } from './subscription-lines.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function dayText(seconds: number): string {
  const at = new Date(seconds * 1000);
  return `${String(at.getUTCDate()).padStart(2, '0')} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

function describe(world: World, kind: 'Unused' | 'Remaining', { price, quantity }: SubscriptionItem, at: number): string {
  const what = productName(world, price);
  return `${kind} time on ${quantity > 1 ? `${quantity} × ${what}` : what} after ${dayText(at)}`;
}

/** The invoice lines that a credit takes back: the newest that charged this item. */
function creditedItems(world: World, subscription: Subscription, item: SubscriptionItem): ProrationDetails {
  for (const invoice of world.tables.invoices.of(subscription.id)) {
    const lines = invoice.lines.data.filter(
      ({ parent, amount }) => amount > 0 && parent.subscription_item_details?.subscription_item === item.id,
    );
    if (lines.length > 0) return { credited_items: { invoice: invoice.id, invoice_line_items: lines.map(({ id }) => id) } };
  }
  return { credited_items: null };
}

/** The exact whole price of an item less the percentages off that are in force; amounts off belong to whole invoices. */
function discounted(world: World, { currency, discounts }: Subscription, item: SubscriptionItem): Rational {
  const whole = exactAmount(item.price, currency, item.quantity);
  if (!prorationsContainPercentOff) return whole;
  return inForce(world, [...item.discounts, ...discounts], world.now()).reduce((left, discount) => {
    const { percent_off, products } = termsOf(discount, currency);
    if (percent_off === null || (products && !products.includes(item.price.product))) return left;
    return times(left, plus(rational(1), times(parseDecimal(String(percent_off)), rational(-1, 100))));
  }, whole);
}

/** Negative minor units for the time of `item` after `at`. */
function creditAmount(world: World, subscription: Subscription, item: SubscriptionItem, at: number): number {
  if (subscription.billing_mode.type === 'classic') {
    const period = { start: item.current_period_start, end: item.current_period_end };
    return -debitFor(discounted(world, subscription, item), period, at);
  }
  const debited = subscription[memory].debits[item.id];
  return debited ? creditFor(debited.amount, debited, at) : 0;
}

/** Writes down the credit of an item; nothing when nothing is left of it. */
export function creditItem(world: World, subscription: Subscription, item: SubscriptionItem, at: number): void {
  const amount = creditAmount(world, subscription, item, at);
  if (amount === 0) return;
  insertInvoiceItem(world, {
    customer: subscription.customer,
    currency: subscription.currency,
    subscription: subscription.id,
    subscriptionItem: item.id,
    amount,
    description: describe(world, 'Unused', item, at),
    period: { start: at, end: item.current_period_end },
    price: item.price,
    quantity: item.quantity,
    tax_rates: item.tax_rates,
    proration: true,
    prorationDetails: creditedItems(world, subscription, item),
  });
}

/** Writes down the debit of an item from `at` to the end of its period; nothing when that is over. */
export function debitItem(world: World, subscription: Subscription, item: SubscriptionItem, at: number): Debit {
  const { currency } = subscription;
  const period = { start: item.current_period_start, end: item.current_period_end };
  const amount = debitFor(discounted(world, subscription, item), period, at);
  if (at >= period.end) return { amount, start: at, end: at };
  insertInvoiceItem(world, {
    customer: subscription.customer,
    currency,
    subscription: subscription.id,
    subscriptionItem: item.id,
    amount,
    description: describe(world, 'Remaining', item, at),
    period: { start: at, end: period.end },
    price: item.price,
    quantity: item.quantity,
    tax_rates: item.tax_rates,
    proration: true,
  });
  return { amount, start: at, end: period.end };
}
