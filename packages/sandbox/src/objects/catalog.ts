/** Step catalog: products and prices as Stripe shows them (API 2026-10-28.endive). */

export type Metadata = Readonly<Record<string, string>>;

export interface Product {
  readonly id: string;
  readonly object: 'product';
  readonly active: boolean;
  readonly created: number;
  readonly default_price: string | null;
  readonly description: string | null;
  readonly images: readonly string[];
  readonly marketing_features: readonly { readonly name: string }[];
  readonly metadata: Metadata;
  readonly name: string;
  readonly statement_descriptor: string | null;
  readonly tax_code: string | null;
  readonly unit_label: string | null;
  readonly updated: number;
  readonly url: string | null;
}

export const productConstants = { livemode: false, package_dimensions: null, shippable: null, tax_details: null, type: 'service' } as const;

export type Interval = 'day' | 'week' | 'month' | 'year';
export type TaxBehavior = 'exclusive' | 'inclusive' | 'unspecified';

export interface Recurring {
  readonly interval: Interval;
  readonly interval_count: number;
  readonly meter: string | null;
  readonly trial_period_days: number | null;
  readonly usage_type: 'licensed' | 'metered';
}

/** One step of a tiered price; `up_to` null has no end. Minor units. */
export interface PriceTier {
  readonly flat_amount: number | null;
  readonly flat_amount_decimal: string | null;
  readonly unit_amount: number | null;
  readonly unit_amount_decimal: string | null;
  readonly up_to: number | null;
}

/** What one currency costs; `unit_amount` is null where the decimal is not whole. */
export interface CurrencyOption {
  readonly custom_unit_amount: null;
  readonly tax_behavior: TaxBehavior;
  /** There for a tiered price, shown only when expanded. */
  readonly tiers?: readonly PriceTier[];
  readonly unit_amount: number | null;
  /** Null for a tiered price. */
  readonly unit_amount_decimal: string | null;
}

export interface Price {
  readonly id: string;
  readonly object: 'price';
  readonly active: boolean;
  readonly billing_scheme: 'per_unit' | 'tiered';
  readonly created: number;
  readonly currency: string;
  /** Shown only when expanded. */
  readonly currency_options: Readonly<Record<string, CurrencyOption>>;
  readonly lookup_key: string | null;
  readonly metadata: Metadata;
  readonly nickname: string | null;
  readonly product: string;
  readonly recurring: Recurring | null;
  readonly tax_behavior: TaxBehavior;
  /** Shown only when expanded. */
  readonly tiers?: readonly PriceTier[];
  readonly tiers_mode: 'graduated' | 'volume' | null;
  readonly transform_quantity: { readonly divide_by: number; readonly round: 'up' | 'down' } | null;
  readonly type: 'one_time' | 'recurring';
  readonly unit_amount: number | null;
  readonly unit_amount_decimal: string | null;
}

export const priceConstants = { custom_unit_amount: null, livemode: false } as const;
