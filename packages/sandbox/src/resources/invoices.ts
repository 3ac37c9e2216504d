/** Step panel: `/v1/invoices` and what belongs to them. */
import { attemptPayment, invoicePaid, paymentError } from '../billing/collect.ts';
import { draftInvoice, pendingItems } from '../billing/invoice-draft.ts';
import { addInvoiceItem, insertInvoiceItem } from '../billing/invoice-items.ts';
import { finalizeInvoice, markPaid, markUncollectible, voidInvoice } from '../billing/invoice-life.ts';
import { previewChange, previewPurchase, previewRenewal } from '../billing/invoice-preview.ts';
import { findPaymentMethod } from '../billing/payment-methods.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import {
  clearable,
  count,
  either,
  flag,
  integer,
  listOf,
  mergeMetadata,
  metadata,
  oneOf,
  passives,
  required,
  shape,
  text,
} from '../http/read.ts';
import type { Customer } from '../objects/customer.ts';
import type { Invoice, InvoiceItem } from '../objects/invoice.ts';
import type { World } from '../world.ts';
import { itemChanges, priceOf, toItemWishes } from './subscription-parameters.ts';

const filters = {
  ...listFields,
  created,
  customer: text,
  subscription: text,
  status: oneOf('draft', 'open', 'paid', 'uncollectible', 'void'),
  ...passives('collection_method', 'due_date'),
} as const;
const createFields = {
  auto_advance: flag,
  currency: text,
  customer: required(text),
  description: clearable(text),
  metadata,
  pending_invoice_items_behavior: oneOf('exclude', 'include'),
  subscription: text,
  ...passives('collection_method', 'days_until_due', 'default_payment_method'),
} as const;
const payFields = { payment_method: text, paid_out_of_band: flag, ...passives('forgive', 'off_session', 'source', 'mandate') } as const;
const extra = shape({
  price: text,
  quantity: count,
  amount: integer,
  currency: text,
  description: text,
  metadata,
  ...passives('period', 'discounts'),
});
const previewFields = {
  currency: text,
  customer: text,
  invoice_items: listOf(extra),
  preview_mode: oneOf('next', 'recurring'),
  schedule: text,
  subscription: text,
  subscription_details: shape({
    items: itemChanges,
    proration_behavior: oneOf('always_invoice', 'create_prorations', 'none'),
    proration_date: integer,
    start_date: integer,
    trial_end: either(oneOf('now'), integer),
    ...passives('billing_mode', 'billing_cycle_anchor', 'cancel_at', 'cancel_at_period_end', 'cancel_now', 'metadata'),
  }),
  ...passives('automatic_tax', 'customer_details', 'discounts'),
} as const;
const itemFields = {
  amount: integer,
  currency: text,
  customer: required(text),
  description: text,
  metadata,
  pricing: shape({ price: required(text) }),
  quantity: count,
  subscription: text,
  ...passives('discountable', 'period', 'discounts'),
} as const;

const find = (world: World, id: string): Invoice => found(world.tables.invoices.get(id), 'invoice', id);

function customerOf(world: World, id: string): Customer {
  const customer = world.tables.customers.get(id);
  if (!customer) throw missingReference('customer', id, 'customer');
  return customer;
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = (params.subscription === undefined ? world.tables.invoices.all() : world.tables.invoices.of(params.subscription))
    .filter((row) => params.customer === undefined || row.customer === params.customer)
    .filter((row) => params.status === undefined || row.status === params.status)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/invoices');
}

function create({ world, params }: Call<typeof createFields>): Invoice {
  const customer = customerOf(world, params.customer);
  const subscription =
    params.subscription === undefined
      ? null
      : found(world.tables.subscriptions.get(params.subscription), 'subscription', params.subscription);
  const currency = params.currency ?? subscription?.currency ?? customer.currency ?? 'usd';
  const items =
    params.pending_invoice_items_behavior === 'include' || subscription
      ? pendingItems(world, customer.id, currency, subscription?.id ?? null)
      : [];
  return draftInvoice(world, {
    customer,
    currency,
    billing_reason: 'manual',
    lines: [],
    subscription,
    items,
    period: { start: world.now(), end: world.now() },
    automatically_finalizes_at: null,
    auto_advance: params.auto_advance ?? false,
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
  });
}

function finalize({ world, id }: { world: World; id: string }): Invoice {
  const invoice = finalizeInvoice(world, find(world, id));
  if (invoice.status === 'paid') invoicePaid(world, invoice, null);
  return find(world, id);
}

