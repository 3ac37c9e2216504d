/** Step panel: `/v1/invoice_payments`, the way from a payment intent to its invoice. */
import { type Call, found, type Offer } from '../http/api.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { oneOf, required, shape, text } from '../http/read.ts';

const filters = {
  ...listFields,
  created,
  invoice: text,
  payment: shape({ type: required(oneOf('payment_intent')), payment_intent: text }),
  status: oneOf('open', 'paid', 'canceled'),
} as const;

function list({ world, params }: Call<typeof filters>): object {
  const intent = params.payment?.payment_intent;
  const rows = (params.invoice === undefined ? world.tables.invoicePayments.all() : world.tables.invoicePayments.of(params.invoice))
    .filter((row) => params.status === undefined || row.status === params.status)
    .filter((row) => intent === undefined || row.payment.payment_intent === intent)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/invoice_payments');
}

export function invoicePayments(offer: Offer): void {
  offer('get', '/invoice_payments', { fields: filters, run: list });
  offer('get', '/invoice_payments/:id', {
    fields: {},
    run: ({ world, id }) => found(world.tables.invoicePayments.get(id), 'invoice_payment', id),
  });
}
