/** Step webhook: `/v1/charges`, the attempts behind payment intents. */
import { captureIntent } from '../billing/payments.ts';
import { settleIntent } from '../billing/collect.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { clearable, count, mergeMetadata, metadata, oneOf, passives, shape, text } from '../http/read.ts';
import type { Charge } from '../objects/payment.ts';
import { change, type World } from '../world.ts';
import { shippingFields } from './intents.ts';

const filters = { ...listFields, created, customer: text, payment_intent: text, ...passives('transfer_group') } as const;
const updateFields = {
  customer: text,
  description: text,
  fraud_details: shape({ user_report: clearable(oneOf('fraudulent', 'safe')) }),
  metadata,
  receipt_email: text,
  shipping: shippingFields,
  ...passives('transfer_group'),
} as const;
const captureFields = {
  amount: count,
  receipt_email: text,
  statement_descriptor: text,
  statement_descriptor_suffix: text,
  ...passives('application_fee', 'application_fee_amount', 'transfer_data', 'transfer_group'),
} as const;

const find = (world: World, id: string): Charge => found(world.tables.charges.get(id), 'charge', id);

function list({ world, params }: Call<typeof filters>): object {
  const rows = (params.payment_intent === undefined ? world.tables.charges.all() : world.tables.charges.of(params.payment_intent))
    .filter((row) => params.customer === undefined || row.customer === params.customer)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/charges');
}

function update({ world, id, params }: Call<typeof updateFields>): Charge {
  const before = find(world, id);
  const { fraud_details, shipping = before.shipping, ...given } = params;
  return change(
    world,
    'charges',
    before,
    {
      ...given,
      shipping,
      ...(fraud_details && { fraud_details: fraud_details.user_report ? { user_report: fraud_details.user_report } : {} }),
      metadata: mergeMetadata(before.metadata, params.metadata),
    },
    'charge.updated',
  );
}

function capture({ world, id, params }: Call<typeof captureFields>): Charge {
  const charge = find(world, id);
  if (charge.captured) throw invalid(`Charge ${id} has already been captured.`, 'charge_already_captured');
  const intent = world.tables.paymentIntents.get(charge.payment_intent);
  if (intent?.status !== 'requires_capture') throw invalid(`Charge ${id} cannot be captured.`, 'charge_expired_for_capture');
  const amount = params.amount ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) throw invalid('The amount is greater than what can be captured.', 'amount_too_large', 'amount');
  settleIntent(world, captureIntent(world, intent, amount), false);
  return find(world, id);
}

export function charges(offer: Offer): void {
  offer('get', '/charges', { fields: filters, run: list });
  offer('get', '/charges/:id', { fields: {}, run: ({ world, id }) => find(world, id) });
  offer('post', '/charges/:id', { fields: updateFields, run: update });
  offer('post', '/charges/:id/capture', { fields: captureFields, run: capture });
}
