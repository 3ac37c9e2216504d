import type { Selection } from '@tillkit/core/selection/selection';
import { hashSecret } from '../identity/session-token.ts';
import type { CheckoutIntent } from '../store/checkout-intents.ts';
import type { Identity } from '../store/identities.ts';

/** A checkout that is about to be opened. */
export type NewIntent = Pick<CheckoutIntent, 'id' | 'verifierHash' | 'origin' | 'identity' | 'selection'>;

export interface IntentSource {
  readonly selection: Selection;
  readonly verifierHash: string;
  readonly origin: string;
  readonly returnUrl: string;
  readonly uiMode?: string;
  readonly promotionCode?: string;
  readonly preview?: string;
  readonly buyer: Identity | undefined;
}

/** The intent of a request. Its id is made of the request, so that the same request sent again means the same checkout. */
export function toIntent({ selection, verifierHash, origin, returnUrl, uiMode, buyer, promotionCode, preview }: IntentSource): NewIntent {
  const identity = buyer && { issuer: buyer.issuer, subject: buyer.subject };
  const id = hashSecret(JSON.stringify([verifierHash, origin, returnUrl, uiMode, identity, selection, promotionCode, preview]));
  return { id, verifierHash, origin, selection, ...(identity && { identity }) };
}
