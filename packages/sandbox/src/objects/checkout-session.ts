/** Step checkout: checkout sessions (API 2026-10-28.endive). */
import type { Metadata, Price } from './catalog.ts';
import type { BuyerDetails, CustomerDetails, CustomerUpdate, SessionCollection } from './checkout-collection.ts';
import type { Discount, TaxRate } from './discount.ts';
import type { SubList } from './invoice.ts';
import type { memory } from './memory.ts';
import type { MissingPaymentMethod } from './subscription.ts';

/** How far the buyer may change a quantity. */
export interface AdjustableQuantity {
  readonly enabled: boolean;
  readonly maximum: number | null;
  readonly minimum: number | null;
}

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
  readonly discounts: readonly { readonly amount: number; readonly discount: Discount }[];
  readonly metadata: Metadata;
  readonly price: Price;
  readonly quantity: number;
  readonly adjustable_quantity: AdjustableQuantity | null;
  readonly taxes: readonly SessionTax[];
}

/** One tax of a line item; minor units. */
export interface SessionTax {
  readonly amount: number;
  readonly rate: TaxRate;
  readonly taxability_reason: 'standard_rated' | null;
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

/** Minor units of the chosen way of shipping. */
export interface ShippingCost {
  readonly amount_subtotal: number;
  readonly amount_tax: number;
  readonly amount_total: number;
  readonly shipping_rate: string;
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
  /** What the page has collected besides. */
  readonly details?: BuyerDetails;
}

export interface CheckoutSession extends SessionCollection {
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
  readonly customer_details: CustomerDetails | null;
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
  readonly payment_method_types: readonly string[];
  readonly setup_intent: string | null;
  readonly shipping_cost: ShippingCost | null;
  readonly shipping_options: readonly { readonly shipping_amount: number; readonly shipping_rate: string }[];
  readonly status: 'open' | 'complete' | 'expired';
  readonly submit_type: string | null;
  readonly subscription: string | null;
  readonly success_url: string | null;
  readonly total_details: { readonly amount_discount: number; readonly amount_shipping: number; readonly amount_tax: number } | null;
  readonly ui_mode: 'elements' | 'embedded_page' | 'form' | 'hosted_page';
  readonly url: string | null;
  readonly [memory]: {
    readonly plan: SubscriptionPlan;
    readonly terms: SessionTerms;
    readonly intentMetadata: Metadata;
    readonly intentDescription: string | null;
    /** For what a payment's card is kept. */
    readonly futureUsage: 'off_session' | 'on_session' | null;
    readonly setupMetadata: Metadata;
    readonly customerUpdate: CustomerUpdate;
  };
}

export const checkoutSessionConstants = {
  currency_conversion: null,
  customer_account: null,
  integration_identifier: null,
  invoice_creation: null,
  wallet_options: null,
  livemode: false,
  managed_payments: null,
  payment_link: null,
  payment_method_configuration_details: null,
  payment_method_options: null,
} as const;
