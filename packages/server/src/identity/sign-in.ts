import type { SessionRequest, SessionResponse } from '@tillkit/core/contract/contract';
import type { KnownIdentity } from '../store/identities.ts';
import type { Tables } from '../store/store.ts';

/** By what somebody's customer was found before the transaction in which they come in: it may be another's by then. */
export interface Finding {
  /** Other addresses that reached it before Stripe was asked whose it is: they alone give way. */
  readonly others: readonly string[];
  /** Nothing speaks for it but that they reached it before. */
  readonly isKnownOnly: boolean;
}

/** Who comes in. */
export interface FoundIdentity extends KnownIdentity {
  readonly finding?: Finding;
}

/** Who came in, and what the answer says beside the token. */
export interface SignedIn {
  readonly identity: FoundIdentity;
  /** How they proved who they are, in a word that stays. */
  readonly method: string;
  readonly checkout?: NonNullable<SessionResponse['checkout']>;
  /**
   * Uses the proof up in the transaction that starts the session, and throws when it is no longer good. Answers the family that
   * the session belongs to: `familyId`, or that of the session which the same proof has started before.
   */
  readonly take?: (tables: Tables, familyId: string) => Promise<string>;
}

/** One way in: takes the requests that it recognizes, and throws for whoever does not prove themselves. */
export interface SignIn {
  recognizes(request: SessionRequest): boolean;
  exchange(request: SessionRequest, origin: string): Promise<SignedIn>;
}
