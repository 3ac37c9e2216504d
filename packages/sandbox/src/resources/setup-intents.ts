/** Step panel: `/v1/setup_intents`. */
import { offeredTypes } from '../billing/payment-method-types.ts';
import { cancelSetup, confirmSetup, createSetupIntent } from '../billing/setups.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { DeclinedError, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { flag, mergeMetadata, metadata, oneOf, type Params, passives, required, text } from '../http/read.ts';
import { render } from '../http/render.ts';
import type { PaymentMethod, SetupIntent } from '../objects/payment.ts';
import { change, type World } from '../world.ts';
import {
  automaticMethods,
  confirmFields,
  demandFitting,
  demandReturnUrl,
  demandSecret,
  futureUsage,
  givenMethod,
  sharedFields,
  shownTo,
  toAutomatic,
  unexpectedState,
} from './intents.ts';

const described = {
  ...sharedFields,
  customer: text,
  description: text,
  metadata,
  ...passives('attach_to_self', 'customer_account', 'flow_directions', 'payment_method_configuration'),
} as const;
const createFields = {
  ...described,
  ...confirmFields,
  automatic_payment_methods: automaticMethods,
  confirm: flag,
  usage: futureUsage,
  ...passives('on_behalf_of', 'single_use'),
} as const;
const confirmationFields = { ...sharedFields, ...confirmFields } as const;
const cancelFields = { cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer') } as const;
const filters = {
  ...listFields,
  created,
  customer: text,
  payment_method: text,
  ...passives('attach_to_self', 'customer_account'),
} as const;

const find = (world: World, id: string): SetupIntent => found(world.tables.setupIntents.get(id), 'setup_intent', id);
const isOpen = ({ status }: SetupIntent): boolean => status !== 'succeeded' && status !== 'canceled';

function demandCustomer(world: World, id: string | undefined): void {
  if (id !== undefined && !world.tables.customers.get(id)) throw missingReference('customer', id, 'customer');
}

function demandNoDecline(world: World, intent: SetupIntent): void {
  const { last_setup_error } = intent;
  if (intent.status !== 'requires_payment_method' || !last_setup_error) return;
  throw new DeclinedError(last_setup_error.type === 'card_error' ? 402 : 400, {
    ...last_setup_error,
    setup_intent: render(world.tables, intent),
  });
}

function confirmWith(
  { world, access }: Pick<Call<typeof confirmationFields>, 'world' | 'access'>,
  intent: SetupIntent,
  method: PaymentMethod | undefined,
  params: Pick<Params<typeof confirmFields>, 'return_url' | 'use_stripe_sdk'>,
): SetupIntent {
  if (!isOpen(intent)) throw unexpectedState(world, intent, 'confirm');
  demandReturnUrl(intent, params, access);
  const kept = method ?? world.tables.paymentMethods.get(intent.payment_method ?? '');
  if (!kept) throw unexpectedState(world, intent, 'confirm, without a payment method,');
  demandFitting(intent, kept);
  const confirmed = confirmSetup(world, intent, { method: kept, returnUrl: params.return_url ?? null });
  demandNoDecline(world, confirmed);
  return confirmed;
}

const optionsOf = ({ payment_method_options: given }: Params<typeof described>): { payment_method_options?: object } =>
  typeof given === 'object' ? { payment_method_options: given } : {};

function create({ world, params, access }: Call<typeof createFields>): SetupIntent {
  demandCustomer(world, params.customer);
  const method = givenMethod(world, params, access);
  const fresh = createSetupIntent(world, {
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    automatic_payment_methods: toAutomatic(params.automatic_payment_methods),
    customer: params.customer ?? null,
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
    payment_method: method?.id ?? null,
    usage: params.usage ?? 'off_session',
    ...optionsOf(params),
  });
  if (method) demandFitting(fresh, method);
  return params.confirm ? confirmWith({ world, access }, fresh, method, params) : fresh;
}

function update({ world, id, params, access }: Call<typeof described>): SetupIntent {
  const before = find(world, id);
  if (!isOpen(before)) throw unexpectedState(world, before, 'update');
  demandCustomer(world, params.customer);
  const method = givenMethod(world, params, access);
  const allowed_payment_method_types = params.allowed_payment_method_types ?? before.allowed_payment_method_types;
  const next = {
    allowed_payment_method_types,
    customer: params.customer ?? before.customer,
    description: params.description ?? before.description,
    metadata: mergeMetadata(before.metadata, params.metadata),
    payment_method_types: offeredTypes({ ...before, allowed_payment_method_types }),
    ...optionsOf(params),
    ...(method && ({ payment_method: method.id, status: 'requires_confirmation' } as const)),
  };
  if (method) demandFitting(next, method);
  return change(world, 'setupIntents', before, next);
}

function confirm(call: Call<typeof confirmationFields>): object {
  const { world, id, params, access } = call;
  const intent = find(world, id);
  demandSecret(access, params.client_secret, intent);
  if (!isOpen(intent)) throw unexpectedState(world, intent, 'confirm');
  return shownTo(access, confirmWith(call, intent, givenMethod(world, params, access), params));
}

function cancel({ world, id, params }: Call<typeof cancelFields>): SetupIntent {
  const intent = find(world, id);
  if (!isOpen(intent)) throw unexpectedState(world, intent, 'cancel');
  return cancelSetup(world, intent, params.cancellation_reason ?? null);
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = world.tables.setupIntents
    .all()
    .filter((row) => params.customer === undefined || row.customer === params.customer)
    .filter((row) => params.payment_method === undefined || row.payment_method === params.payment_method)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/setup_intents');
}

const attemptFilters = { ...listFields, created, setup_intent: required(text) } as const;

function listAttempts({ world, params }: Call<typeof attemptFilters>): object {
  const rows = world.tables.setupAttempts.of(params.setup_intent).filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/setup_attempts');
}

export function setupIntents(offer: Offer): void {
  offer('get', '/setup_attempts', { fields: attemptFilters, run: listAttempts });
  offer('post', '/setup_intents', { fields: createFields, run: create });
  offer('get', '/setup_intents', { fields: filters, run: list });
  offer('get', '/setup_intents/:id', {
    fields: { client_secret: text },
    publishable: true,
    run: ({ world, id, params, access }) => {
      const intent = find(world, id);
      demandSecret(access, params.client_secret, intent);
      return shownTo(access, intent);
    },
  });
  offer('post', '/setup_intents/:id', { fields: described, run: update });
  offer('post', '/setup_intents/:id/confirm', { fields: confirmationFields, run: confirm, publishable: true });
  offer('post', '/setup_intents/:id/cancel', { fields: cancelFields, run: cancel });
}
