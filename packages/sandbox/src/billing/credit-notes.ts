/**
 * Step panel: credit notes (docs.stripe.com/invoicing/integration/workflow-transitions#credit-notes).
 *
 * Promise: an open invoice asks less by the whole note; of a paid one every minor unit is refunded, put onto the customer's balance
 * or given back outside of Stripe, and never more than the invoice came to.
 */
import { invalid, missingReference } from '../http/api-error.ts';
import { formatMoney } from '../money/currency.ts';
import { type CreditNote, creditNoteConstants, type CreditNoteLine } from '../objects/credit-note.ts';
import type { Invoice } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import type { Refund } from '../objects/refund.ts';
import { change, insert, type World } from '../world.ts';
import { moveBalance } from './balance.ts';
import { creditLines, creditTotal, type WantedCredit } from './credit-note-lines.ts';
import { lowerDue } from './invoice-life.ts';
import { sumLines } from './line-prices.ts';
import { refundCharge } from './refunds.ts';

export interface NewCreditNote {
  readonly lines?: readonly WantedCredit[] | undefined;
  /** Minor units with taxes, instead of lines. */
  readonly amount?: number | undefined;
  readonly credit_amount: number;
  readonly refund_amount: number;
  readonly out_of_band_amount: number;
  /** Refunds that were made already. */
  readonly refunds: readonly { readonly refund: string; readonly amount_refunded?: number }[];
  readonly effective_at: number | null;
  readonly memo: string | null;
  readonly reason: CreditNote['reason'];
  readonly metadata: CreditNote['metadata'];
}

const money = (amount: number, { currency }: Invoice): string => formatMoney(amount, currency);

/** What can still be credited: what an open invoice asks, or what a paid one came to. */
const creditable = (invoice: Invoice): number =>
  invoice.status === 'paid'
    ? invoice.total - invoice.pre_payment_credit_notes_amount - invoice.post_payment_credit_notes_amount
    : invoice.amount_remaining;

function demandCreditable(invoice: Invoice, total: number): void {
  if (invoice.status === 'draft' || invoice.status === 'void') {
    throw invalid(`Credit notes can be made only for finalized invoices. This one is ${invoice.status}.`, undefined, 'invoice');
  }
  if (total <= 0) throw invalid('A credit note must come to more than nothing.', 'parameter_invalid_integer', 'amount');
  const left = creditable(invoice);
  if (total > left) {
    const [wanted, rest] = [money(total, invoice), money(left, invoice)];
    throw invalid(`The credit note comes to ${wanted}, but only ${rest} of the invoice can be credited.`, undefined, 'amount');
  }
}

/** Of a paid invoice the parts must add up to the whole; of an open one there are none. */
function demandParts(invoice: Invoice, total: number, input: NewCreditNote, linked: number): void {
  const parts = input.credit_amount + input.refund_amount + input.out_of_band_amount + linked;
  if (invoice.status === 'paid' && parts !== total) {
    throw invalid(
      `The sum of credit, refund and out-of-band amounts (${money(parts, invoice)}) must equal the credit note's amount (${money(total, invoice)}).`,
    );
  }
  if (invoice.status !== 'paid' && parts !== 0) {
    throw invalid('Amounts to credit or to refund can be given only for an invoice that is paid.', undefined, 'refund_amount');
  }
}

type Linked = CreditNote['refunds'][number];
const link = (refund: Refund, amount_refunded = refund.amount): Linked => ({
  amount_refunded,
  payment_record_refund: null,
  refund: refund.id,
  type: 'refund',
});

function linkedRefunds(world: World, { refunds }: NewCreditNote): Linked[] {
  return refunds.map(({ refund, amount_refunded }, position) => {
    const row = world.tables.refunds.get(refund);
    if (!row) throw missingReference('refund', refund, `refunds[${position}][refund]`);
    return link(row, amount_refunded);
  });
}

function refundOf(world: World, invoice: Invoice, amount: number): Linked[] {
  if (amount === 0) return [];
  const intent = world.tables.paymentIntents.get(invoice[memory].paymentIntent ?? '');
  const charge = world.tables.charges.get(intent?.latest_charge ?? '');
  if (!charge) throw invalid('The invoice has no payment that could be refunded.', undefined, 'refund_amount');
  return [link(refundCharge(world, charge, { amount }))];
}

