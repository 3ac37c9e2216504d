/**
 * Steps 4 to 7 at Stripe: an invoice, or the preview of one, with everything that a receipt lists.
 *
 * Promise: a plain value without the catalog's words, so that it can be kept and told in any language.
 */
import type { ReceiptPart, ReceiptTax } from '@tillkit/core/receipt/receipt';
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';
import { idOf } from './price-facts.ts';

export interface ReadLine {
  readonly productId?: string;
  readonly priceId?: string;
  /** Stripe's own sentence, for what the catalog cannot name. */
  readonly description: string;
  readonly quantity: number;
  /** Decimal text, minor units of one; absent where Stripe has none, as for tiers. */
  readonly unitAmount?: string;
  /** Minor units, before discounts. */
  readonly amount: number;
  readonly proration: boolean;
  /** It stands for an item of the subscription, rather than for something bought once. */
  readonly recurring: boolean;
  readonly periodStart: number;
  readonly periodEnd: number;
}

/** Minor units throughout. */
export interface InvoiceReading {
  readonly currency: string;
  readonly lines: readonly ReadLine[];
  /** What each discount takes off, 0 or more; the name is empty where Stripe did not tell it. */
  readonly discounts: readonly ReceiptPart[];
  readonly taxes: readonly ReceiptTax[];
  /** Before the customer's balance. */
  readonly total: number;
  readonly amountDue: number;
  /** Too little to be collected: carried over by the customer's balance. */
  readonly belowMinimum?: true;
}

/** Names of discounts come with these. */
export const readingExpansions = ['total_discount_amounts.discount.source.coupon'];

export function toInvoiceReading(
  invoice: Stripe.Invoice,
  lines: readonly Stripe.InvoiceLineItem[],
  names?: ReadonlyMap<string, string>,
): InvoiceReading {
  const { currency, total, amount_due: amountDue, starting_balance: before, ending_balance: after } = invoice;
  const belowMinimum = total > 0 && amountDue === 0 && after !== null && after > before;
  return {
    currency,
    lines: lines.map(toReadLine),
    discounts: (invoice.total_discount_amounts ?? []).map(({ amount, discount }) => ({ name: nameOf(discount, names), amount })),
    taxes: (invoice.total_taxes ?? []).map((tax) => ({ name: '', amount: tax.amount, inclusive: tax.tax_behavior === 'inclusive' })),
    total,
    amountDue,
    ...(belowMinimum && { belowMinimum }),
  };
}

/** A finished invoice with all its lines. */
export async function readInvoiceReading(stripe: StripeGateway, id: string): Promise<InvoiceReading> {
  const client = await stripe();
  const invoice = await client.invoices.retrieve(id, { expand: readingExpansions });
  return toInvoiceReading(invoice, await allLines(client, invoice));
}

/** All lines of an invoice or of a preview, of which Stripe shows the first ten with it (docs.stripe.com/invoicing/preview). */
export async function allLines(client: Stripe, { id, lines }: Stripe.Invoice): Promise<Stripe.InvoiceLineItem[]> {
  if (!lines.has_more) return lines.data;
  return client.invoices.listLineItems(id, { limit: 100 }).autoPagingToArray({ limit: 1000 });
}

/** Names of a subscription's discounts by id, where they are expanded. */
export function discountNames(discounts: readonly (string | Stripe.Discount)[]): ReadonlyMap<string, string> {
  return new Map(discounts.flatMap((discount) => (typeof discount === 'string' ? [] : [[discount.id, nameOf(discount)] as const])));
}

function nameOf(discount: string | Stripe.Discount | Stripe.DeletedDiscount, names?: ReadonlyMap<string, string>): string {
  const known = names?.get(idOf(discount));
  if (known !== undefined || typeof discount === 'string') return known ?? '';
  const coupon = discount.source.coupon;
  return typeof coupon === 'object' ? (coupon?.name ?? '') : '';
}

function toReadLine(line: Stripe.InvoiceLineItem): ReadLine {
  const { parent, pricing, period } = line;
  const { product, price } = pricing?.price_details ?? {};
  const unit = pricing?.unit_amount_decimal;
  return {
    ...(product && { productId: idOf(product) }),
    ...(price && { priceId: idOf(price) }),
    description: line.description ?? '',
    quantity: line.quantity ?? 1,
    ...(unit && { unitAmount: unit.toString() }),
    amount: line.amount,
    proration: Boolean(parent?.subscription_item_details?.proration ?? parent?.invoice_item_details?.proration),
    recurring: parent?.type === 'subscription_item_details',
    periodStart: period.start,
    periodEnd: period.end,
  };
}
