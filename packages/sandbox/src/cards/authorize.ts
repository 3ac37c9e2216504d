/**
 * Step checkout: what a buyer's bank says to a charge or to being kept for later.
 *
 * Promise: pure; the same payment method, the same situation, the same answer.
 */
import { memory } from '../objects/memory.ts';
import type { PaymentMethod } from '../objects/payment.ts';
import { delayedTypes, redirectTypes } from '../objects/payment-method.ts';
import { type Decline, declines } from './declines.ts';
import { testAccount } from './test-accounts.ts';
import { isDecline, testCard } from './test-cards.ts';

export interface Situation {
  /** The challenge has been passed in this attempt. */
  readonly challenged: boolean;
  /** Nobody is there who could pass a challenge. */
  readonly offSession?: boolean;
}

export type Verdict =
  | { readonly kind: 'approved' }
  | { readonly kind: 'challenge' }
  | { readonly kind: 'declined'; readonly decline: Decline }
  /** A debit is on its way; `decline` is how it will end. */
  | { readonly kind: 'processing'; readonly decline: Decline | null };

const approved: Verdict = { kind: 'approved' };
const declinedBy = (decline: Decline): Verdict => ({ kind: 'declined', decline });

function authorizeCard({ [memory]: { number, authenticated } }: PaymentMethod, { challenged, offSession = false }: Situation): Verdict {
  const card = testCard(number);
  if (isDecline(card)) return declinedBy(card);
  const mustAsk = card.challenge === 'always' || (card.challenge === 'unless_set_up' && !authenticated);
  if (mustAsk && !challenged) return offSession ? declinedBy(declines.authentication) : { kind: 'challenge' };
  return card.charge ? declinedBy(card.charge) : approved;
}

/** The bank's answer to a charge. */
export function authorizeCharge(method: PaymentMethod, situation: Situation): Verdict {
  if (method.type === 'card') return authorizeCard(method, situation);
  if (delayedTypes.includes(method.type)) return { kind: 'processing', decline: testAccount(method[memory].number).decline };
  const mustAsk = redirectTypes.includes(method.type) && !situation.challenged && !method[memory].authenticated;
  return mustAsk ? { kind: 'challenge' } : approved;
}

/** The bank's answer to keeping the payment method for later charges. */
export function authorizeSetup(method: PaymentMethod, { challenged }: Situation): Verdict {
  const { number, authenticated } = method[memory];
  if (method.type !== 'card') {
    return redirectTypes.includes(method.type) && !authenticated && !challenged ? { kind: 'challenge' } : approved;
  }
  const card = testCard(number);
  if (isDecline(card)) return declinedBy(card);
  if (card.setup) return declinedBy(card.setup);
  if (card.challenge !== 'never' && !authenticated && !challenged) return { kind: 'challenge' };
  return approved;
}
