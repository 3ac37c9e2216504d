/** Step checkout: `/v1/payment_methods`. Card numbers are taken from browsers only, as Stripe does by default. */
import { attachPaymentMethod, createCard, findPaymentMethod } from '../billing/payment-methods.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { ApiError, invalid, missingReference } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import { clearable, integer, mergeMetadata, metadata, oneOf, passive, passives, required, shape, text } from '../http/read.ts';
import type { BillingDetails, PaymentMethod } from '../objects/payment.ts';
import { change } from '../world.ts';

const billingDetails = shape({
  address: clearable(passive),
  email: clearable(text),
  name: clearable(text),
  phone: clearable(text),
  ...passives('tax_id'),
});
const createFields = {
  type: required(oneOf('card')),
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  billing_details: billingDetails,
  card: shape({ number: text, exp_month: integer, exp_year: integer, cvc: text, token: text, ...passives('networks') }),
  metadata,
  ...passives('radar_options', 'guid', 'muid', 'sid', 'payment_user_agent', 'time_on_page', 'referrer', 'key'),
} as const;
const updateFields = {
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  billing_details: billingDetails,
  card: shape({ exp_month: integer, exp_year: integer, ...passives('networks') }),
  metadata,
} as const;
const filters = { ...listFields, customer: text, type: text, allow_redisplay: text } as const;

type Billing = NonNullable<Call<typeof updateFields>['params']['billing_details']>;
const toBilling = ({ tax_id, ...given }: Billing): Partial<BillingDetails> => ({ ...given, address: null });

function cardInput({ access, params: { card } }: Call<typeof createFields>): { number: string; exp_month: number; exp_year: number } {
  if (card?.number === undefined || card.exp_month === undefined || card.exp_year === undefined) {
    throw invalid('Missing required param: card[number].', 'parameter_missing', 'card[number]');
  }
  if (access === 'secret') {
    throw new ApiError(402, {
      type: 'invalid_request_error',
      message:
        'Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that map to the test card you are using, see https://stripe.com/docs/testing.',
    });
  }
  return { number: card.number, exp_month: card.exp_month, exp_year: card.exp_year };
}

function create(call: Call<typeof createFields>): PaymentMethod {
  const { world, params } = call;
  const { token } = params.card ?? {};
  const billing = toBilling(params.billing_details ?? {});
  const method =
    token === undefined
      ? createCard(world, cardInput(call), billing)
      : findPaymentMethod(world, token.replace(/^tok_/u, 'pm_card_'), 'card[token]');
  return change(world, 'paymentMethods', method, {
    allow_redisplay: params.allow_redisplay ?? 'unspecified',
    metadata: mergeMetadata({}, params.metadata),
    billing_details: { ...method.billing_details, ...billing },
  });
}

function update({ world, id, params }: Call<typeof updateFields>): PaymentMethod {
  const before = found(world.tables.paymentMethods.get(id), 'PaymentMethod', id);
  const { exp_month = before.card.exp_month, exp_year = before.card.exp_year } = params.card ?? {};
  const patch = {
    allow_redisplay: params.allow_redisplay ?? before.allow_redisplay,
    billing_details: { ...before.billing_details, ...toBilling(params.billing_details ?? {}) },
    card: { ...before.card, exp_month, exp_year },
    metadata: mergeMetadata(before.metadata, params.metadata),
  };
  return change(world, 'paymentMethods', before, patch, 'payment_method.updated');
}

function attach({ world, id, params: { customer } }: Call<{ customer: typeof customerField }>): PaymentMethod {
  if (!world.tables.customers.get(customer)) throw missingReference('customer', customer, 'customer');
  return attachPaymentMethod(world, findPaymentMethod(world, id, 'payment_method'), customer);
}
const customerField = required(text);

function detach({ world, id }: Call<Record<never, never>>): PaymentMethod {
  const before = found(world.tables.paymentMethods.get(id), 'PaymentMethod', id);
  if (before.customer === null) {
    throw invalid(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
      'payment_method_unexpected_state',
    );
  }
  const owner = world.tables.customers.get(before.customer);
  if (owner?.invoice_settings.default_payment_method === id) {
    const invoice_settings = { ...owner.invoice_settings, default_payment_method: null };
    change(world, 'customers', owner, { invoice_settings }, 'customer.updated');
  }
  for (const subscription of world.tables.subscriptions.of(before.customer)) {
    if (subscription.default_payment_method === id) {
      change(world, 'subscriptions', subscription, { default_payment_method: null }, 'customer.subscription.updated');
    }
  }
  const next = change(world, 'paymentMethods', before, { customer: null });
  world.emit('payment_method.detached', next, { customer: before.customer });
  return next;
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = params.customer === undefined ? [] : world.tables.paymentMethods.of(params.customer);
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
  offer('post', '/payment_methods/:id/attach', { fields: { customer: customerField }, run: attach });
  offer('post', '/payment_methods/:id/detach', { fields: {}, run: detach });
}
