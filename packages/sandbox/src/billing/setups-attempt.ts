/**
 * Step panel: what is kept of each try to keep a payment method.
 */
import type { ErrorBody } from '../http/api-error.ts';
import type { PaymentMethod, SetupIntent } from '../objects/payment.ts';
import type { SetupAttempt } from '../objects/setup-attempt.ts';
import { change, insert, type World } from '../world.ts';

/** The outcome of a passed challenge, as the card's network tells it. */
const passed = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  result: 'authenticated',
  result_reason: null,
  transaction_id: null,
  version: '2.2.0',
} as const;

function detailsOf({ type, card }: PaymentMethod, challenged: boolean): object {
  if (!card) return { type, ...((type === 'us_bank_account' || type === 'sepa_debit') && { [type]: {} }) };
  const { brand, checks, country, exp_month, exp_year, fingerprint, funding, last4, wallet } = card;
  const three_d_secure = challenged ? passed : null;
  const held = wallet && 'type' in wallet ? { type: wallet.type } : null;
  return {
    card: { brand, checks, country, exp_month, exp_year, fingerprint, funding, last4, network: brand, three_d_secure, wallet: held },
    type,
  };
}

export interface SetupOutcome {
  readonly status: SetupAttempt['status'];
  readonly challenged: boolean;
  readonly error?: ErrorBody;
}

/** Records a try, or how one ended that waited for a challenge; Stripe tells nobody of it. Gives its id. */
export function recordAttempt(world: World, intent: SetupIntent, method: PaymentMethod, outcome: SetupOutcome): string {
  const result = {
    payment_method_details: detailsOf(method, outcome.challenged),
    setup_error: outcome.error ?? null,
    status: outcome.status,
  };
  const waiting = intent.status === 'requires_action' ? world.tables.setupAttempts.get(intent.latest_attempt ?? '') : undefined;
  if (waiting?.payment_method === method.id) return change(world, 'setupAttempts', waiting, result).id;
  const attempt = insert(world, 'setupAttempts', {
    id: world.ids.next('setatt'),
    object: 'setup_attempt',
    application: null,
    created: world.now(),
    customer: intent.customer,
    customer_account: null,
    flow_directions: null,
    livemode: false,
    on_behalf_of: null,
    payment_method: method.id,
    setup_intent: intent.id,
    usage: intent.usage,
    ...result,
  });
  return attempt.id;
}
