/** Step panel: `/v1/invoiceitems`: what waits for the next invoice. */
import { readDiscounts, redeem } from '../billing/discounts.ts';
import { taxRatesOf } from '../billing/taxes.ts';
import { addItemsToDraft, itemOfLine, refreshDraft, removeLines } from '../billing/invoice-lines.ts';
import { addInvoiceItem, insertInvoiceItem } from '../billing/invoice-items.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { count, flag, integer, mergeMetadata, metadata, passives, required, shape, text } from '../http/read.ts';
import type { InvoiceItem } from '../objects/invoice.ts';
import { change, type World } from '../world.ts';
import { discountsField, priceOf, taxRatesField } from './subscription-parameters.ts';

const period = shape({ start: required(integer), end: required(integer) });
const createFields = {
  amount: integer,
  currency: text,
  customer: required(text),
  description: text,
  discountable: flag,
  invoice: text,
  metadata,
  period,
  pricing: shape({ price: required(text) }),
  quantity: count,
  subscription: text,
  discounts: discountsField,
  tax_rates: taxRatesField,
  ...passives('tax_behavior', 'tax_code'),
} as const;
const updateFields = {
  amount: integer,
  description: text,
  discountable: flag,
  metadata,
  period,
  discounts: discountsField,
  tax_rates: taxRatesField,
  ...passives('tax_behavior', 'tax_code'),
} as const;
const filters = { ...listFields, created, customer: text, invoice: text, pending: flag } as const;

/** Adds an item that waits, or that a draft takes up at once. */
function create(call: Call<typeof createFields>): InvoiceItem {
  const { world, params } = call;
  if (params.invoice === undefined) return waiting(call);
  const invoice = world.tables.invoices.get(params.invoice);
  if (!invoice) throw missingReference('invoice', params.invoice, 'invoice');
  const item = waiting({ ...call, params: { ...params, currency: params.currency ?? invoice.currency } });
  addItemsToDraft(world, invoice, [item]);
  return found(world.tables.invoiceItems.get(item.id), 'invoiceitem', item.id);
}

function waiting({ world, params }: Call<typeof createFields>): InvoiceItem {
  const customer = world.tables.customers.get(params.customer);
  if (!customer) throw missingReference('customer', params.customer, 'customer');
  const { subscription = null } = params;
  if (subscription !== null && !world.tables.subscriptions.get(subscription))
    throw missingReference('subscription', subscription, 'subscription');
  const { tax_rates: rates, discounts } = params;
  const place = {
    customer: customer.id,
    subscription,
    metadata: mergeMetadata({}, params.metadata),
    ...(rates && { tax_rates: taxRatesOf(world, rates, 'tax_rates') }),
  };
  if (params.pricing) {
    const price = priceOf(world, params.pricing.price, 'pricing[price]');
    return addInvoiceItem(world, {
      ...place,
      price,
      currency: params.currency ?? price.currency,
      quantity: params.quantity ?? 1,
      ...(discounts && { discounts }),
    });
  }
  if (params.amount === undefined) throw invalid('Missing required param: amount.', 'parameter_missing', 'amount');
  const currency = params.currency ?? customer.currency ?? 'usd';
  const own = redeem(world, readDiscounts(world, discounts ?? [], { customer: customer.id, currency }), { customer: customer.id });
  return insertInvoiceItem(world, {
    ...place,
    amount: params.amount,
    currency,
    discounts: own.map(({ id }) => id),
    description: params.description ?? '',
    discountable: params.discountable ?? true,
    ...(params.period && { period: params.period }),
  });
}

/** The item, as long as no invoice has taken it up. */
function editable(world: World, id: string): InvoiceItem {
  const item = found(world.tables.invoiceItems.get(id), 'invoiceitem', id);
  const invoice = world.tables.invoices.get(item.invoice ?? '');
  if (invoice && invoice.status !== 'draft')
    throw invalid('This invoice item can no longer be changed, as its invoice is finalized.', 'invoice_not_editable');
  return item;
}

function update({ world, id, params }: Call<typeof updateFields>): InvoiceItem {
  const before = editable(world, id);
  const { amount, description, discountable, period: span } = params;
  const after = change(world, 'invoiceItems', before, {
    amount: amount ?? before.amount,
    description: description ?? before.description,
    discountable: discountable ?? before.discountable,
    period: span ?? before.period,
    metadata: mergeMetadata(before.metadata, params.metadata),
    ...(params.tax_rates !== undefined && { tax_rates: taxRatesOf(world, params.tax_rates ?? [], 'tax_rates') }),
  });
  refreshDraft(world, after);
  return after;
}

function remove({ world, id }: Call<Record<never, never>>): object {
  const item = editable(world, id);
  const invoice = world.tables.invoices.get(item.invoice ?? '');
  const line = invoice?.lines.data.find((row) => itemOfLine(world, row)?.id === id);
  if (invoice && line) removeLines(world, invoice, new Map([[line.id, 'delete' as const]]));
  else {
    world.tables.invoiceItems.remove(id);
    world.emit('invoiceitem.deleted', item);
  }
  return { id, object: 'invoiceitem', deleted: true };
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = world.tables.invoiceItems
    .all()
    .filter((row) => params.customer === undefined || row.customer === params.customer)
    .filter((row) => params.invoice === undefined || row.invoice === params.invoice)
    .filter((row) => params.pending === undefined || (row.invoice === null) === params.pending)
    .filter((row) => isWithin(row.date, params.created));
  return pageOf(rows, params, '/v1/invoiceitems');
}

export function invoiceItems(offer: Offer): void {
  offer('post', '/invoiceitems', { fields: createFields, run: create });
  offer('get', '/invoiceitems', { fields: filters, run: list });
  offer('get', '/invoiceitems/:id', { fields: {}, run: ({ world, id }) => found(world.tables.invoiceItems.get(id), 'invoiceitem', id) });
  offer('post', '/invoiceitems/:id', { fields: updateFields, run: update });
  offer('delete', '/invoiceitems/:id', { fields: {}, run: remove });
}
