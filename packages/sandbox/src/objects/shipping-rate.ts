/** Step checkout: what shipping costs (API 2026-10-28.endive). */
import type { Metadata, TaxBehavior } from './catalog.ts';

interface Span {
  readonly unit: 'business_day' | 'day' | 'hour' | 'month' | 'week';
  readonly value: number;
}

export interface ShippingRate {
  readonly id: string;
  readonly object: 'shipping_rate';
  readonly active: boolean;
  readonly created: number;
  readonly delivery_estimate: { readonly maximum: Span | null; readonly minimum: Span | null } | null;
  readonly display_name: string;
  readonly fixed_amount: {
    /** Minor units. */
    readonly amount: number;
    readonly currency: string;
    readonly currency_options?: Readonly<Record<string, { readonly amount: number; readonly tax_behavior: TaxBehavior }>>;
  };
  readonly livemode: false;
  readonly metadata: Metadata;
  readonly tax_behavior: TaxBehavior;
  readonly tax_code: string | null;
  readonly type: 'fixed_amount';
}
