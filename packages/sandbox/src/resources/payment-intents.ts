/** Step checkout: `/v1/payment_intents`. */
import { settleIntent } from '../billing/collect.ts';
import { offeredTypes } from '../billing/payment-method-types.ts';
import { cancelIntent, captureIntent, confirmIntent, createIntent } from '../billing/payments.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { DeclinedError, invalid, missingReference } from '../http/api-error.ts';
import { render } from '../http/render.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { clearable, count, flag, mergeMetadata, metadata, oneOf, type Params, passives, required, text } from '../http/read.ts';
import { demandChargeable, demandCurrency } from '../money/currency.ts';
import { memory } from '../objects/memory.ts';
import type { PaymentIntent, PaymentMethod } from '../objects/payment.ts';
import { offSessionNeedsReturnUrl } from '../unconfirmed.ts';
import { change, type World } from '../world.ts';
import {
  automaticMethods,
  confirmFields,
  demandFitting,
  demandReturnUrl,
  demandSecret,
  futureUsage,
  givenMethod,
  offSession,
  sharedFields,
  shippingFields,
  shownTo,
  toAutomatic,
  unexpectedState,
} from './intents.ts';

const described = {
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
  customer: text,
  description: text,
  metadata,
  receipt_email: clearable(text),
  setup_future_usage: clearable(futureUsage),
  shipping: clearable(shippingFields),
  statement_descriptor: text,
  statement_descriptor_suffix: text,
  ...sharedFields,
  ...passives('amount_details', 'application_fee_amount', 'customer_account', 'hooks', 'payment_details'),
  ...passives('payment_method_configuration', 'transfer_data', 'transfer_group'),
} as const;
const createFields = {
  ...described,
  ...confirmFields,
  amount: required(count),
  automatic_payment_methods: automaticMethods,
  confirm: flag,
  confirmation_method: oneOf('automatic', 'manual'),
  currency: required(text),
  error_on_requires_action: flag,
  off_session: offSession,
  ...passives('mandate', 'on_behalf_of'),
} as const;
const updateFields = { ...described, amount: count, currency: text } as const;
const confirmationFields = {
  ...sharedFields,
  ...confirmFields,
  capture_method: described.capture_method,
  error_on_requires_action: flag,
  off_session: offSession,
  receipt_email: described.receipt_email,
  setup_future_usage: described.setup_future_usage,
  shipping: described.shipping,
  ...passives('amount_details', 'amount_to_confirm', 'hooks', 'mandate', 'payment_details'),
} as const;
const captureFields = {
  amount_to_capture: count,
  final_capture: flag,
  metadata,
  statement_descriptor: text,
  statement_descriptor_suffix: text,
  ...passives('amount_details', 'application_fee_amount', 'hooks', 'payment_details', 'transfer_data'),
} as const;
const cancelFields = {
  cancellation_reason: oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'),
  client_secret: text,
} as const;
const filters = { ...listFields, created, customer: text, customer_account: text } as const;

const find = (world: World, id: string): PaymentIntent => found(world.tables.paymentIntents.get(id), 'payment_intent', id);

type Details = Params<typeof described>;

