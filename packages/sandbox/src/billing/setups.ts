/**
 * Step checkout: setup intents, which keep a card for later without charging it (docs.stripe.com/payments/setupintents/lifecycle).
 */
import { authorizeSetup } from '../cards/authorize.ts';
import type { Decline } from '../cards/declines.ts';
import type { ErrorBody } from '../http/api-error.ts';
import { render } from '../http/render.ts';
import type { Metadata } from '../objects/catalog.ts';
import { type AutomaticMethods, type FutureUsage, type PaymentMethod, type SetupIntent, setupIntentConstants } from '../objects/payment.ts';
import { redirectTypes } from '../objects/payment-method.ts';
import { change, insert, type World } from '../world.ts';
import { openChallenge } from './challenges.ts';
import { offeredTypes } from './payment-method-types.ts';
import { recordAttempt } from './setups-attempt.ts';
import { attachPaymentMethod } from './payment-methods.ts';
import type { Confirmation } from './payments.ts';

export interface NewSetup {
  readonly customer: string | null;
  readonly usage: FutureUsage;
  readonly allowed_payment_method_types?: readonly string[] | null;
  readonly automatic_payment_methods?: AutomaticMethods | null;
  readonly payment_method_options?: object | null;
  readonly description?: string | null;
  readonly metadata?: Metadata;
  readonly payment_method?: string | null;
}

export function createSetupIntent(world: World, input: NewSetup): SetupIntent {
  const id = world.ids.next('seti');
  const allowed_payment_method_types = input.allowed_payment_method_types ?? null;
  const automatic_payment_methods = input.automatic_payment_methods ?? { allow_redirects: 'always', enabled: true };
  return insert(
    world,
    'setupIntents',
    {
      ...setupIntentConstants,
      id,
      object: 'setup_intent',
      allowed_payment_method_types,
      automatic_payment_methods,
      cancellation_reason: null,
      client_secret: `${id}_${world.ids.next('secret')}`,
      created: world.now(),
      customer: input.customer,
      description: input.description ?? null,
      last_setup_error: null,
      latest_attempt: null,
      metadata: input.metadata ?? {},
      next_action: null,
      payment_method: input.payment_method ?? null,
      payment_method_options: input.payment_method_options ?? null,
      payment_method_types: offeredTypes({ allowed_payment_method_types, automatic_payment_methods }),
      status: input.payment_method ? 'requires_confirmation' : 'requires_payment_method',
      usage: input.usage,
    },
    'setup_intent.created',
  );
}

function refuse(world: World, intent: SetupIntent, method: PaymentMethod, decline: Decline): SetupIntent {
  const last_setup_error: ErrorBody = { type: 'card_error', ...decline, payment_method: render(world.tables, method) };
  const failed = change(world, 'setupIntents', intent, {
    status: 'requires_payment_method',
    payment_method: null,
    last_setup_error,
    latest_attempt: recordAttempt(world, intent, method, { status: 'failed', challenged: false, error: last_setup_error }),
    next_action: null,
  });
  world.emit('setup_intent.setup_failed', failed);
  return failed;
}

/** The card is kept: it belongs to the customer, and a subscription that waited for it uses it. */
function keep(world: World, intent: SetupIntent, method: PaymentMethod, challenged: boolean): SetupIntent {
  if (intent.customer) attachPaymentMethod(world, method, intent.customer, challenged);
  const done = change(world, 'setupIntents', intent, {
    status: 'succeeded',
    payment_method: method.id,
    last_setup_error: null,
    latest_attempt: recordAttempt(world, intent, method, { status: 'succeeded', challenged }),
    next_action: null,
  });
  world.emit('setup_intent.succeeded', done);
  for (const subscription of world.tables.subscriptions.of(intent.customer ?? '')) {
    if (subscription.pending_setup_intent === intent.id) {
      const patch = { pending_setup_intent: null, default_payment_method: method.id };
      change(world, 'subscriptions', subscription, patch, 'customer.subscription.updated');
    }
  }
  return done;
}

/** Tries to keep the card: `succeeded`, `requires_action` or `requires_payment_method`. */
export function confirmSetup(
  world: World,
  intent: SetupIntent,
  { method, challenged = false, returnUrl = null }: Confirmation,
): SetupIntent {
  const verdict = authorizeSetup(method, { challenged });
  if (verdict.kind === 'approved') return keep(world, intent, method, challenged);
  if (verdict.kind === 'declined') return refuse(world, intent, method, verdict.decline);
  const subject = { kind: 'intent', intent: intent.id } as const;
  const waiting = change(world, 'setupIntents', intent, {
    status: 'requires_action',
    payment_method: method.id,
    latest_attempt: recordAttempt(world, intent, method, { status: 'requires_action', challenged: false }),
    next_action: openChallenge(world, subject, { amount: 0, currency: null, returnUrl, leavesPage: redirectTypes.includes(method.type) }),
  });
  world.emit('setup_intent.requires_action', waiting);
  return waiting;
}

export const failSetupAuthentication = (world: World, intent: SetupIntent, method: PaymentMethod): SetupIntent =>
  refuse(world, intent, method, {
    code: 'setup_intent_authentication_failure',
    message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  });

export function cancelSetup(world: World, intent: SetupIntent, cancellation_reason: string | null): SetupIntent {
  const canceled = change(world, 'setupIntents', intent, { status: 'canceled', cancellation_reason, next_action: null });
  world.emit('setup_intent.canceled', canceled);
  return canceled;
}
