/** Step panel: what the customer portal offers, and a customer's way into it (API 2026-10-28.endive). */
import type { Metadata } from './catalog.ts';

export type ProrationBehavior = 'always_invoice' | 'create_prorations' | 'none';
export type AllowedCustomerUpdate = 'address' | 'email' | 'name' | 'phone' | 'shipping' | 'tax_id';

export interface PortalFeatures {
  readonly customer_update: { readonly allowed_updates: readonly AllowedCustomerUpdate[]; readonly enabled: boolean };
  readonly invoice_history: { readonly enabled: boolean };
  readonly payment_method_update: { readonly enabled: boolean; readonly payment_method_configuration: string | null };
  readonly subscription_cancel: {
    readonly cancellation_reason: {
      readonly enabled: boolean;
      readonly feedback_options: readonly string[] | null;
      readonly options: readonly string[];
    };
    readonly enabled: boolean;
    readonly mode: 'at_period_end' | 'immediately';
    readonly proration_behavior: ProrationBehavior;
  };
  readonly subscription_pause: {
    readonly duration: {
      readonly interval_options: readonly { readonly interval: string; readonly interval_count: number }[];
      readonly type: 'indefinite' | 'interval_options';
    };
    readonly enabled: boolean;
  };
  readonly subscription_update: {
    readonly billing_cycle_anchor: 'now' | 'unchanged' | null;
    readonly default_allowed_updates: readonly ('price' | 'promotion_code' | 'quantity')[];
    readonly enabled: boolean;
    readonly products: readonly PortalProduct[] | null;
    readonly proration_behavior: ProrationBehavior;
    readonly schedule_at_period_end: { readonly conditions: readonly { readonly type: string }[] };
    readonly trial_update_behavior: 'continue_trial' | 'end_trial';
  };
}

export interface PortalProduct {
  readonly adjustable_quantity: { readonly enabled: boolean; readonly maximum: number | null; readonly minimum: number };
  readonly prices: readonly string[];
  readonly product: string;
}

export interface PortalConfiguration {
  readonly id: string;
  readonly object: 'billing_portal.configuration';
  readonly active: boolean;
  readonly application: null;
  readonly business_profile: {
    readonly headline: string | null;
    readonly privacy_policy_url: string | null;
    readonly terms_of_service_url: string | null;
  };
  readonly created: number;
  readonly default_return_url: string | null;
  readonly features: PortalFeatures;
  readonly is_default: boolean;
  readonly livemode: false;
  readonly login_page: { readonly enabled: boolean; readonly url: string | null };
  readonly metadata: Metadata;
  readonly name: string | null;
  readonly updated: number;
}

export type FlowType =
  | 'customer_update'
  | 'payment_method_update'
  | 'subscription_cancel'
  | 'subscription_pause'
  | 'subscription_update'
  | 'subscription_update_confirm';

export interface PortalFlow {
  readonly after_completion: {
    readonly hosted_confirmation: { readonly custom_message: string | null } | null;
    readonly redirect: { readonly return_url: string } | null;
    readonly type: 'hosted_confirmation' | 'portal_homepage' | 'redirect';
  };
  readonly customer_update: object | null;
  readonly subscription_cancel: {
    readonly retention: { readonly coupon_offer: { readonly coupon: string }; readonly type: 'coupon_offer' } | null;
    readonly subscription: string;
  } | null;
  readonly subscription_pause: { readonly subscription: string } | null;
  readonly subscription_update: { readonly subscription: string } | null;
  readonly subscription_update_confirm: {
    readonly discounts: readonly { readonly coupon: string | null; readonly promotion_code: string | null }[] | null;
    readonly items: readonly { readonly id: string; readonly price: string | null; readonly quantity?: number }[];
    readonly subscription: string;
  } | null;
  readonly type: FlowType;
}

export interface PortalSession {
  readonly id: string;
  readonly object: 'billing_portal.session';
  readonly after_expiration: {
    readonly customer_login: { readonly expires_at: number | null } | null;
    readonly type: 'customer_login';
  } | null;
  readonly configuration: string;
  readonly created: number;
  readonly customer: string;
  readonly customer_account: null;
  readonly flow: PortalFlow | null;
  readonly livemode: false;
  readonly locale: string | null;
  readonly on_behalf_of: null;
  readonly return_url: string | null;
  readonly url: string;
}
