/** Step webhook: `/v1/refunds`. */
import { refundCharge } from '../billing/refunds.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { count, flag, mergeMetadata, metadata, oneOf, type Params, passives, text } from '../http/read.ts';
import type { Charge } from '../objects/payment.ts';
import type { Refund } from '../objects/refund.ts';
import { change, type World } from '../world.ts';

const createFields = {
  amount: count,
  charge: text,
  metadata,
  payment_intent: text,
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
  refund_application_fee: flag,
  reverse_transfer: flag,
  ...passives('currency', 'customer', 'instructions_email', 'origin'),
} as const;
const filters = { ...listFields, created, charge: text, payment_intent: text } as const;

const find = (world: World, id: string): Refund => found(world.tables.refunds.get(id), 'refund', id);

function chargeOf(world: World, { charge, payment_intent }: Params<typeof createFields>): Charge {
  if (charge === undefined && payment_intent === undefined) {
    throw invalid(
      'One of the following params should be provided for this request: payment_intent or charge.',
      'parameter_missing',
      'charge',
    );
  }
  const intent = world.tables.paymentIntents.get(payment_intent ?? '');
  if (payment_intent !== undefined && !intent) throw missingReference('payment_intent', payment_intent, 'payment_intent');
  const id = charge ?? intent?.latest_charge;
  const row = world.tables.charges.get(id ?? '');
  if (row) return row;
  if (charge !== undefined) throw missingReference('charge', charge, 'charge');
  throw invalid('This PaymentIntent does not have a successful charge to refund.', 'payment_intent_unexpected_state', 'payment_intent');
}

const create = ({ world, params }: Call<typeof createFields>): Refund =>
  refundCharge(world, chargeOf(world, params), {
    amount: params.amount,
    reason: params.reason,
    metadata: mergeMetadata({}, params.metadata),
  });

function update({ world, id, params }: Call<{ metadata: typeof metadata }>): Refund {
  const before = find(world, id);
  return change(world, 'refunds', before, { metadata: mergeMetadata(before.metadata, params.metadata) }, 'refund.updated');
}

/** Only a refund that waits for bank details of the buyer can be canceled, and there are none here. */
function cancel({ world, id }: Call<Record<never, never>>): never {
  const { status } = find(world, id);
  throw invalid(`You can only cancel a refund that requires action. This refund is ${status}.`, 'charge_not_refundable');
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = (params.charge === undefined ? world.tables.refunds.all() : world.tables.refunds.of(params.charge))
    .filter((row) => params.payment_intent === undefined || row.payment_intent === params.payment_intent)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/refunds');
}

export function refunds(offer: Offer): void {
  offer('post', '/refunds', { fields: createFields, run: create });
  offer('get', '/refunds', { fields: filters, run: list });
  offer('get', '/refunds/:id', { fields: {}, run: ({ world, id }) => find(world, id) });
  offer('post', '/refunds/:id', { fields: { metadata }, run: update });
  offer('post', '/refunds/:id/cancel', { fields: {}, run: cancel });
}
