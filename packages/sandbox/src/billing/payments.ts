/**
 * Step checkout: payment intents, a state machine (docs.stripe.com/payments/paymentintents/lifecycle).
 *
 * Promise: an intent that has succeeded or was canceled never changes again; a declined charge stays on record.
 */
import { authorizeCharge } from '../cards/authorize.ts';
import type { Decline } from '../cards/declines.ts';
import { type ErrorBody, invalid } from '../http/api-error.ts';
import { render } from '../http/render.ts';
import { demandChargeable } from '../money/currency.ts';
import type { Metadata } from '../objects/catalog.ts';
import { memory } from '../objects/memory.ts';
import {
  type Charge,
  type FutureUsage,
  type PaymentIntent,
  paymentIntentConstants,
  type PaymentMethod,
  type Settlement,
} from '../objects/payment.ts';
import { redirectTypes } from '../objects/payment-method.ts';
import { captureSeconds, debitSeconds } from '../unconfirmed.ts';
import { change, insert, type World } from '../world.ts';
import { cashOf, moveCash, transferInstructions } from './cash-balance.ts';
import { openChallenge } from './challenges.ts';
import { disputeWhenTested } from './disputes.ts';
import { offeredTypes } from './payment-method-types.ts';
import { captureCharge, recordCharge, settleCharge } from './payments-charge.ts';

type Details = Pick<
  PaymentIntent,
  | 'allowed_payment_method_types'
  | 'automatic_payment_methods'
  | 'capture_method'
  | 'confirmation_method'
  | 'description'
  | 'payment_method'
  | 'payment_method_options'
  | 'receipt_email'
  | 'setup_future_usage'
  | 'shipping'
  | 'statement_descriptor'
  | 'statement_descriptor_suffix'
>;

export interface NewIntent extends Partial<Details> {
  readonly amount: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly metadata?: Metadata;
  readonly invoice?: string | null;
  readonly setup_future_usage?: FutureUsage | null;
}

const defaults: Details = {
  allowed_payment_method_types: null,
  automatic_payment_methods: { allow_redirects: 'always', enabled: true },
  capture_method: 'automatic_async',
  confirmation_method: 'automatic',
  description: null,
  payment_method: null,
  payment_method_options: null,
  receipt_email: null,
  setup_future_usage: null,
  shipping: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
};

export function createIntent(world: World, { invoice = null, metadata = {}, ...input }: NewIntent): PaymentIntent {
  demandChargeable(input.amount, input.currency, 'amount');
  const id = world.ids.next('pi');
  const details = { ...defaults, ...input };
  return insert(
    world,
    'paymentIntents',
    {
      ...paymentIntentConstants,
      ...details,
      id,
      object: 'payment_intent',
      amount_capturable: 0,
      amount_received: 0,
      canceled_at: null,
      cancellation_reason: null,
      client_secret: `${id}_${world.ids.next('secret')}`,
      created: world.now(),
      last_payment_error: null,
      latest_charge: null,
      metadata,
      next_action: null,
      payment_method_types: offeredTypes(details),
      processing: null,
      status: details.payment_method === null ? 'requires_payment_method' : 'requires_confirmation',
      [memory]: { invoice },
    },
    'payment_intent.created',
  );
}

/** What the answer to a declined confirmation and `last_payment_error` say. */
const declineError = (world: World, decline: Decline, method: PaymentMethod, charge: Charge | null): ErrorBody => ({
  type: 'card_error',
  ...decline,
  ...(charge && { charge: charge.id }),
  payment_method: render(world.tables, method),
});

const remembering = (intent: PaymentIntent, settlement: Settlement | null): Pick<PaymentIntent, typeof memory> => ({
  [memory]: { ...intent[memory], settlement },
});

function fail(world: World, intent: PaymentIntent, last_payment_error: ErrorBody, charge: Charge | null): PaymentIntent {
  const failed = change(world, 'paymentIntents', intent, {
    status: 'requires_payment_method',
    payment_method: null,
    ...(charge && { latest_charge: charge.id }),
    last_payment_error,
    next_action: null,
    ...remembering(intent, null),
  });
  world.emit('payment_intent.payment_failed', failed);
  return failed;
}

