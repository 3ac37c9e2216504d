/**
 * Step checkout: Stripe's published test cards and how each behaves (docs.stripe.com/testing).
 *
 * Promise: a number that Stripe does not publish behaves as it would with a real network: it is not a test card and is refused.
 */

import { type Decline, declines } from './declines.ts';

export type { Decline } from './declines.ts';

export interface TestCard {
  readonly brand: string;
  readonly country: string;
  readonly funding: 'credit' | 'debit' | 'prepaid';
  /** Refusal when it is attached to a customer or set up. */
  readonly setup: Decline | null;
  /** Refusal of a charge. */
  readonly charge: Decline | null;
  /** When its bank asks for 3D Secure. */
  readonly challenge: 'never' | 'always' | 'unless_set_up';
  /** How risky Stripe finds a charge. */
  readonly risk?: 'elevated' | 'highest';
  /** What becomes of a refund some days later. */
  readonly refund?: 'fails' | 'pends';
  /** The reason for which every charge is disputed; an inquiry is only asked about. */
  readonly dispute?: { readonly reason: 'fraudulent' | 'product_not_received'; readonly inquiry?: true };
  /** The security code is wrong, and its bank takes the charge all the same. */
  readonly cvc?: 'fail' | 'unchecked';
}

const visa: TestCard = { brand: 'visa', country: 'US', funding: 'credit', setup: null, charge: null, challenge: 'never' };
const refusing = (decline: Decline): TestCard => ({ ...visa, setup: decline, charge: decline });

/** The cards by country of docs.stripe.com/testing#international-cards. */
const issuedIn: Readonly<Record<string, TestCard>> = Object.fromEntries(
  Object.entries({
    '4000000760000002': 'BR',
    '4000001240000000': 'CA',
    '4000004840008001': 'MX',
    '4000000400000008': 'AT',
    '4000000560000004': 'BE',
    '4000002500000003': 'FR',
    '4000002760000016': 'DE',
    '4000003720000005': 'IE',
    '4000003800000008': 'IT',
    '4000005280000002': 'NL',
    '4000007240000007': 'ES',
    '4000007560000009': 'CH',
    '4000008260000000': 'GB',
    '4000000360000006': 'AU',
    '4000003560000008': 'IN',
    '4000003920000003': 'JP',
    '4000007020000003': 'SG',
  }).map(([number, country]) => [number, { ...visa, country }] as const),
);

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
  '4000000000000259': { ...visa, dispute: { reason: 'fraudulent' } },
  '4000000000002685': { ...visa, dispute: { reason: 'product_not_received' } },
  '4000000000001976': { ...visa, dispute: { reason: 'fraudulent', inquiry: true } },
  '4000000000007726': { ...visa, refund: 'pends' },
  '4000000000005126': { ...visa, refund: 'fails' },
  '4000000000000101': { ...visa, cvc: 'fail' },
  '4100000000000019': { ...visa, charge: declines.blocked, risk: 'highest' },
  '4000000000004954': { ...visa, charge: declines.blocked, risk: 'highest' },
  '4000000000009235': { ...visa, risk: 'elevated' },
  '4000000000006975': refusing(declines.velocity),
  '4000000000003055': visa,
  '4000008400001280': { ...visa, charge: declines.processing, challenge: 'always' },
  '6011000990139424': { ...visa, brand: 'discover' },
  '6555900000604105': { ...visa, brand: 'jcb' },
  '5105105105105100': { ...visa, brand: 'mastercard', funding: 'prepaid' },
  ...issuedIn,
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