/** Puts credit onto the customer's balance. */
function creditBalance(world: World, invoice: Invoice, note: string, amount: number): string | null {
  const customer = world.tables.customers.get(invoice.customer);
  if (amount === 0 || !customer) return null;
  const { id, currency } = invoice;
  const reason = { type: 'credit_note', invoice: id, credit_note: note, currency, description: null, metadata: {} } as const;
  return moveBalance(world, customer, -amount, reason).id;
}

function linesOf(world: World, invoice: Invoice, { lines, amount }: NewCreditNote): CreditNoteLine[] {
  if (lines && amount !== undefined) {
    throw invalid('You may only specify one of these parameters: amount, lines.', 'parameters_exclusive', 'amount');
  }
  if (lines) return creditLines(world, invoice, lines);
  if (amount === undefined) throw invalid('One of `amount` and `lines` is needed.', 'parameter_missing', 'amount');
  return [creditTotal(world, invoice, amount)];
}

function numberOf(world: World, invoice: Invoice): string {
  const position = world.tables.creditNotes.of(invoice.id).length + 1;
  return `${invoice.number ?? invoice.id}-CN-${String(position).padStart(2, '0')}`;
}

function applyToInvoice(world: World, invoice: Invoice, total: number): void {
  if (invoice.status !== 'paid') {
    lowerDue(world, invoice, total, { pre_payment_credit_notes_amount: invoice.pre_payment_credit_notes_amount + total });
    return;
  }
  const post_payment_credit_notes_amount = invoice.post_payment_credit_notes_amount + total;
  change(world, 'invoices', invoice, { post_payment_credit_notes_amount }, 'invoice.updated');
}

/** Makes a credit note and does what it says. */
export function issueCreditNote(world: World, invoice: Invoice, input: NewCreditNote): CreditNote {
  const data = linesOf(world, invoice, input);
  const { subtotal, discount, exclusive, inclusive, total, total_discount_amounts, total_taxes } = sumLines(data);
  demandCreditable(invoice, total);
  const linked = linkedRefunds(world, input);
  demandParts(
    invoice,
    total,
    input,
    linked.reduce((all, { amount_refunded }) => all + amount_refunded, 0),
  );
  const isPost = invoice.status === 'paid';
  const id = world.ids.next('cn');
  const { memo, reason, metadata, effective_at, out_of_band_amount } = input;
  const note: CreditNote = {
    ...creditNoteConstants,
    id,
    object: 'credit_note',
    amount: total,
    created: world.now(),
    currency: invoice.currency,
    customer: invoice.customer,
    customer_balance_transaction: creditBalance(world, invoice, id, input.credit_amount),
    discount_amount: discount,
    discount_amounts: total_discount_amounts,
    effective_at: effective_at ?? world.now(),
    invoice: invoice.id,
    lines: { object: 'list', data, has_more: false, url: `/v1/credit_notes/${id}/lines` },
    memo,
    metadata,
    number: numberOf(world, invoice),
    out_of_band_amount: out_of_band_amount === 0 ? null : out_of_band_amount,
    pdf: `${world.settings.publicUrl()}/cn/${id}/pdf`,
    post_payment_amount: isPost ? total : 0,
    pre_payment_amount: isPost ? 0 : total,
    reason,
    refunds: [...linked, ...refundOf(world, invoice, input.refund_amount)],
    status: 'issued',
    subtotal,
    subtotal_excluding_tax: subtotal - inclusive,
    total,
    total_excluding_tax: total - exclusive - inclusive,
    total_taxes,
    type: isPost ? 'post_payment' : 'pre_payment',
    voided_at: null,
  };
  insert(world, 'creditNotes', note, 'credit_note.created');
  applyToInvoice(world, invoice, total);
  return note;
}

/** issued → void: the open invoice asks the whole again. */
export function voidCreditNote(world: World, note: CreditNote): CreditNote {
  const invoice = world.tables.invoices.get(note.invoice);
  if (note.status === 'void' || note.type !== 'pre_payment' || invoice?.status !== 'open') {
    throw invalid('You can only void a credit note that was issued for an invoice which is still open.');
  }
  const voided = change(world, 'creditNotes', note, { status: 'void', voided_at: world.now() });
  world.emit('credit_note.voided', voided);
  const pre_payment_credit_notes_amount = invoice.pre_payment_credit_notes_amount - note.total;
  lowerDue(world, invoice, -note.total, { pre_payment_credit_notes_amount });
  return voided;
}
