/** Step checkout: customers and their balance (API 2026-10-28.endive). */
import type { Metadata } from './catalog.ts';
import type { Discount } from './discount.ts';

export interface Address {
  readonly city: string | null;
  readonly country: string | null;
  readonly line1: string | null;
  readonly line2: string | null;
  readonly postal_code: string | null;
  readonly state: string | null;
}

export interface Customer {
  readonly id: string;
  readonly object: 'customer';
  readonly address: Address | null;
  /** Minor units; negative is credit. */
  readonly balance: number;
  readonly business_name?: string | undefined;
  readonly created: number;
  readonly currency: string | null;
  readonly delinquent: boolean;
  readonly discount: Discount | null;
  readonly description: string | null;
  readonly email: string | null;
  readonly individual_name?: string | undefined;
  readonly invoice_prefix: string;
  readonly invoice_settings: {
    readonly custom_fields: readonly { readonly name: string; readonly value: string }[] | null;
    readonly default_payment_method: string | null;
    readonly footer: string | null;
    readonly rendering_options: { readonly amount_tax_display: string | null; readonly template: string | null } | null;
  };
  readonly metadata: Metadata;
  readonly name: string | null;
  readonly next_invoice_sequence: number;
  readonly phone: string | null;
  readonly preferred_locales: readonly string[];
  readonly shipping: { readonly address: Address; readonly name: string; readonly phone: string | null } | null;
  readonly tax_exempt: 'none' | 'exempt' | 'reverse';
  readonly test_clock: string | null;
}

export const customerConstants = { customer_account: null, default_source: null, livemode: false } as const;

export interface DeletedCustomer {
  readonly id: string;
  readonly object: 'customer';
  readonly deleted: true;
}

export interface BalanceTransaction {
  readonly id: string;
  readonly object: 'customer_balance_transaction';
  /** Minor units; negative adds credit. */
  readonly amount: number;
  readonly created: number;
  readonly credit_note?: string | null;
  readonly currency: string;
  readonly customer: string;
  readonly description: string | null;
  readonly ending_balance: number;
  readonly invoice: string | null;
  readonly metadata: Metadata;
  readonly type: 'adjustment' | 'applied_to_invoice' | 'credit_note' | 'initial' | 'invoice_too_small' | 'unapplied_from_invoice';
}

export const balanceTransactionConstants = { checkout_session: null, credit_note: null, customer_account: null, livemode: false } as const;
