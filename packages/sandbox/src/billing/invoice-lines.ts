/**
 * Step panel: putting lines onto a draft, changing them and taking them off again.
 *
 * Promise: after each of these the draft's totals are those of its lines, and no line of a finalized invoice changes.
 */
import { invalid } from '../http/api-error.ts';
import type { Invoice, InvoiceItem, InvoiceLine } from '../objects/invoice.ts';
import { change, type World } from '../world.ts';
import { lineOfItem, repriceDraft, toLine } from './invoice-draft.ts';

export function demandDraft(invoice: Invoice): void {
  if (invoice.status !== 'draft') {
    throw invalid(`Lines of an invoice can be changed only while it is a draft. This one is ${invoice.status}.`, 'invoice_not_editable');
  }
}

/** The draft with these lines, its totals made anew. */
function withLines(world: World, invoice: Invoice, data: readonly InvoiceLine[]): Invoice {
  const terms = {
    discounts: invoice.discounts,
    default_tax_rates: invoice.default_tax_rates,
    automatic_tax: invoice.automatic_tax.enabled,
  };
  const relined = { ...invoice, lines: { ...invoice.lines, data } };
  return change(world, 'invoices', invoice, repriceDraft(world, relined, terms), 'invoice.updated');
}

/** The draft takes up items; their lines stand after those that are there. */
export function addItemsToDraft(world: World, invoice: Invoice, items: readonly InvoiceItem[]): Invoice {
  demandDraft(invoice);
  const added = items.map((item) => {
    if (item.currency !== invoice.currency) {
      throw invalid(`The item is in ${item.currency}, the invoice in ${invoice.currency}.`, undefined, 'currency');
    }
    const taken = change(world, 'invoiceItems', item, { invoice: invoice.id });
    const { tax_rates: _, ...line } = toLine(world, invoice.id, invoice.currency, lineOfItem(taken));
    return { ...line, subtotal: line.amount, discount_amounts: [], taxes: [] };
  });
  return withLines(world, invoice, [...invoice.lines.data, ...added]);
}

const itemIdOf = ({ parent }: InvoiceLine): string | null =>
  parent.invoice_item_details?.invoice_item ?? parent.subscription_item_details?.invoice_item ?? null;

/** The item behind a line, if there is one. */
export const itemOfLine = (world: World, line: InvoiceLine): InvoiceItem | undefined => world.tables.invoiceItems.get(itemIdOf(line) ?? '');

/** What of an item shows in its line. */
export type LineChange = Partial<
  Pick<InvoiceLine, 'amount' | 'description' | 'discountable' | 'metadata' | 'period' | 'quantity' | 'pricing'>
>;

/** Changes lines by id, and the items behind them. */
export function changeLines(world: World, invoice: Invoice, changes: ReadonlyMap<string, LineChange>): Invoice {
  demandDraft(invoice);
  const data = invoice.lines.data.map((line) => {
    const patch = changes.get(line.id);
    if (!patch) return line;
    const item = itemOfLine(world, line);
    const { quantity, ...rest } = patch;
    if (item) change(world, 'invoiceItems', item, { ...rest, ...(typeof quantity === 'number' && { quantity }) });
    const counted = quantity === undefined ? {} : { quantity_decimal: quantity === null ? null : String(quantity) };
    return { ...line, ...patch, ...counted, subtotal: patch.amount ?? line.amount };
  });
  return withLines(world, invoice, data);
}

/** Takes lines off; an item behind one waits for the next invoice again, or is deleted. */
export function removeLines(world: World, invoice: Invoice, behaviors: ReadonlyMap<string, 'delete' | 'unassign'>): Invoice {
  demandDraft(invoice);
  for (const line of invoice.lines.data) {
    const item = itemOfLine(world, line);
    const behavior = behaviors.get(line.id);
    if (!item || !behavior) continue;
    if (behavior === 'unassign') change(world, 'invoiceItems', item, { invoice: null });
    else {
      world.tables.invoiceItems.remove(item.id);
      world.emit('invoiceitem.deleted', item);
    }
  }
  return withLines(
    world,
    invoice,
    invoice.lines.data.filter(({ id }) => !behaviors.has(id)),
  );
}

/** An item has changed: so does its line on the draft that has taken it up. */
export function refreshDraft(world: World, item: InvoiceItem): void {
  const invoice = world.tables.invoices.get(item.invoice ?? '');
  const line = invoice?.lines.data.find((row) => itemIdOf(row) === item.id);
  if (!invoice || !line) return;
  const { amount, description, discountable, metadata, period, quantity } = item;
  const data = invoice.lines.data.map((row) =>
    row === line ? { ...row, amount, description, discountable, metadata, period, quantity, subtotal: amount } : row,
  );
  withLines(world, invoice, data);
}
