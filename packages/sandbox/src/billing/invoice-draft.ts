/**
 * Step webhook: putting lines onto a draft invoice.
 *
 * Promise: the total is the sum of the lines with their discounts and taxes, nothing else.
 */
import type { Metadata, Price } from '../objects/catalog.ts';
import { optionOf } from '../money/price-amount.ts';
import { addDraftPrices, automaticTaxOf, type DraftTerms, type UnpricedLine } from './draft-prices.ts';
import type { Customer } from '../objects/customer.ts';
import {
  type BillingReason,
  type Invoice,
  invoiceConstants,
  type InvoiceItem,
  type InvoiceLine,
  invoiceLineConstants,
  type Period,
  type Pricing,
} from '../objects/invoice.ts';
import type { TaxRate } from '../objects/discount.ts';
import { memory } from '../objects/memory.ts';
import type { Subscription } from '../objects/subscription.ts';
import { change, insert, type World } from '../world.ts';
import { settleBalance } from './balance.ts';
import { inForce } from './discounts.ts';
import { sumLines } from './line-prices.ts';

export type NewLine = Omit<
  InvoiceLine,
  'id' | 'object' | 'invoice' | 'currency' | 'subtotal' | 'quantity_decimal' | 'livemode' | 'discount_amounts' | 'taxes'
> & {
  /** Rates of its own; none: the invoice's. */
  readonly tax_rates: readonly TaxRate[];
};

export interface NewInvoice {
  readonly customer: Customer;
  readonly currency: string;
  readonly billing_reason: BillingReason;
  readonly lines: readonly NewLine[];
  readonly subscription: Subscription | null;
  /** Pending items that the invoice takes up; their lines stand after `lines`. */
  readonly items: readonly InvoiceItem[];
  readonly period: Period;
  /** Null: it is finalized by whoever drafts it. */
  readonly automatically_finalizes_at: number | null;
  readonly auto_advance?: boolean;
  readonly description?: string | null;
  readonly metadata?: Metadata;
  readonly default_payment_method?: string | null;
  readonly subscription_proration_date?: number;
  /** Ids of discounts; absent: the subscription's, else the customer's. */
  readonly discounts?: readonly string[];
  readonly default_tax_rates?: readonly TaxRate[];
  readonly automatic_tax?: boolean;
  /** What was said of it besides. */
  readonly attributes?: Partial<Invoice>;
}

export const pricingOf = (price: Price, currency: string): Pricing => ({
  price_details: { price: price.id, product: price.product },
  type: 'price_details',
  unit_amount_decimal: optionOf(price, currency, 'currency').unit_amount_decimal,
});

/** The line of an invoice item. */
export function lineOfItem(item: InvoiceItem): NewLine {
  const { subscription, subscriptionItem, prorationDetails } = item[memory];
  const details = { invoice_item: item.id, proration: item.proration, proration_details: prorationDetails };
  return {
    amount: item.amount,
    description: item.description,
    discountable: item.discountable,
    discounts: item.discounts,
    metadata: item.metadata,
    parent:
      subscription !== null && subscriptionItem !== null
        ? {
            type: 'subscription_item_details',
            invoice_item_details: null,
            subscription_item_details: { ...details, subscription, subscription_item: subscriptionItem },
          }
        : {
            type: 'invoice_item_details',
            invoice_item_details: { ...details, subscription },
            subscription_item_details: null,
          },
    period: item.period,
    pricing: item.pricing,
    quantity: item.quantity,
    subscription,
    tax_rates: item.tax_rates,
  };
}

const subListUrl = (id: string): string => `/v1/invoices/${id}/lines`;

export const toLine = (world: World, invoice: string, currency: string, line: NewLine): UnpricedLine => ({
  ...invoiceLineConstants,
  ...line,
  id: world.ids.next('il'),
  object: 'line_item',
  currency,
  invoice,
  quantity_decimal: line.quantity === null ? null : String(line.quantity),
});

/** Totals of lines, and what the customer's balance makes of them. */
export function totalsOf(lines: readonly InvoiceLine[], balance: number, currency: string) {
  const { subtotal, exclusive, inclusive, total, total_discount_amounts, total_taxes } = sumLines(lines);
  const { amount_due, ending_balance } = settleBalance(total, balance, currency);
  return {
    subtotal,
    subtotal_excluding_tax: subtotal - inclusive,
    total,
    total_discount_amounts,
    total_excluding_tax: total - exclusive - inclusive,
    total_taxes,
    starting_balance: balance,
    amount_due,
    amount_remaining: amount_due,
    ending_balance,
  };
}

/** The attributes that come from the subscription. */
function parentOf({ subscription, subscription_proration_date }: NewInvoice): Invoice['parent'] {
  if (!subscription) return null;
  return {
    quote_details: null,
    subscription_details: {
      metadata: subscription.metadata,
      subscription: subscription.id,
      ...(subscription_proration_date !== undefined && { subscription_proration_date }),
    },
    type: 'subscription_details',
  };
}

