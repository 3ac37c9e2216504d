/** Step checkout: checkout sessions (API 2026-10-28.endive). */
import type { Metadata, Price } from './catalog.ts';
import type { DiscountAmount, TaxRate } from './discount.ts';
import type { SubList } from './invoice.ts';
import type { memory } from './memory.ts';
import type { MissingPaymentMethod } from './subscription.ts';

export interface SessionLineItem {
  readonly id: string;
  readonly object: 'item';
  readonly amount_discount: number;
  /** Minor units due today; 0 for a recurring item whose trial begins. */
  readonly amount_subtotal: number;
  readonly amount_tax: number;
  readonly amount_total: number;
  readonly currency: string;
  readonly description: string;
  readonly discounts: readonly DiscountAmount[];
  readonly metadata: Metadata;
  readonly price: Price;
  readonly quantity: number;
  readonly adjustable_quantity: null;
  readonly taxes: readonly SessionTax[];
}

/** One tax of a line item; minor units. */
export interface SessionTax {
  readonly amount: number;
  readonly rate: TaxRate;
  readonly taxability_reason: string;
  readonly taxable_amount: number;
}

/** What the session will make of its subscription. */
export interface SubscriptionPlan {
  readonly billing_mode: 'classic' | 'flexible';
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly missing_payment_method: MissingPaymentMethod;
  readonly trial_end: number | null;
  readonly trial_period_days: number | null;
}

/** What discounts and taxes a session. */
export interface SessionTerms {
  readonly discounts: readonly { readonly coupon?: string; readonly promotion_code?: string }[];
  readonly default_tax_rates: readonly TaxRate[];
  readonly automatic_tax: boolean;
}

/** Whether taxes are found by themselves. */
export interface AutomaticTax {
  readonly enabled: boolean;
  readonly liability: { readonly type: 'self' } | null;
  readonly provider: string | null;
  readonly status: 'complete' | 'requires_location_inputs' | null;
}

/** A try to complete a session that waits for 3D Secure. */
export interface SessionAttempt {
  readonly email: string;
  readonly payment_method: string | null;
}

export interface CheckoutSession {
  readonly id: string;
  readonly object: 'checkout.session';
  readonly adaptive_pricing: { readonly enabled: boolean } | null;
  readonly allow_promotion_codes: boolean | null;
  readonly allowed_payment_method_types: readonly string[] | null;
  readonly amount_subtotal: number | null;
  readonly amount_total: number | null;
  readonly automatic_tax: AutomaticTax;
  readonly cancel_url: string | null;
  readonly client_reference_id: string | null;
  readonly client_secret: string | null;
  readonly created: number;
  readonly currency: string | null;
  readonly customer: string | null;
  readonly customer_creation: 'always' | 'if_required' | null;
  readonly customer_details: object | null;
  readonly customer_email: string | null;
  readonly discounts: readonly { readonly coupon: string | null; readonly promotion_code: string | null }[];
  readonly expires_at: number;
  readonly invoice: string | null;
  readonly line_items: SubList<SessionLineItem>;
  readonly locale: string | null;
  readonly metadata: Metadata;
  readonly mode: 'payment' | 'setup' | 'subscription';
  readonly payment_intent: string | null;
  readonly payment_method_collection: 'always' | 'if_required' | null;
  readonly payment_status: 'no_payment_required' | 'paid' | 'unpaid';
  readonly redirect_on_completion: 'always' | 'if_required' | 'never' | undefined;
  readonly return_url: string | undefined;
  readonly setup_intent: string | null;
  readonly status: 'open' | 'complete' | 'expired';
  readonly submit_type: string | null;
  readonly subscription: string | null;
  readonly success_url: string | null;
  readonly total_details: { readonly amount_discount: number; readonly amount_shipping: number; readonly amount_tax: number } | null;
  readonly ui_mode: 'elements' | 'embedded_page' | 'form' | 'hosted_page';
  readonly url: string | null;
  readonly [memory]: { readonly plan: SubscriptionPlan; readonly intentMetadata: Metadata; readonly terms: SessionTerms };
}

export const checkoutSessionConstants = {
  after_expiration: null,
  billing_address_collection: null,
  collected_information: null,
  consent: null,
  consent_collection: null,
  currency_conversion: null,
  custom_fields: [],
  custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
  customer_account: null,
  integration_identifier: null,
  invoice_creation: null,
  livemode: false,
  managed_payments: null,
  origin_context: null,
  payment_link: null,
  payment_method_configuration_details: null,
  payment_method_options: null,
  payment_method_types: ['card'],
  permissions: null,
  phone_number_collection: { enabled: false },
  recovered_from: null,
  saved_payment_method_options: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  wallet_options: null,
} as const;
