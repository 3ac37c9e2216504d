/**
 * Step checkout: the refusals of Stripe's test cards (docs.stripe.com/declines/codes, docs.stripe.com/testing#declined-payments).
 */
import { networkDeclineCodes } from '../unconfirmed.ts';

export type Advice = 'confirm_card_data' | 'do_not_try_again' | 'try_again_later';

export interface Decline {
  readonly code: string;
  readonly decline_code?: string;
  readonly message: string;
  /** What the merchant is advised to do. */
  readonly advice_code?: Advice;
  /** The card network's own code. */
  readonly network_decline_code?: string;
}

/** A refusal of the card's bank: a code of its own when `code` says so, else `card_declined`. */
function declined(decline_code: string, advice_code: Advice, message = 'Your card was declined.', code = 'card_declined'): Decline {
  const network_decline_code = networkDeclineCodes[decline_code];
  return { code, decline_code, message, advice_code, ...(network_decline_code !== undefined && { network_decline_code }) };
}

export const declines = {
  generic: declined('generic_decline', 'try_again_later'),
  funds: declined('insufficient_funds', 'try_again_later', 'Your card has insufficient funds.'),
  lost: declined('lost_card', 'do_not_try_again'),
  stolen: declined('stolen_card', 'do_not_try_again'),
  expired: declined('expired_card', 'confirm_card_data', 'Your card has expired.', 'expired_card'),
  cvc: declined('incorrect_cvc', 'confirm_card_data', "Your card's security code is incorrect.", 'incorrect_cvc'),
  velocity: declined('card_velocity_exceeded', 'try_again_later', 'Your card was declined for making repeated attempts too frequently.'),
  processing: declined(
    'processing_error',
    'try_again_later',
    'An error occurred while processing your card. Try again in a little bit.',
    'processing_error',
  ),
  /** Held back by Stripe's own risk rules; no network has seen it. */
  blocked: { code: 'card_declined', decline_code: 'fraudulent', message: 'Your card was declined.' },
  number: { code: 'incorrect_number', message: 'Your card number is incorrect.' },
  /** For a charge without the cardholder, who would have to pass 3D Secure. */
  authentication: declined(
    'authentication_required',
    'try_again_later',
    'Your card was declined. This transaction requires authentication.',
    'authentication_required',
  ),
} as const satisfies Record<string, Decline>;

/** Declines after which a bank never says yes: Stripe does not retry an invoice (docs.stripe.com/billing/revenue-recovery/smart-retries). */
const hardDeclines = new Set([
  'lost_card',
  'stolen_card',
  'incorrect_number',
  'pickup_card',
  'revocation_of_authorization',
  'revocation_of_all_authorizations',
  'authentication_required',
  'highest_risk_level',
  'transaction_not_allowed',
]);

export const isHardDecline = (decline_code: string | undefined): boolean => decline_code !== undefined && hardDeclines.has(decline_code);
