/** Step panel: what an invoice, a credit note and a receipt say on paper. */
import { formatMoney } from '../money/currency.ts';
import type { CreditNote } from '../objects/credit-note.ts';
import type { Invoice } from '../objects/invoice.ts';
import type { World } from '../world.ts';
import type { PdfLine } from './pdf.ts';

export const dayOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** One row of the sums below the lines. */
export interface Sum {
  readonly label: string;
  /** Minor units. */
  readonly amount: number;
}

const taxName = (world: World, id: string): string => {
  const rate = world.tables.taxRates.get(id);
  return rate ? `${rate.display_name} ${rate.percentage}%${rate.inclusive ? ' (included)' : ''}` : 'Tax';
};

/** The sums of an invoice, from the subtotal to what is still due; what is nothing is left out. */
export function sumsOf(world: World, invoice: Invoice): Sum[] {
  const off = invoice.total_discount_amounts.reduce((all, { amount }) => all + amount, 0);
  const balance = invoice.total + invoice.starting_balance - invoice.amount_due - invoice.pre_payment_credit_notes_amount;
  const rows = [
    { label: 'Discount', amount: -off },
    ...invoice.total_taxes.map(({ amount, tax_rate_details }) => ({ label: taxName(world, tax_rate_details.tax_rate), amount })),
    { label: 'Total', amount: invoice.total },
    { label: 'Customer balance', amount: balance === 0 ? 0 : invoice.starting_balance },
    { label: 'Credited', amount: -invoice.pre_payment_credit_notes_amount },
    { label: 'Paid', amount: -invoice.amount_paid },
  ];
  return [
    { label: 'Subtotal', amount: invoice.subtotal },
    ...rows.filter(({ label, amount }) => amount !== 0 || label === 'Total'),
    { label: 'Amount due', amount: invoice.amount_remaining },
  ];
}

const blank: PdfLine = { text: '' };

export function invoicePdf(world: World, invoice: Invoice): PdfLine[] {
  const money = (amount: number): string => formatMoney(amount, invoice.currency);
  const due = invoice.due_date === null ? [] : [{ text: `Due ${dayOf(invoice.due_date)}` }];
  return [
    { text: `Invoice ${invoice.number ?? invoice.id}`, size: 18, bold: true },
    { text: `Tillkit sandbox. A test, no demand for payment.` },
    blank,
    { text: `Issued ${dayOf(invoice.effective_at ?? invoice.created)}`, right: invoice.status },
    ...due,
    { text: `Bill to ${[invoice.customer_name, invoice.customer_email].filter(Boolean).join(', ')}` },
    ...(invoice.custom_fields ?? []).map(({ name, value }) => ({ text: `${name}: ${value}` })),
    blank,
    ...invoice.lines.data.map(({ description, amount, quantity }) => ({
      text: quantity !== null && quantity > 1 ? `${description} x ${quantity}` : description,
      right: money(amount),
    })),
    blank,
    ...sumsOf(world, invoice).map(({ label, amount }) => ({ text: label, right: money(amount), bold: label === 'Amount due' })),
    blank,
    ...(invoice.footer === null ? [] : [{ text: invoice.footer }]),
  ];
}

export function creditNotePdf(note: CreditNote): PdfLine[] {
  const money = (amount: number): string => formatMoney(amount, note.currency);
  return [
    { text: `Credit note ${note.number}`, size: 18, bold: true },
    { text: `Issued ${dayOf(note.created)}`, right: note.status },
    blank,
    ...note.lines.data.map(({ description, amount }) => ({ text: description ?? '', right: money(amount) })),
    blank,
    { text: 'Total credited', right: money(note.total), bold: true },
    ...(note.memo === null ? [] : [blank, { text: note.memo }]),
  ];
}
