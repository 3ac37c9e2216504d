/**
 * Step checkout: Stripe's published test cards and how each behaves (docs.stripe.com/testing).
 *
 * Promise: a number that Stripe does not publish behaves as it would with a real network: it is not a test card and is refused.
 */

export interface Decline {
  readonly code: string;
  readonly decline_code?: string;
  readonly message: string;
}

export interface TestCard {
  readonly brand: string;
  readonly country: string;
  readonly funding: 'credit' | 'debit';
  /** Refusal when it is attached to a customer or set up. */
  readonly setup: Decline | null;
  /** Refusal of a charge. */
  readonly charge: Decline | null;
  /** When its bank asks for 3D Secure. */
  readonly challenge: 'never' | 'always' | 'unless_set_up';
}

const declined = (decline_code: string, message: string): Decline => ({ code: 'card_declined', decline_code, message });

export const declines = {
  generic: declined('generic_decline', 'Your card was declined.'),
  funds: declined('insufficient_funds', 'Your card has insufficient funds.'),
  lost: declined('lost_card', 'Your card was declined.'),
  stolen: declined('stolen_card', 'Your card was declined.'),
  expired: { code: 'expired_card', decline_code: 'expired_card', message: 'Your card has expired.' },
  cvc: { code: 'incorrect_cvc', decline_code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  processing: {
    code: 'processing_error',
    decline_code: 'processing_error',
    message: 'An error occurred while processing your card. Try again in a little bit.',
  },
  number: { code: 'incorrect_number', message: 'Your card number is incorrect.' },
  /** Words are Stripe's for a charge without the cardholder present. */
  authentication: declined('authentication_required', 'Your card was declined. This transaction requires authentication.'),
} as const satisfies Record<string, Decline>;

const visa: TestCard = { brand: 'visa', country: 'US', funding: 'credit', setup: null, charge: null, challenge: 'never' };
const refusing = (decline: Decline): TestCard => ({ ...visa, setup: decline, charge: decline });

const cards: Readonly<Record<string, TestCard>> = {
  '4242424242424242': visa,
  '4000056655665556': { ...visa, funding: 'debit' },
  '5555555555554444': { ...visa, brand: 'mastercard' },
  '2223003122003222': { ...visa, brand: 'mastercard' },
  '5200828282828210': { ...visa, brand: 'mastercard', funding: 'debit' },
  '378282246310005': { ...visa, brand: 'amex' },
  '371449635398431': { ...visa, brand: 'amex' },
  '6011111111111117': { ...visa, brand: 'discover' },
  '3056930009020004': { ...visa, brand: 'diners' },
  '3566002020360505': { ...visa, brand: 'jcb' },
  '6200000000000005': { ...visa, brand: 'unionpay' },
  '4000000000000077': visa,
  '4000000000000259': visa,
  '4000000000000341': { ...visa, charge: declines.generic },
  '4000000000000002': refusing(declines.generic),
  '4000000000009995': refusing(declines.funds),
  '4000000000009987': refusing(declines.lost),
  '4000000000009979': refusing(declines.stolen),
  '4000000000000069': refusing(declines.expired),
  '4000000000000127': refusing(declines.cvc),
  '4000000000000119': refusing(declines.processing),
  '4000002500003155': { ...visa, challenge: 'unless_set_up' },
  '4000002760003184': { ...visa, challenge: 'always' },
  '4000000000003220': { ...visa, challenge: 'always' },
  '4000008260003178': { ...visa, charge: declines.funds, challenge: 'always' },
  '4000008400001629': { ...visa, charge: declines.generic, challenge: 'always' },
};

/** Stripe's ready-made payment methods. */
const numberOfToken: Readonly<Record<string, string>> = {
  pm_card_visa: '4242424242424242',
  pm_card_visa_debit: '4000056655665556',
  pm_card_mastercard: '5555555555554444',
  pm_card_amex: '378282246310005',
  pm_card_discover: '6011111111111117',
  pm_card_chargeDeclined: '4000000000000002',
  pm_card_visa_chargeDeclined: '4000000000000002',
  pm_card_chargeDeclinedInsufficientFunds: '4000000000009995',
  pm_card_visa_chargeDeclinedInsufficientFunds: '4000000000009995',
  pm_card_chargeDeclinedLostCard: '4000000000009987',
  pm_card_chargeDeclinedStolenCard: '4000000000009979',
  pm_card_chargeDeclinedExpiredCard: '4000000000000069',
  pm_card_chargeDeclinedIncorrectCvc: '4000000000000127',
  pm_card_chargeDeclinedProcessingError: '4000000000000119',
  pm_card_chargeCustomerFail: '4000000000000341',
  pm_card_authenticationRequired: '4000002760003184',
  pm_card_authenticationRequiredOnSetup: '4000002500003155',
  pm_card_authenticationRequiredSetupForOffSession: '4000002500003155',
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: '4000008260003178',
  pm_card_threeDSecure2Required: '4000000000003220',
  pm_card_createDispute: '4000000000000259',
  pm_card_bypassPending: '4000000000000077',
};

export const cardNumberOfToken = (token: string): string | undefined =>
  numberOfToken[token] ?? numberOfToken[token.replace(/^tok_/u, 'pm_card_')];

const passesLuhn = (number: string): boolean => {
  const sum = [...number].toReversed().reduce((total, digit, position) => {
    const value = Number(digit) * (position % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
};

/** Digits of what a person typed. */
export const digitsOf = (typed: string): string => typed.replaceAll(/[\s-]/gu, '');

/** The behavior of a number, or why it is no card. */
export function testCard(number: string): TestCard | Decline {
  if (!/^\d{12,19}$/u.test(number) || !passesLuhn(number)) return declines.number;
  return (
    cards[number] ?? {
      ...declines.generic,
      decline_code: 'live_mode_mismatch',
      message:
        'Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.',
    }
  );
}

export const isDecline = (card: TestCard | Decline): card is Decline => 'message' in card;
