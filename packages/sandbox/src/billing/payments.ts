/**
 * Step checkout: payment intents and their charges, a state machine (docs.stripe.com/payments/paymentintents/lifecycle).
 *
 * Promise: an intent that has succeeded or was canceled never changes again; a declined charge stays on record.
 */
import { authorizeCharge } from '../cards/authorize.ts';
import type { Decline } from '../cards/test-cards.ts';
import type { ErrorBody } from '../http/api-error.ts';
import { demandChargeable } from '../money/currency.ts';
import { chargedCard } from '../objects/charged-card.ts';
import type { Metadata } from '../objects/catalog.ts';
import { memory } from '../objects/memory.ts';
import { type Charge, chargeConstants, type PaymentIntent, paymentIntentConstants, type PaymentMethod } from '../objects/payment.ts';
import { render } from '../http/render.ts';
import { change, insert, type World } from '../world.ts';
import { openChallenge } from './challenges.ts';

export interface NewIntent {
  readonly amount: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description?: string | null;
  readonly metadata?: Metadata;
  readonly invoice?: string | null;
  readonly payment_method?: string | null;
  readonly receipt_email?: string | null;
  readonly setup_future_usage?: 'off_session' | 'on_session' | null;
}

export function createIntent(world: World, input: NewIntent): PaymentIntent {
  demandChargeable(input.amount, input.currency, 'amount');
  const id = world.ids.next('pi');
  return insert(
    world,
    'paymentIntents',
    {
      ...paymentIntentConstants,
      id,
      object: 'payment_intent',
      amount: input.amount,
      amount_received: 0,
      automatic_payment_methods: { allow_redirects: 'always', enabled: true },
      canceled_at: null,
      cancellation_reason: null,
      client_secret: `${id}_${world.ids.next('secret')}`,
      created: world.now(),
      currency: input.currency,
      customer: input.customer,
      description: input.description ?? null,
      last_payment_error: null,
      latest_charge: null,
      metadata: input.metadata ?? {},
      next_action: null,
      payment_method: input.payment_method ?? null,
      receipt_email: input.receipt_email ?? null,
      setup_future_usage: input.setup_future_usage ?? null,
      status: input.payment_method ? 'requires_confirmation' : 'requires_payment_method',
      [memory]: { invoice: input.invoice ?? null },
    },
    'payment_intent.created',
  );
}

function recordCharge(world: World, intent: PaymentIntent, method: PaymentMethod, decline: Decline | null): Charge {
  const paid = decline === null;
  const charge: Charge = {
    ...chargeConstants,
    id: world.ids.next('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: paid ? intent.amount : 0,
    billing_details: method.billing_details,
    captured: paid,
    created: world.now(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    metadata: intent.metadata,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: paid ? 'approved_by_network' : 'declined_by_network',
      reason: decline?.decline_code ?? null,
      risk_level: 'normal',
      risk_score: 1,
      seller_message: paid ? 'Payment complete.' : 'The bank did not return any further details with this decline.',
      type: paid ? 'authorized' : 'issuer_declined',
    },
    paid,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { card: chargedCard(method, intent.amount, paid), type: 'card' },
    status: paid ? 'succeeded' : 'failed',
  };
  return insert(world, 'charges', charge, paid ? 'charge.succeeded' : 'charge.failed');
}

/** What the answer to a declined confirmation and `last_payment_error` say. */
const declineError = (world: World, decline: Decline, method: PaymentMethod, charge: Charge | null): ErrorBody => ({
  type: 'card_error',
  ...decline,
  ...(charge && { charge: charge.id }),
  payment_method: render(world.tables, method),
});

function decline(world: World, intent: PaymentIntent, method: PaymentMethod, reason: Decline): PaymentIntent {
  const charge = recordCharge(world, intent, method, reason);
  const failed = change(world, 'paymentIntents', intent, {
    status: 'requires_payment_method',
    payment_method: null,
    latest_charge: charge.id,
    last_payment_error: declineError(world, reason, method, charge),
    next_action: null,
  });
  world.emit('payment_intent.payment_failed', failed);
  return failed;
}

function succeed(world: World, intent: PaymentIntent, method: PaymentMethod): PaymentIntent {
  const charge = recordCharge(world, intent, method, null);
  const paid = change(world, 'paymentIntents', intent, {
    status: 'succeeded',
    payment_method: method.id,
    amount_received: intent.amount,
    latest_charge: charge.id,
    last_payment_error: null,
    next_action: null,
  });
  world.emit('payment_intent.succeeded', paid);
  return paid;
}

export interface Confirmation {
  readonly method: PaymentMethod;
  /** The challenge has been passed. */
  readonly challenged?: boolean;
  readonly returnUrl?: string | null;
}

/** Tries to charge: the intent ends as `succeeded`, `requires_action` or `requires_payment_method`. */
export function confirmIntent(
  world: World,
  intent: PaymentIntent,
  { method, challenged = false, returnUrl = null }: Confirmation,
): PaymentIntent {
  const verdict = authorizeCharge(method, { challenged });
  if (verdict.kind === 'approved') return succeed(world, intent, method);
  if (verdict.kind === 'declined') return decline(world, intent, method, verdict.decline);
  const waiting = change(world, 'paymentIntents', intent, {
    status: 'requires_action',
    payment_method: method.id,
    next_action: openChallenge(world, { kind: 'intent', intent: intent.id }, { ...intent, returnUrl }),
  });
  world.emit('payment_intent.requires_action', waiting);
  return waiting;
}

const authenticationFailed: Decline = {
  code: 'payment_intent_authentication_failure',
  message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
};

/** The challenge was failed: nothing is charged. */
export function failAuthentication(world: World, intent: PaymentIntent, method: PaymentMethod): PaymentIntent {
  const failed = change(world, 'paymentIntents', intent, {
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: { ...declineError(world, authenticationFailed, method, null), type: 'invalid_request_error' },
    next_action: null,
  });
  world.emit('payment_intent.payment_failed', failed);
  return failed;
}

export const isFinal = ({ status }: { readonly status: string }): boolean => status === 'succeeded' || status === 'canceled';

export function cancelIntent(world: World, intent: PaymentIntent, reason: string | null): PaymentIntent {
  const canceled = change(world, 'paymentIntents', intent, {
    status: 'canceled',
    canceled_at: world.now(),
    cancellation_reason: reason,
    next_action: null,
  });
  world.emit('payment_intent.canceled', canceled);
  return canceled;
}
