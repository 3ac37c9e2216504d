/** Step checkout: payment methods, intents and charges (API 2026-10-28.endive). */
import type { ErrorBody } from '../http/api-error.ts';
import type { Metadata } from './catalog.ts';
import type { Decline } from '../cards/declines.ts';
import type { memory } from './memory.ts';
import type { BillingDetails, MethodType } from './payment-method.ts';

export { type BillingDetails, type PaymentMethod, paymentMethodConstants } from './payment-method.ts';

export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';

export type FutureUsage = 'off_session' | 'on_session';
export interface AutomaticMethods {
  readonly enabled: boolean;
  readonly allow_redirects: 'always' | 'never';
}

/** What a client has to do next: pass the 3D Secure challenge, go to the bank's page, or transfer money. */
export interface NextAction {
  readonly type: 'redirect_to_url' | 'use_stripe_sdk' | 'display_bank_transfer_instructions';
  readonly redirect_to_url?: { readonly return_url: string | null; readonly url: string };
  readonly use_stripe_sdk?: object;
  readonly display_bank_transfer_instructions?: object;
}

export interface PaymentIntent {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly allowed_payment_method_types: readonly string[] | null;
  readonly amount: number;
  readonly amount_capturable: number;
  readonly amount_received: number;
  readonly automatic_payment_methods: AutomaticMethods | null;
  readonly canceled_at: number | null;
  readonly cancellation_reason: string | null;
  readonly capture_method: 'automatic' | 'automatic_async' | 'manual';
  readonly client_secret: string;
  readonly confirmation_method: 'automatic' | 'manual';
  readonly created: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly last_payment_error: ErrorBody | null;
  readonly latest_charge: string | null;
  readonly metadata: Metadata;
  readonly next_action: NextAction | null;
  readonly payment_method: string | null;
  readonly payment_method_options: object | null;
  readonly payment_method_types: readonly string[];
  readonly processing: null;
  readonly receipt_email: string | null;
  readonly setup_future_usage: FutureUsage | null;
  readonly shipping: object | null;
  readonly statement_descriptor: string | null;
  readonly statement_descriptor_suffix: string | null;
  readonly status: IntentStatus;
  readonly [memory]: { readonly invoice: string | null; readonly settlement?: Settlement | null };
}

/** How a delayed payment will end, and when, in unix seconds. */
export interface Settlement {
  readonly at: number;
  readonly decline: Decline | null;
}

export const paymentIntentConstants = {
  application: null,
  application_fee_amount: null,
  customer_account: null,
  excluded_payment_method_types: null,
  livemode: false,
  managed_payments: null,
  on_behalf_of: null,
  payment_method_configuration_details: null,
  payment_record: null,
  review: null,
  source: null,
  transfer_data: null,
  transfer_group: null,
} as const;

export interface SetupIntent {
  readonly id: string;
  readonly object: 'setup_intent';
  readonly allowed_payment_method_types: readonly string[] | null;
  readonly automatic_payment_methods: AutomaticMethods | null;
  readonly cancellation_reason: string | null;
  readonly client_secret: string;
  readonly created: number;
  readonly customer: string | null;
  readonly description: string | null;
  readonly last_setup_error: ErrorBody | null;
  readonly latest_attempt: string | null;
  readonly metadata: Metadata;
  readonly next_action: NextAction | null;
  readonly payment_method: string | null;
  readonly payment_method_options: object | null;
  readonly payment_method_types: readonly string[];
  readonly status: IntentStatus;
  readonly usage: FutureUsage;
}

export const setupIntentConstants = {
  application: null,
  customer_account: null,
  excluded_payment_method_types: null,
  livemode: false,
  mandate: null,
  on_behalf_of: null,
  payment_method_configuration_details: null,
  single_use_mandate: null,
} as const;

export interface Charge {
  readonly id: string;
  readonly object: 'charge';
  readonly amount: number;
  readonly amount_captured: number;
  readonly amount_refunded: number;
  readonly balance_transaction: string | null;
  readonly billing_details: BillingDetails;
  readonly captured: boolean;
  readonly created: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly disputed: boolean;
  readonly failure_code: string | null;
  readonly failure_message: string | null;
  readonly fraud_details: object;
  readonly metadata: Metadata;
  readonly outcome: object;
  readonly paid: boolean;
  readonly payment_intent: string;
  readonly payment_method: string;
  readonly payment_method_details: { readonly type: MethodType };
  readonly receipt_email: string | null;
  readonly receipt_url: string | null;
  readonly refunded: boolean;
  readonly shipping: object | null;
  readonly statement_descriptor: string | null;
  readonly statement_descriptor_suffix: string | null;
  readonly status: 'succeeded' | 'failed' | 'pending';
}

export const chargeConstants = {
  application: null,
  application_fee: null,
  application_fee_amount: null,
  calculated_statement_descriptor: 'TILLKIT SANDBOX',
  failure_balance_transaction: null,
  livemode: false,
  on_behalf_of: null,
  receipt_number: null,
  review: null,
  source: null,
  source_transfer: null,
  transfer_data: null,
  transfer_group: null,
} as const;
