/** Step catalog: whether the account is ready for Stripe Tax (API 2026-10-28.endive). */
import type { Address } from './customer.ts';

export interface TaxSettings {
  /** The account has one; it is not shown. */
  readonly id: string;
  readonly object: 'tax.settings';
  readonly defaults: {
    readonly provider: 'stripe';
    readonly tax_behavior: 'exclusive' | 'inclusive' | 'inferred_by_currency' | null;
    readonly tax_code: string | null;
  };
  readonly head_office: { readonly address: Address } | null;
}
