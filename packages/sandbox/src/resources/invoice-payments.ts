/** Step panel: `/v1/invoice_payments`, the way from a payment intent to its invoice, and `/v1/charges`. */
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
const chargeFilters = { ...listFields, created, customer: text, payment_intent: text } as const;

function list({ world, params }: Call<typeof filters>): object {
  const intent = params.payment?.payment_intent;
  const rows = (params.invoice === undefined ? world.tables.invoicePayments.all() : world.tables.invoicePayments.of(params.invoice))
    .filter((row) => params.status === undefined || row.status === params.status)
    .filter((row) => intent === undefined || row.payment.payment_intent === intent)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/invoice_payments');
}

function listCharges({ world, params }: Call<typeof chargeFilters>): object {
  const rows = (params.payment_intent === undefined ? world.tables.charges.all() : world.tables.charges.of(params.payment_intent))
    .filter((row) => params.customer === undefined || row.customer === params.customer)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/charges');
}

export function invoicePayments(offer: Offer): void {
  offer('get', '/invoice_payments', { fields: filters, run: list });
  offer('get', '/invoice_payments/:id', {
    fields: {},
    run: ({ world, id }) => found(world.tables.invoicePayments.get(id), 'invoice_payment', id),
  });
  offer('get', '/charges', { fields: chargeFilters, run: listCharges });
  offer('get', '/charges/:id', { fields: {}, run: ({ world, id }) => found(world.tables.charges.get(id), 'charge', id) });
}
