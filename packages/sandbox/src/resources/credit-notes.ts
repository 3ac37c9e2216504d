/** Step panel: `/v1/credit_notes`. */
import type { WantedCredit } from '../billing/credit-note-lines.ts';
import { issueCreditNote, type NewCreditNote, voidCreditNote } from '../billing/credit-notes.ts';
import { taxRatesOf } from '../billing/taxes.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import {
  count,
  decimal,
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
import type { CreditNote } from '../objects/credit-note.ts';
import type { Invoice } from '../objects/invoice.ts';
import { change, type World } from '../world.ts';
import { taxRatesField } from './subscription-parameters.ts';

const line = shape({
  type: required(oneOf('custom_line_item', 'invoice_line_item')),
  amount: integer,
  description: text,
  invoice_line_item: text,
  metadata,
  quantity: count,
  tax_rates: taxRatesField,
  unit_amount: integer,
  unit_amount_decimal: decimal,
  ...passives('tax_amounts'),
});
const createFields = {
  invoice: required(text),
  amount: count,
  credit_amount: count,
  effective_at: integer,
  email_type: oneOf('credit_note', 'none'),
  lines: listOf(line),
  memo: text,
  metadata,
  out_of_band_amount: count,
  reason: oneOf('duplicate', 'fraudulent', 'order_change', 'product_unsatisfactory'),
  refund_amount: count,
  refunds: listOf(shape({ amount_refunded: count, refund: text, ...passives('payment_record_refund', 'type') })),
  ...passives('shipping_cost'),
} as const;
const updateFields = { memo: text, metadata } as const;
const filters = { ...listFields, created, customer: text, customer_account: text, invoice: text } as const;

type Given = Params<typeof createFields>;

const find = (world: World, id: string): CreditNote => found(world.tables.creditNotes.get(id), 'credit_note', id);

const toWanted = (world: World, given: NonNullable<Given['lines']>): WantedCredit[] =>
  given.map(({ metadata: own, tax_rates, tax_amounts: _, ...wanted }, position) => ({
    ...wanted,
    metadata: mergeMetadata({}, own),
    tax_rates: taxRatesOf(world, tax_rates ?? [], `lines[${position}][tax_rates]`),
  }));

function toNote(world: World, given: Given): NewCreditNote {
  return {
    lines: given.lines && toWanted(world, given.lines),
    amount: given.amount,
    credit_amount: given.credit_amount ?? 0,
    refund_amount: given.refund_amount ?? 0,
    out_of_band_amount: given.out_of_band_amount ?? 0,
    refunds: (given.refunds ?? []).map(({ refund = '', amount_refunded }) => ({
      refund,
      ...(amount_refunded !== undefined && { amount_refunded }),
    })),
    effective_at: given.effective_at ?? null,
    memo: given.memo ?? null,
    reason: given.reason ?? null,
    metadata: mergeMetadata({}, given.metadata),
  };
}

function issue(world: World, given: Given): CreditNote {
  const invoice: Invoice | undefined = world.tables.invoices.get(given.invoice);
  if (!invoice) throw missingReference('invoice', given.invoice, 'invoice');
  return issueCreditNote(world, invoice, toNote(world, given));
}

/** What `issue` would make; nothing of it remains. */
const preview = (world: World, given: Given): CreditNote => ({
  ...world.rehearse(() => issue(world, given)),
  customer_balance_transaction: null,
  refunds: toNote(world, given).refunds.map(({ refund, amount_refunded = 0 }) => ({
    amount_refunded,
    payment_record_refund: null,
    refund,
    type: 'refund',
  })),
});

function update({ world, id, params }: Call<typeof updateFields>): CreditNote {
  const before = find(world, id);
  const patch = { memo: params.memo ?? before.memo, metadata: mergeMetadata(before.metadata, params.metadata) };
  return change(world, 'creditNotes', before, patch, 'credit_note.updated');
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = (params.invoice === undefined ? world.tables.creditNotes.all() : world.tables.creditNotes.of(params.invoice))
    .filter((row) => params.customer === undefined || row.customer === params.customer)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/credit_notes');
}

export function creditNotes(offer: Offer): void {
  offer('post', '/credit_notes', { fields: createFields, run: ({ world, params }) => issue(world, params) });
  offer('get', '/credit_notes', { fields: filters, run: list });
  offer('get', '/credit_notes/preview', { fields: createFields, run: ({ world, params }) => preview(world, params) });
  offer('get', '/credit_notes/preview/lines', {
    fields: { ...createFields, ...listFields },
    run: ({ world, params }) => pageOf(preview(world, params).lines.data, params, '/v1/credit_notes/preview/lines'),
  });
  offer('get', '/credit_notes/:id', { fields: {}, run: ({ world, id }) => find(world, id) });
  offer('get', '/credit_notes/:id/lines', {
    fields: listFields,
    run: ({ world, id, params }) => pageOf(find(world, id).lines.data, params, `/v1/credit_notes/${id}/lines`),
  });
  offer('post', '/credit_notes/:id', { fields: updateFields, run: update });
  offer('post', '/credit_notes/:id/void', { fields: {}, run: ({ world, id }) => voidCreditNote(world, find(world, id)) });
}
