/**
 * Step checkout: what a card's bank says to a charge or to being kept for later.
 *
 * Promise: pure; the same card, the same situation, the same answer.
 */
import type { PaymentMethod } from '../objects/payment.ts';
import { memory } from '../objects/memory.ts';
import { type Decline, isDecline, testCard } from './test-cards.ts';

export interface Situation {
  /** The challenge has been passed in this attempt. */
  readonly challenged: boolean;
}

export type Verdict =
  | { readonly kind: 'approved' }
  | { readonly kind: 'challenge' }
  | { readonly kind: 'declined'; readonly decline: Decline };

const declinedBy = (decline: Decline): Verdict => ({ kind: 'declined', decline });

/** The bank's answer to a charge. */
export function authorizeCharge(method: PaymentMethod, { challenged }: Situation): Verdict {
  const { number, authenticated } = method[memory];
  const card = testCard(number);
  if (isDecline(card)) return declinedBy(card);
  const mustAsk = card.challenge === 'always' || (card.challenge === 'unless_set_up' && !authenticated);
  if (mustAsk && !challenged) return { kind: 'challenge' };
  return card.charge ? declinedBy(card.charge) : { kind: 'approved' };
}

/** The bank's answer to keeping the card for later charges. */
export function authorizeSetup(method: PaymentMethod, { challenged }: Situation): Verdict {
  const { number, authenticated } = method[memory];
  const card = testCard(number);
  if (isDecline(card)) return declinedBy(card);
  if (card.setup) return declinedBy(card.setup);
  if (card.challenge !== 'never' && !authenticated && !challenged) return { kind: 'challenge' };
  return { kind: 'approved' };
}
