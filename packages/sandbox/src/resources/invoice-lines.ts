/** Step panel: `/v1/invoices/:id/lines` and what adds, changes and removes lines of a draft. */
import { addItemsToDraft, changeLines, type LineChange, removeLines } from '../billing/invoice-lines.ts';
import { addInvoiceItem, insertInvoiceItem } from '../billing/invoice-items.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missing, missingReference } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import {
  count,
  flag,
  integer,
  listOf,
  mergeMetadata,
  metadata,
  oneOf,
  type Params,
  passives,
  required,
  shape,
  text,
} from '../http/read.ts';
import { taxRatesOf } from '../billing/taxes.ts';
import type { Invoice, InvoiceItem, InvoiceLine } from '../objects/invoice.ts';
import { change, type World } from '../world.ts';
import { priceOf, taxRatesField } from './subscription-parameters.ts';

const lineFields = {
  amount: integer,
  description: text,
  discountable: flag,
  metadata,
  period: shape({ start: required(integer), end: required(integer) }),
  pricing: shape({ price: required(text) }),
  quantity: count,
  tax_rates: taxRatesField,
  ...passives('discounts', 'price_data', 'quantity_decimal', 'tax_amounts'),
} as const;
const addFields = {
  lines: required(listOf(shape({ ...lineFields, invoice_item: text }))),
  invoice_metadata: metadata,
} as const;
const updateFields = { lines: required(listOf(shape({ ...lineFields, id: required(text) }))), invoice_metadata: metadata } as const;
const removeFields = {
  lines: required(listOf(shape({ id: required(text), behavior: required(oneOf('delete', 'unassign')) }))),
  invoice_metadata: metadata,
} as const;

const find = (world: World, id: string): Invoice => found(world.tables.invoices.get(id), 'invoice', id);

type NewLine = Params<typeof addFields>['lines'][number];

/** The item that a new line stands for: one that waits, or one made for it. */
function itemFor(world: World, { customer, currency }: Invoice, line: NewLine, path: string): InvoiceItem {
  if (line.invoice_item !== undefined) {
    const waiting = world.tables.invoiceItems.get(line.invoice_item);
    if (!waiting) throw missingReference('invoiceitem', line.invoice_item, `${path}[invoice_item]`);
    if (waiting.invoice !== null) throw invalid('This invoice item belongs to an invoice already.', undefined, `${path}[invoice_item]`);
    return waiting;
  }
  const { tax_rates, discountable, period, description } = line;
  const place = {
    customer,
    currency,
    subscription: null,
    metadata: mergeMetadata({}, line.metadata),
    ...(tax_rates && { tax_rates: taxRatesOf(world, tax_rates, `${path}[tax_rates]`) }),
    ...(discountable !== undefined && { discountable }),
    ...(period && { period }),
  };
  const quantity = line.quantity ?? 1;
  if (line.pricing) {
    const item = addInvoiceItem(world, { ...place, price: priceOf(world, line.pricing.price, `${path}[pricing][price]`), quantity });
    return description === undefined ? item : change(world, 'invoiceItems', item, { description });
  }
  if (line.amount === undefined) throw invalid(`Missing required param: ${path}[amount].`, 'parameter_missing', `${path}[amount]`);
  return insertInvoiceItem(world, { ...place, amount: line.amount, description: description ?? '', quantity });
}

function withMetadata(world: World, id: string, given: Parameters<typeof mergeMetadata>[1]): Invoice {
  const invoice = find(world, id);
  return given === undefined ? invoice : change(world, 'invoices', invoice, { metadata: mergeMetadata(invoice.metadata, given) });
}

function add({ world, id, params }: Call<typeof addFields>): Invoice {
  const invoice = withMetadata(world, id, params.invoice_metadata);
  return addItemsToDraft(
    world,
    invoice,
    params.lines.map((line, position) => itemFor(world, invoice, line, `lines[${position}]`)),
  );
}

const lineOf = (invoice: Invoice, id: string, param: string): InvoiceLine => {
  const line = invoice.lines.data.find((row) => row.id === id);
  if (!line) throw missingReference('line_item', id, param);
  return line;
};

function toChange(line: InvoiceLine, given: Params<typeof lineFields>): LineChange {
  const { amount, description, discountable, period, quantity } = given;
  const said = { amount, description, discountable, period, quantity };
  return {
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    metadata: mergeMetadata(line.metadata, given.metadata),
  };
}

function update({ world, id, params }: Call<typeof updateFields>): Invoice {
  const invoice = withMetadata(world, id, params.invoice_metadata);
  const changes = params.lines.map((given, position) => {
    const line = lineOf(invoice, given.id, `lines[${position}][id]`);
    return [given.id, toChange(line, given)] as const;
  });
  return changeLines(world, invoice, new Map(changes));
}

function remove({ world, id, params }: Call<typeof removeFields>): Invoice {
  const invoice = withMetadata(world, id, params.invoice_metadata);
  for (const [position, line] of params.lines.entries()) lineOf(invoice, line.id, `lines[${position}][id]`);
  return removeLines(world, invoice, new Map(params.lines.map(({ id: line, behavior }) => [line, behavior])));
}

function updateOne({ world, id, params }: Call<typeof lineFields>): InvoiceLine {
  const invoice = world.tables.invoices.all().find(({ lines }) => lines.data.some((line) => line.id === id));
  if (!invoice) throw missing('line_item', id);
  const changed = changeLines(world, invoice, new Map([[id, toChange(lineOf(invoice, id, 'id'), params)]]));
  return lineOf(changed, id, 'id');
}

export function invoiceLines(offer: Offer): void {
  offer('get', '/invoices/:id/lines', {
    fields: listFields,
    run: ({ world, id, params }) => {
      const { lines } = world.tables.invoicePreviews.get(id) ?? find(world, id);
      return pageOf(lines.data, params, lines.url);
    },
  });
  offer('post', '/invoices/:id/add_lines', { fields: addFields, run: add });
  offer('post', '/invoices/:id/update_lines', { fields: updateFields, run: update });
  offer('post', '/invoices/:id/remove_lines', { fields: removeFields, run: remove });
  offer('post', '/invoices/:invoice/lines/:id', { fields: lineFields, run: updateOne });
}
