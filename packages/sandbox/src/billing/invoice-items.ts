/**
 * Step webhook: items that wait for an invoice.
 */
import { amountOf, optionOf } from '../money/price-amount.ts';
import type { Metadata, Price } from '../objects/catalog.ts';
import { type InvoiceItem, invoiceItemConstants, type Period, type ProrationDetails } from '../objects/invoice.ts';
import type { TaxRate } from '../objects/discount.ts';
import { memory } from '../objects/memory.ts';
import { insert, type World } from '../world.ts';
import { readDiscounts, redeem, type WantedDiscount } from './discounts.ts';
import { pricingOf } from './invoice-draft.ts';

interface Place {
  readonly customer: string;
  readonly currency: string;
  readonly subscription: string | null;
}

export interface FreeItem extends Place {
  readonly amount: number;
  readonly description: string;
  readonly discountable?: boolean;
  readonly metadata?: Metadata;
  readonly period?: Period;
  readonly price?: Price;
  readonly quantity?: number;
  readonly proration?: boolean;
  readonly subscriptionItem?: string;
  /** What a credit takes back. */
  readonly prorationDetails?: ProrationDetails;
  readonly discounts?: readonly string[];
  readonly tax_rates?: readonly TaxRate[];
}

/** Adds an item of a given amount. */
export function insertInvoiceItem(world: World, item: FreeItem): InvoiceItem {
  const now = world.now();
  const { subscription, proration = false, quantity = 1 } = item;
  return insert(
    world,
    'invoiceItems',
    {
      ...invoiceItemConstants,
      id: world.ids.next('ii'),
      object: 'invoiceitem',
      amount: item.amount,
      currency: item.currency,
      customer: item.customer,
      date: now,
      description: item.description,
      discountable: item.discountable ?? !proration,
      discounts: item.discounts ?? [],
      invoice: null,
      metadata: item.metadata ?? {},
      parent:
        subscription === null
          ? null
          : {
              type: 'subscription_details',
              subscription_details: {
                subscription,
                ...(item.subscriptionItem !== undefined && { subscription_item: item.subscriptionItem }),
              },
            },
      period: item.period ?? { start: now, end: now },
      pricing: item.price ? pricingOf(item.price, item.currency) : null,
      proration,
      quantity,
      quantity_decimal: String(quantity),
      tax_rates: item.tax_rates ?? [],
      [memory]: {
        subscription,
        subscriptionItem: item.subscriptionItem ?? null,
        prorationDetails: item.prorationDetails ?? { credited_items: null },
      },
    },
    'invoiceitem.created',
  );
}

export interface PricedItem extends Place {
  readonly price: Price;
  readonly quantity: number;
  readonly metadata: Metadata;
  readonly discountable?: boolean;
  readonly discounts?: readonly WantedDiscount[];
  readonly tax_rates?: readonly TaxRate[];
}

/** Adds an item of a one-time price. */
export function addInvoiceItem(world: World, { price, quantity, discounts = [], ...place }: PricedItem): InvoiceItem {
  optionOf(price, place.currency, 'price');
  const own = redeem(world, readDiscounts(world, discounts, place), { customer: place.customer });
  return insertInvoiceItem(world, {
    ...place,
    discounts: own.map(({ id }) => id),
    amount: amountOf(price, place.currency, quantity),
    description: world.tables.products.get(price.product)?.name ?? price.product,
    price,
    quantity,
  });
}
