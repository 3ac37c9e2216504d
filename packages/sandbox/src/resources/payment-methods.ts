/** Step checkout: `/v1/payment_methods`. Card numbers are taken from browsers only, as Stripe does by default. */
import { attachPaymentMethod, detachPaymentMethod, findPaymentMethod } from '../billing/payment-methods.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import { integer, mergeMetadata, metadata, oneOf, passive, shape, text } from '../http/read.ts';
import type { PaymentMethod } from '../objects/payment.ts';
import { change } from '../world.ts';
import { billingDetails, makeMethod, methodFields, toBilling } from './payment-method-parameters.ts';

const createFields = { ...methodFields, customer: text, payment_method: text } as const;
const updateFields = {
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  billing_details: billingDetails,
  card: shape({ exp_month: integer, exp_year: integer, networks: passive }),
  metadata,
  us_bank_account: shape({ account_holder_type: oneOf('company', 'individual'), account_type: oneOf('checking', 'savings') }),
} as const;
const filters = { ...listFields, customer: text, customer_account: text, type: text, allow_redisplay: text } as const;
const attachFields = { customer: text, customer_account: text } as const;

const create = ({ world, params, access }: Call<typeof createFields>): PaymentMethod => makeMethod(world, params, access);

function update({ world, id, params }: Call<typeof updateFields>): PaymentMethod {
  const before = found(world.tables.paymentMethods.get(id), 'PaymentMethod', id);
  if (params.card && !before.card) throw invalid('You can only update the card of a payment method that is one.', undefined, 'card');
  const { exp_month, exp_year } = params.card ?? {};
  const card = before.card && {
    ...before.card,
    ...(exp_month !== undefined && { exp_month }),
    ...(exp_year !== undefined && { exp_year }),
  };
  const patch = {
    allow_redisplay: params.allow_redisplay ?? before.allow_redisplay,
    billing_details: { ...before.billing_details, ...toBilling(params.billing_details) },
    ...(card && { card }),
    ...(before.us_bank_account && { us_bank_account: { ...before.us_bank_account, ...params.us_bank_account } }),
    metadata: mergeMetadata(before.metadata, params.metadata),
  };
  return change(world, 'paymentMethods', before, patch, 'payment_method.updated');
}

function attach({ world, id, params: { customer } }: Call<typeof attachFields>): PaymentMethod {
  if (customer === undefined) throw invalid('Missing required param: customer.', 'parameter_missing', 'customer');
  if (!world.tables.customers.get(customer)) throw missingReference('customer', customer, 'customer');
  return attachPaymentMethod(world, findPaymentMethod(world, id, 'payment_method'), customer);
}

function detach({ world, id }: Call<Record<never, never>>): PaymentMethod {
  const before = found(world.tables.paymentMethods.get(id), 'PaymentMethod', id);
  if (before.customer === null) {
    throw invalid(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
      'payment_method_unexpected_state',
    );
  }
  return detachPaymentMethod(world, before);
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = (params.customer === undefined ? [] : world.tables.paymentMethods.of(params.customer))
    .filter(({ type }) => params.type === undefined || type === params.type)
    .filter(({ allow_redisplay }) => params.allow_redisplay === undefined || allow_redisplay === params.allow_redisplay);
  return pageOf(rows, params, '/v1/payment_methods');
}

export function paymentMethods(offer: Offer): void {
  offer('post', '/payment_methods', { fields: createFields, run: create, publishable: true });
  offer('get', '/payment_methods', { fields: filters, run: list });
  offer('get', '/payment_methods/:id', {
    fields: {},
    run: ({ world, id }) => found(world.tables.paymentMethods.get(id), 'PaymentMethod', id),
  });
  offer('post', '/payment_methods/:id', { fields: updateFields, run: update });
  offer('post', '/payment_methods/:id/attach', { fields: attachFields, run: attach });
  offer('post', '/payment_methods/:id/detach', { fields: {}, run: detach });
}