/** What discounts and taxes the lines of a draft. */
function termsOfDraft(world: World, { customer, currency, subscription, ...input }: NewInvoice): DraftTerms {
  const own =
    input.discounts ?? (subscription?.discounts.length ? subscription.discounts : customer.discount ? [customer.discount.id] : []);
  return {
    customer,
    currency,
    discounts: inForce(world, own, world.now()),
    default_tax_rates: input.default_tax_rates ?? subscription?.default_tax_rates ?? [],
    automatic_tax: input.automatic_tax ?? subscription?.automatic_tax.enabled ?? false,
  };
}

/** An invoice of a subscription whose customer pays by himself says until when. */
function sentTerms(world: World, subscription: Subscription | null): Partial<Invoice> {
  if (subscription?.collection_method !== 'send_invoice') return {};
  return { collection_method: 'send_invoice', due_date: world.now() + (subscription.days_until_due ?? 0) * 86_400 };
}

/** Adds a draft; tells `invoice.created`. */
export function draftInvoice(world: World, input: NewInvoice): Invoice {
  const { customer, currency } = input;
  const id = world.ids.next('in');
  const terms = termsOfDraft(world, input);
  const unpriced = [...input.items.map(lineOfItem), ...input.lines].map((line) => toLine(world, id, currency, line));
  const lines = addDraftPrices(world, unpriced, terms);
  for (const item of input.items) change(world, 'invoiceItems', item, { invoice: id });
  const invoice: Invoice = {
    ...invoiceConstants,
    ...totalsOf(lines, customer.balance, currency),
    id,
    object: 'invoice',
    amount_paid: 0,
    attempt_count: 0,
    attempted: false,
    auto_advance: input.auto_advance ?? true,
    automatic_tax: automaticTaxOf(terms),
    automatically_finalizes_at: input.automatically_finalizes_at,
    billing_reason: input.billing_reason,
    created: world.now(),
    currency,
    customer: customer.id,
    customer_email: customer.email,
    customer_name: customer.name,
    customer_tax_exempt: customer.tax_exempt,
    default_payment_method: input.default_payment_method ?? null,
    default_tax_rates: terms.default_tax_rates,
    description: input.description ?? null,
    discounts: terms.discounts.map((discount) => discount.id),
    effective_at: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    lines: { object: 'list', data: lines, has_more: false, url: subListUrl(id) },
    metadata: input.metadata ?? {},
    next_payment_attempt: input.automatically_finalizes_at,
    number: null,
    parent: parentOf(input),
    period_start: input.period.start,
    period_end: input.period.end,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    webhooks_delivered_at: null,
    ...sentTerms(world, input.subscription),
    ...input.attributes,
    [memory]: { paymentIntent: null, attempts: 0 },
  };
  return insert(world, 'invoices', invoice, 'invoice.created');
}

/** A draft's lines and totals under other discounts or taxes. */
export function repriceDraft(
  world: World,
  invoice: Invoice,
  terms: { readonly discounts: readonly string[]; readonly default_tax_rates: readonly TaxRate[]; readonly automatic_tax: boolean },
): Partial<Invoice> {
  const customer = world.tables.customers.get(invoice.customer);
  if (!customer) return {};
  const { currency, lines } = invoice;
  const discounts = inForce(world, terms.discounts, world.now());
  const draft: DraftTerms = { ...terms, customer, currency, discounts };
  const unpriced = lines.data.map((line) => ({ ...line, tax_rates: ratesOfLine(world, line) }));
  const data = addDraftPrices(world, unpriced, draft);
  return {
    ...totalsOf(data, customer.balance, currency),
    automatic_tax: automaticTaxOf(draft),
    default_tax_rates: terms.default_tax_rates,
    discounts: discounts.map(({ id }) => id),
    lines: { ...lines, data },
  };
}

/** The rates of the item that a line stands for. */
function ratesOfLine(world: World, { parent, subscription }: InvoiceLine): readonly TaxRate[] {
  const { invoice_item_details: free, subscription_item_details: item } = parent;
  if (free) return world.tables.invoiceItems.get(free.invoice_item)?.tax_rates ?? [];
  const items = world.tables.subscriptions.get(subscription ?? '')?.items.data ?? [];
  return items.find(({ id }) => id === item?.subscription_item)?.tax_rates ?? [];
}

/** Invoice items that wait for the next invoice in `currency`: those of `subscription` and those of no subscription. */
export function pendingItems(world: World, customer: string, currency: string, subscription: string | null): InvoiceItem[] {
  return world.tables.invoiceItems
    .of(customer)
    .filter((item) => item.currency === currency && [null, subscription].includes(item[memory].subscription));
}
