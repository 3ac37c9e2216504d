/** Step checkout: a payment method collected by a page, for a server to confirm with (API 2026-10-28.endive). */
import type { Metadata } from './catalog.ts';
import type { memory } from './memory.ts';
import type { FutureUsage } from './payment.ts';

export interface ConfirmationToken {
  readonly id: string;
  readonly object: 'confirmation_token';
  readonly created: number;
  readonly expires_at: number;
  readonly livemode: false;
  readonly mandate_data: null;
  readonly metadata: Metadata | null;
  readonly payment_intent: null;
  readonly payment_method_options: null;
  readonly payment_method_preview: object;
  readonly return_url: string | null;
  readonly setup_future_usage: FutureUsage | null;
  readonly setup_intent: null;
  readonly shipping: object | null;
  readonly use_stripe_sdk: true;
  readonly [memory]: { readonly method: string };
}