function succeed(world: World, intent: PaymentIntent, method: PaymentMethod, charge: Charge): PaymentIntent {
  const waits = !charge.captured;
  const paid = change(world, 'paymentIntents', intent, {
    status: waits ? 'requires_capture' : 'succeeded',
    payment_method: method.id,
    amount_capturable: waits ? intent.amount : 0,
    amount_received: waits ? 0 : intent.amount,
    latest_charge: charge.id,
    last_payment_error: null,
    next_action: null,
    ...remembering(intent, waits ? { at: world.now() + captureSeconds, decline: null } : null),
  });
  world.emit(waits ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded', paid);
  if (!waits) disputeWhenTested(world, charge, method);
  return paid;
}

export interface Confirmation {
  readonly method: PaymentMethod;
  /** The challenge has been passed. */
  readonly challenged?: boolean;
  /** Nobody is there to pass one. */
  readonly offSession?: boolean;
  readonly returnUrl?: string | null;
}

/** The buyer has to go to a bank: 3D Secure of a card, or the page of another kind of payment. */
function sendToBank(world: World, intent: PaymentIntent, { method, returnUrl = null }: Confirmation): PaymentIntent {
  const waiting = change(world, 'paymentIntents', intent, {
    status: 'requires_action',
    payment_method: method.id,
    next_action: openChallenge(
      world,
      { kind: 'intent', intent: intent.id },
      { ...intent, returnUrl, leavesPage: redirectTypes.includes(method.type) },
    ),
  });
  world.emit('payment_intent.requires_action', waiting);
  return waiting;
}

function startDebit(world: World, intent: PaymentIntent, method: PaymentMethod, decline: Decline | null): PaymentIntent {
  const charge = recordCharge(world, intent, method, { status: 'pending', decline: null, challenged: false });
  const processing = change(world, 'paymentIntents', intent, {
    status: 'processing',
    payment_method: method.id,
    latest_charge: charge.id,
    last_payment_error: null,
    next_action: null,
    ...remembering(intent, { at: world.now() + debitSeconds, decline }),
  });
  world.emit('payment_intent.processing', processing);
  return processing;
}

/** Pays out of what the customer has transferred, if that is enough. */
function takeCash(world: World, { id, customer, currency, amount }: PaymentIntent): boolean {
  if (customer === null) throw invalid('A payment by bank transfer needs a customer.', 'parameter_missing', 'customer');
  if (cashOf(world, customer, currency) < amount) return false;
  moveCash(world, customer, currency, -amount, { type: 'applied_to_payment', applied_to_payment: { payment_intent: id } });
  return true;
}

function askForTransfer(world: World, intent: PaymentIntent, method: PaymentMethod): PaymentIntent {
  const waiting = change(world, 'paymentIntents', intent, {
    status: 'requires_action',
    payment_method: method.id,
    next_action: {
      type: 'display_bank_transfer_instructions',
      display_bank_transfer_instructions: transferInstructions(world, intent.customer ?? '', intent.currency, intent.amount),
    },
  });
  world.emit('payment_intent.requires_action', waiting);
  return waiting;
}

/** Tries to charge: the intent ends as succeeded, processing, or with something that the buyer has to do. */
export function confirmIntent(world: World, intent: PaymentIntent, confirmation: Confirmation): PaymentIntent {
  const { method, challenged = false, offSession = false } = confirmation;
  if (method.type === 'customer_balance' && !takeCash(world, intent)) return askForTransfer(world, intent, method);
  const verdict = authorizeCharge(method, { challenged, offSession });
  if (verdict.kind === 'challenge') return sendToBank(world, intent, confirmation);
  if (verdict.kind === 'processing') return startDebit(world, intent, method, verdict.decline);
  const decline = verdict.kind === 'declined' ? verdict.decline : null;
  const charge = recordCharge(world, intent, method, { status: decline ? 'failed' : 'succeeded', decline, challenged });
  return decline ? fail(world, intent, declineError(world, decline, method, charge), charge) : succeed(world, intent, method, charge);
}

/** When time does something to an intent, in unix seconds. */
export const paymentDue = ({ status, [memory]: { settlement } }: PaymentIntent): number | null =>
  (status === 'processing' || status === 'requires_capture') && settlement ? settlement.at : null;

/** The debit of an intent has come or failed. */
export function settleDebit(world: World, intent: PaymentIntent): PaymentIntent {
  const charge = world.tables.charges.get(intent.latest_charge ?? '');
  const method = world.tables.paymentMethods.get(intent.payment_method ?? '');
  if (!charge || !method) return intent;
  const decline = intent[memory].settlement?.decline ?? null;
  const settled = settleCharge(world, charge, decline);
  if (!decline) return succeed(world, intent, method, settled);
  const { type, ...words } = declineError(world, decline, method, settled);
  return fail(world, intent, { type: 'invalid_request_error', ...words }, settled);
}

/** Takes `amount` minor units of an authorization. */
export function captureIntent(world: World, intent: PaymentIntent, amount: number): PaymentIntent {
  const charge = world.tables.charges.get(intent.latest_charge ?? '');
  const taken = charge && captureCharge(world, charge, amount);
  const captured = change(world, 'paymentIntents', intent, {
    status: 'succeeded',
    amount_capturable: 0,
    amount_received: amount,
    ...remembering(intent, null),
  });
  world.emit('payment_intent.succeeded', captured);
  const method = world.tables.paymentMethods.get(intent.payment_method ?? '');
  if (taken && method) disputeWhenTested(world, taken, method);
  return captured;
}

const authenticationFailed: Decline = {
  code: 'payment_intent_authentication_failure',
  message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
};

/** The challenge was failed: nothing is charged. */
export const failAuthentication = (world: World, intent: PaymentIntent, method: PaymentMethod): PaymentIntent =>
  fail(world, intent, { ...declineError(world, authenticationFailed, method, null), type: 'invalid_request_error' }, null);

export const isFinal = ({ status }: { readonly status: string }): boolean => status === 'succeeded' || status === 'canceled';

/** An authorization that is not captured is given back whole. */
function release(world: World, { latest_charge, status }: PaymentIntent, expired: boolean): void {
  const charge = status === 'requires_capture' ? world.tables.charges.get(latest_charge ?? '') : undefined;
  if (!charge) return;
  const released = change(world, 'charges', charge, { amount_refunded: charge.amount, refunded: true });
  world.emit(expired ? 'charge.expired' : 'charge.refunded', released);
}

export function cancelIntent(world: World, intent: PaymentIntent, reason: string | null): PaymentIntent {
  release(world, intent, reason === 'automatic');
  const canceled = change(world, 'paymentIntents', intent, {
    status: 'canceled',
    amount_capturable: 0,
    canceled_at: world.now(),
    cancellation_reason: reason,
    next_action: null,
    ...remembering(intent, null),
  });
  world.emit('payment_intent.canceled', canceled);
  return canceled;
}