/** What parameters say of an intent, apart from how it is paid. */
const detailsOf = (params: Partial<Details>): Partial<PaymentIntent> => {
  const { capture_method, description, receipt_email, setup_future_usage, shipping, statement_descriptor } = params;
  const { statement_descriptor_suffix, payment_method_options, allowed_payment_method_types } = params;
  const given = {
    allowed_payment_method_types,
    capture_method,
    description,
    receipt_email,
    setup_future_usage,
    shipping,
    statement_descriptor,
    statement_descriptor_suffix,
    payment_method_options: typeof payment_method_options === 'object' ? payment_method_options : undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
};

function knownCustomer(world: World, id: string | undefined): string | null {
  if (id !== undefined && !world.tables.customers.get(id)) throw missingReference('customer', id, 'customer');
  return id ?? null;
}

/** The 402 of a declined confirmation, with the intent as it is now. */
function demandNoDecline(world: World, intent: PaymentIntent): void {
  const { last_payment_error } = intent;
  if (intent.status !== 'requires_payment_method' || !last_payment_error) return;
  throw new DeclinedError(last_payment_error.type === 'card_error' ? 402 : 400, {
    ...last_payment_error,
    payment_intent: render(world.tables, intent),
  });
}

const confirmable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

type Confirming = Pick<Params<typeof confirmationFields>, 'return_url' | 'use_stripe_sdk' | 'off_session' | 'error_on_requires_action'>;

function confirmWith(
  { world, access }: Pick<Call<typeof confirmationFields>, 'world' | 'access'>,
  intent: PaymentIntent,
  method: PaymentMethod | undefined,
  params: Confirming,
): PaymentIntent {
  if (!confirmable.includes(intent.status)) throw unexpectedState(world, intent, 'confirm');
  const isOff = params.off_session !== undefined && params.off_session !== false;
  if (!isOff || offSessionNeedsReturnUrl) demandReturnUrl(intent, params, access);
  const paying = method ?? world.tables.paymentMethods.get(intent.payment_method ?? '');
  if (!paying) throw unexpectedState(world, intent, 'confirm, without a payment method,');
  demandFitting(intent, paying);
  const confirmed = confirmIntent(world, intent, { method: paying, offSession: isOff, returnUrl: params.return_url ?? null });
  demandNoDecline(world, confirmed);
  if (confirmed.status === 'requires_action' && params.error_on_requires_action) {
    throw invalid('This payment required an authentication action to complete.', 'authentication_required');
  }
  if (confirmed.status === 'succeeded') settleIntent(world, confirmed, false);
  return find(world, intent.id);
}

function create({ world, params, access }: Call<typeof createFields>): PaymentIntent {
  const currency = demandCurrency(params.currency);
  if (params.amount === 0) throw invalid('This value must be greater than or equal to 1.', 'parameter_invalid_integer', 'amount');
  const method = givenMethod(world, params, access);
  const fresh = createIntent(world, {
    ...detailsOf(params),
    amount: params.amount,
    automatic_payment_methods: toAutomatic(params.automatic_payment_methods),
    currency,
    customer: knownCustomer(world, params.customer),
    confirmation_method: params.confirmation_method ?? 'automatic',
    metadata: mergeMetadata({}, params.metadata),
    payment_method: method?.id ?? null,
  });
  if (method) demandFitting(fresh, method);
  return params.confirm ? confirmWith({ world, access }, fresh, method, params) : fresh;
}

const editable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

function update({ world, id, params, access }: Call<typeof updateFields>): PaymentIntent {
  const before = find(world, id);
  const isOpen = editable.includes(before.status);
  if (!isOpen && (params.amount ?? params.currency ?? params.payment_method) !== undefined) throw unexpectedState(world, before, 'update');
  const method = givenMethod(world, params, access);
  const currency = params.currency === undefined ? before.currency : demandCurrency(params.currency);
  demandChargeable(params.amount ?? before.amount, currency, 'amount');
  const next = { ...before, ...detailsOf(params), currency };
  const patch: Partial<PaymentIntent> = {
    ...detailsOf(params),
    amount: params.amount ?? before.amount,
    currency,
    customer: params.customer === undefined ? before.customer : knownCustomer(world, params.customer),
    metadata: mergeMetadata(before.metadata, params.metadata),
    payment_method_types: offeredTypes(next),
    ...(method && { payment_method: method.id, status: 'requires_confirmation' }),
  };
  if (method) demandFitting({ ...next, ...patch, payment_method_types: offeredTypes(next) }, method);
  return change(world, 'paymentIntents', before, patch);
}

function confirm(call: Call<typeof confirmationFields>): object {
  const { world, id, params, access } = call;
  const before = find(world, id);
  demandSecret(access, params.client_secret, before);
  if (!confirmable.includes(before.status)) throw unexpectedState(world, before, 'confirm');
  const method = givenMethod(world, params, access);
  const told = change(world, 'paymentIntents', before, detailsOf(params));
  return shownTo(access, confirmWith(call, told, method, params));
}

function capture({ world, id, params }: Call<typeof captureFields>): PaymentIntent {
  const intent = find(world, id);
  if (intent.status !== 'requires_capture') throw unexpectedState(world, intent, 'capture');
  const amount = params.amount_to_capture ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) {
    throw invalid('The amount to capture is greater than the amount that can be captured.', 'amount_too_large', 'amount_to_capture');
  }
  const told = change(world, 'paymentIntents', intent, { metadata: mergeMetadata(intent.metadata, params.metadata) });
  const captured = captureIntent(world, told, amount);
  settleIntent(world, captured, false);
  return find(world, id);
}

function cancel({ world, id, params }: Call<typeof cancelFields>): PaymentIntent {
  const intent = find(world, id);
  if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpectedState(world, intent, 'cancel');
  if (intent[memory].invoice !== null) {
    throw invalid('This PaymentIntent belongs to an invoice; void the invoice instead.', 'payment_intent_unexpected_state');
  }
  return cancelIntent(world, intent, params.cancellation_reason ?? null);
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = (params.customer === undefined ? world.tables.paymentIntents.all() : world.tables.paymentIntents.of(params.customer)).filter(
    (row) => isWithin(row.created, params.created),
  );
  return pageOf(rows, params, '/v1/payment_intents');
}

export function paymentIntents(offer: Offer): void {
  offer('post', '/payment_intents', { fields: createFields, run: create });
  offer('get', '/payment_intents', { fields: filters, run: list });
  offer('get', '/payment_intents/:id', {
    fields: { client_secret: text },
    publishable: true,
    run: ({ world, id, params, access }) => {
      const intent = find(world, id);
      demandSecret(access, params.client_secret, intent);
      return shownTo(access, intent);
    },
  });
  offer('post', '/payment_intents/:id', { fields: updateFields, run: update });
  offer('post', '/payment_intents/:id/confirm', { fields: confirmationFields, run: confirm, publishable: true });
  offer('post', '/payment_intents/:id/capture', { fields: captureFields, run: capture });
  offer('post', '/payment_intents/:id/cancel', { fields: cancelFields, run: cancel });
}
