/** Step panel: one try to keep a payment method, and what came of it (API 2026-10-28.endive). */
import type { ErrorBody } from '../http/api-error.ts';
import type { FutureUsage } from './payment.ts';

export interface SetupAttempt {
  readonly id: string;
  readonly object: 'setup_attempt';
  readonly application: null;
  readonly created: number;
  readonly customer: string | null;
  readonly customer_account: null;
  readonly flow_directions: null;
  readonly livemode: false;
  readonly on_behalf_of: null;
  readonly payment_method: string;
  readonly payment_method_details: object;
  readonly setup_error: ErrorBody | null;
  readonly setup_intent: string;
  readonly status: 'succeeded' | 'failed' | 'requires_action';
  readonly usage: FutureUsage;
}
