/**
 * Step subscription: the invoice lines of a new billing period.
 */
import { formatMoney } from '../money/currency.ts';
import { amountOf, optionOf } from '../money/price-amount.ts';
import type { Price } from '../objects/catalog.ts';
import type { Debit, Subscription, SubscriptionItem } from '../objects/subscription.ts';
import type { World } from '../world.ts';
import { type NewLine, pricingOf } from './invoice-draft.ts';

export const productName = (world: World, price: Price): string => world.tables.products.get(price.product)?.name ?? price.product;

function rate(price: Price, currency: string): string {
  const { unit_amount, unit_amount_decimal, tiers } = optionOf(price, currency, 'currency');
  const amount = tiers ? 'Tier 1' : formatMoney(unit_amount ?? Number(unit_amount_decimal), currency);
  if (!price.recurring) return amount;
  const { interval, interval_count } = price.recurring;
  return interval_count === 1 ? `${amount} / ${interval}` : `${amount} every ${interval_count} ${interval}s`;
}

function describe(world: World, { price, quantity }: SubscriptionItem, currency: string, onTrial: boolean): string {
  if (onTrial) return `Trial period for ${productName(world, price)}`;
  return `${quantity} × ${productName(world, price)} (at ${rate(price, currency)})`;
}

/** The line of one item for its current period; 0 while on trial. */
export function itemLine(world: World, subscription: Subscription, item: SubscriptionItem, onTrial: boolean): NewLine {
  const { currency } = subscription;
  return {
    amount: onTrial ? 0 : amountOf(item.price, currency, item.quantity),
    description: describe(world, item, currency, onTrial),
    discountable: true,
    discounts: item.discounts,
    metadata: item.metadata,
    parent: {
      type: 'subscription_item_details',
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: null,
        subscription: subscription.id,
        subscription_item: item.id,
      },
    },
    period: { start: item.current_period_start, end: item.current_period_end },
    pricing: pricingOf(item.price, currency),
    quantity: item.quantity,
    subscription: subscription.id,
    tax_rates: item.tax_rates,
  };
}

/** What a period's line leaves to be credited. */
export const debitOf = (item: SubscriptionItem, amount: number): Debit => ({
  amount,
  start: item.current_period_start,
  end: item.current_period_end,
});
