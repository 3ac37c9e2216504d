/** A 3D Secure challenge that a bank would show: of an intent, or of a try to complete a checkout session. */
import type { SessionAttempt } from './checkout-session.ts';

export interface Challenge {
  readonly id: string;
  readonly object: 'challenge';
  readonly status: 'open' | 'passed' | 'failed';
  readonly subject:
    | { readonly kind: 'intent'; readonly intent: string }
    | { readonly kind: 'session'; readonly session: string; readonly attempt: SessionAttempt };
  readonly amount: number;
  readonly currency: string | null;
  readonly returnUrl: string | null;
  /** The page of another kind of payment, no 3D Secure of a card. */
  readonly leavesPage: boolean;
}
