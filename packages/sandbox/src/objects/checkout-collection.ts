/** Step checkout: what a session asks the buyer for, and what the buyer has said (API 2026-10-28.endive). */
import type { Address } from './customer.ts';

interface Range {
  readonly default_value: string | null;
  readonly maximum_length: number | null;
  readonly minimum_length: number | null;
  readonly value: string | null;
}

export interface CustomField {
  readonly dropdown?: {
    readonly default_value: string | null;
    readonly options: readonly { readonly label: string; readonly value: string }[];
    readonly value: string | null;
  };
  readonly key: string;
  readonly label: { readonly custom: string; readonly type: 'custom' };
  readonly numeric?: Range;
  readonly optional: boolean;
  readonly text?: Range;
  readonly type: 'dropdown' | 'numeric' | 'text';
}

interface Message {
  readonly message: string;
}

interface NameRule {
  readonly enabled: boolean;
  readonly optional: boolean;
}

export interface SessionCollection {
  readonly after_expiration: {
    readonly recovery: {
      readonly allow_promotion_codes: boolean;
      readonly enabled: boolean;
      readonly expires_at: number | null;
      readonly url: string | null;
    } | null;
  } | null;
  readonly billing_address_collection: 'auto' | 'required' | null;
  readonly collected_information: {
    readonly business_name: string | null;
    readonly individual_name: string | null;
    readonly shipping_details: { readonly address: Address; readonly name: string } | null;
  } | null;
  readonly consent: { readonly promotions: 'opt_in' | 'opt_out' | null; readonly terms_of_service: 'accepted' | null } | null;
  readonly consent_collection: {
    readonly payment_method_reuse_agreement: { readonly position: 'auto' | 'hidden' } | null;
    readonly promotions: 'auto' | 'none' | null;
    readonly terms_of_service: 'none' | 'required' | null;
  } | null;
  readonly custom_fields: readonly CustomField[];
  readonly custom_text: {
    readonly after_submit: Message | null;
    readonly shipping_address: Message | null;
    readonly submit: Message | null;
    readonly terms_of_service_acceptance: Message | null;
  };
  readonly excluded_payment_method_types?: readonly string[] | undefined;
  readonly name_collection?: { readonly business?: NameRule; readonly individual?: NameRule } | undefined;
  readonly optional_items?:
    | readonly {
        readonly adjustable_quantity: {
          readonly enabled: boolean;
          readonly maximum: number | null;
          readonly minimum: number | null;
        } | null;
        readonly price: string;
        readonly quantity: number;
      }[]
    | undefined;
  readonly origin_context: 'mobile_app' | 'web' | null;
  readonly permissions: { readonly update_shipping_details: 'client_only' | 'server_only' | null } | null;
  readonly phone_number_collection: { readonly enabled: boolean };
  readonly recovered_from: string | null;
  readonly saved_payment_method_options: {
    readonly allow_redisplay_filters: readonly string[] | null;
    readonly payment_method_remove: 'disabled' | 'enabled' | null;
    readonly payment_method_save: 'disabled' | 'enabled' | null;
  } | null;
  readonly shipping_address_collection: { readonly allowed_countries: readonly string[] } | null;
  readonly tax_id_collection?: { readonly enabled: boolean; readonly required: 'if_supported' | 'never' } | undefined;
}

/** What of the collected goes to a customer that existed before. */
export interface CustomerUpdate {
  readonly address: 'auto' | 'never';
  readonly name: 'auto' | 'never';
  readonly shipping: 'auto' | 'never';
}

export interface CustomerDetails {
  readonly address: Address | null;
  readonly business_name: string | null;
  readonly email: string | null;
  readonly individual_name: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly tax_exempt: 'none' | 'exempt' | 'reverse' | null;
  readonly tax_ids: readonly { readonly type: string; readonly value: string | null }[] | null;
}

/** What a buyer typed besides email and payment method. */
export interface BuyerDetails {
  readonly address: Address | null;
  readonly businessName: string | null;
  readonly individualName: string | null;
  readonly phone: string | null;
  readonly taxId: { readonly type: string; readonly value: string } | null;
  readonly shipping: { readonly address: Address; readonly name: string } | null;
  readonly acceptsTerms: boolean;
  readonly acceptsPromotions: boolean;
  /** Values of custom fields by key. */
  readonly custom: Readonly<Record<string, string>>;
}
