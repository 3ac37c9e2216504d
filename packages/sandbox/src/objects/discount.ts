/** Step quote: coupons, promotion codes, discounts and tax rates (API 2026-10-28.endive). */
import type { Metadata } from './catalog.ts';
import type { memory } from './memory.ts';

export interface Coupon {
  readonly id: string;
  readonly object: 'coupon';
  /** Minor units of `currency`. */
  readonly amount_off: number | null;
  /** Shown only when expanded. */
  readonly applies_to?: { readonly products: readonly string[] };
  readonly created: number;
  readonly currency: string | null;
  /** Shown only when expanded. */
  readonly currency_options?: Readonly<Record<string, { readonly amount_off: number }>>;
  readonly duration: 'forever' | 'once' | 'repeating';
  readonly duration_in_months: number | null;
  readonly livemode: false;
  readonly max_redemptions: number | null;
  readonly metadata: Metadata;
  readonly name: string | null;
  readonly percent_off: number | null;
  /** Unix seconds. */
  readonly redeem_by: number | null;
  readonly times_redeemed: number;
  readonly valid: boolean;
}

export interface PromotionCode {
  readonly id: string;
  readonly object: 'promotion_code';
  readonly active: boolean;
  readonly code: string;
  readonly created: number;
  readonly customer: string | null;
  readonly customer_account: null;
  readonly expires_at: number | null;
  readonly livemode: false;
  readonly max_redemptions: number | null;
  readonly metadata: Metadata;
  readonly promotion: { readonly coupon: string; readonly type: 'coupon' };
  readonly restrictions: {
    readonly currency_options?: Readonly<Record<string, { readonly minimum_amount: number }>>;
    readonly first_time_transaction: boolean;
    readonly minimum_amount: number | null;
    readonly minimum_amount_currency: string | null;
  };
  readonly times_redeemed: number;
}

/** A coupon at work: for a customer, a subscription, an item or one invoice. */
export interface Discount {
  readonly id: string;
  readonly object: 'discount';
  readonly checkout_session: string | null;
  readonly customer: string | null;
  readonly customer_account: null;
  /** Unix seconds from which it does not count any more. */
  readonly end: number | null;
  readonly invoice: string | null;
  readonly invoice_item: string | null;
  readonly promotion_code: string | null;
  readonly source: { readonly coupon: string; readonly type: 'coupon' };
  readonly start: number;
  readonly subscription: string | null;
  readonly subscription_item: string | null;
  /** The coupon as it was, as a deleted one goes on counting for those who have it. */
  readonly [memory]: { readonly coupon: Coupon };
}

export interface TaxRate {
  readonly id: string;
  readonly object: 'tax_rate';
  readonly active: boolean;
  readonly country: string | null;
  readonly created: number;
  readonly description: string | null;
  readonly display_name: string;
  readonly effective_percentage: number | null;
  readonly flat_amount: null;
  readonly inclusive: boolean;
  readonly jurisdiction: string | null;
  readonly jurisdiction_level: string | null;
  readonly livemode: false;
  readonly metadata: Metadata;
  readonly percentage: number;
  readonly rate_type: 'percentage';
  readonly state: string | null;
  readonly tax_type: string | null;
}

/** One tax on one line, minor units. */
export interface LineTax {
  readonly amount: number;
  readonly tax_behavior: 'exclusive' | 'inclusive';
  readonly tax_rate_details: { readonly tax_rate: string };
  readonly taxability_reason: string;
  readonly taxable_amount: number;
  readonly type: 'tax_rate_details';
}

export interface DiscountAmount {
  readonly amount: number;
  readonly discount: string;
}