function pay({ world, id, params }: Call<typeof payFields>): Invoice {
  const invoice = find(world, id);
  if (invoice.status === 'paid') throw invalid('Invoice is already paid', 'invoice_already_paid');
  const open = invoice.status === 'draft' ? finalize({ world, id }) : invoice;
  if (open.status === 'paid') return open;
  if (params.paid_out_of_band) {
    invoicePaid(world, markPaid(world, open), null);
    return find(world, id);
  }
  const method = params.payment_method === undefined ? undefined : findPaymentMethod(world, params.payment_method, 'payment_method');
  const tried = attemptPayment(world, open, { automatic: false, ...(method && { method }) });
  if (tried.status !== 'paid') throw paymentError(world, tried);
  return tried;
}

type PreviewParams = Call<typeof previewFields>['params'];

function createPreview({ world, params }: Call<typeof previewFields>): Invoice {
  const details = params.subscription_details;
  const schedule =
    params.schedule === undefined
      ? undefined
      : found(world.tables.schedules.get(params.schedule), 'subscription schedule', params.schedule);
  const id = params.subscription ?? schedule?.subscription ?? undefined;
  if (id === undefined) return previewNew(world, params);
  const subscription = found(world.tables.subscriptions.get(id), 'subscription', id);
  if (!details?.items) return previewRenewal(world, subscription);
  const wish = {
    items: toItemWishes(world, details.items),
    proration_behavior: details.proration_behavior ?? 'create_prorations',
    proration_date: details.proration_date ?? world.now(),
    payment_behavior: 'allow_incomplete',
  } as const;
  return wish.proration_behavior === 'always_invoice'
    ? previewChange(world, subscription, wish)
    : previewRenewal(world, subscription, wish);
}

function previewNew(world: World, params: PreviewParams): Invoice {
  const details = params.subscription_details;
  const wanted = (list: readonly { price?: string; quantity?: number }[] | undefined, param: string) =>
    (list ?? []).map(({ price = '', quantity = 1 }, position) => ({
      price: priceOf(world, price, `${param}[${position}][price]`),
      quantity,
      metadata: {},
    }));
  const items = wanted(details?.items, 'subscription_details[items]');
  const trialEnd = details?.trial_end;
  return previewPurchase(world, {
    customer: params.customer === undefined ? null : customerOf(world, params.customer),
    currency: params.currency ?? items[0]?.price.currency ?? 'usd',
    items,
    extras: wanted(params.invoice_items, 'invoice_items'),
    trial_end: typeof trialEnd === 'number' ? trialEnd : null,
    start: details?.start_date ?? world.now(),
  });
}

function createItem({ world, params }: Call<typeof itemFields>): InvoiceItem {
  const customer = customerOf(world, params.customer);
  const subscription = params.subscription ?? null;
  const place = { customer: customer.id, subscription, metadata: mergeMetadata({}, params.metadata) };
  if (params.pricing) {
    const price = priceOf(world, params.pricing.price, 'pricing[price]');
    return addInvoiceItem(world, { ...place, price, currency: params.currency ?? price.currency, quantity: params.quantity ?? 1 });
  }
  if (params.amount === undefined) throw invalid('Missing required param: amount.', 'parameter_missing', 'amount');
  return insertInvoiceItem(world, {
    ...place,
    amount: params.amount,
    currency: params.currency ?? customer.currency ?? 'usd',
    description: params.description ?? '',
  });
}

export function invoices(offer: Offer): void {
  offer('post', '/invoices/create_preview', { fields: previewFields, run: createPreview });
  offer('get', '/invoices', { fields: filters, run: list });
  offer('post', '/invoices', { fields: createFields, run: create });
  offer('get', '/invoices/:id', { fields: {}, run: ({ world, id }) => find(world, id) });
  offer('get', '/invoices/:id/lines', {
    fields: listFields,
    run: ({ world, id, params }) => pageOf(find(world, id).lines.data, params, `/v1/invoices/${id}/lines`),
  });
  offer('post', '/invoices/:id/finalize', { fields: passives('auto_advance'), run: finalize });
  offer('post', '/invoices/:id/pay', { fields: payFields, run: pay });
  offer('post', '/invoices/:id/void', { fields: {}, run: ({ world, id }) => voidInvoice(world, find(world, id)) });
  offer('post', '/invoices/:id/mark_uncollectible', { fields: {}, run: ({ world, id }) => markUncollectible(world, find(world, id)) });
  offer('post', '/invoiceitems', { fields: itemFields, run: createItem });
  offer('get', '/invoice_payments', {
    fields: { ...listFields, invoice: text, status: text, ...passives('payment', 'created') },
    run: ({ world, params }) =>
      pageOf(
        params.invoice === undefined ? world.tables.invoicePayments.all() : world.tables.invoicePayments.of(params.invoice),
        params,
        '/v1/invoice_payments',
      ),
  });
}
