/** Step checkout: customers and their balance (API 2026-10-28.endive). */
import type { Metadata } from './catalog.ts';

export interface Customer {
  readonly id: string;
  readonly object: 'customer';
  readonly address: object | null;
  /** Minor units; negative is credit. */
  readonly balance: number;
  readonly created: number;
  readonly currency: string | null;
  readonly delinquent: boolean;
  readonly description: string | null;
  readonly email: string | null;
  readonly invoice_prefix: string;
  readonly invoice_settings: {
    readonly custom_fields: null;
    readonly default_payment_method: string | null;
    readonly footer: string | null;
    readonly rendering_options: null;
  };
  readonly metadata: Metadata;
  readonly name: string | null;
  readonly next_invoice_sequence: number;
  readonly phone: string | null;
  readonly preferred_locales: readonly string[];
  readonly shipping: object | null;
  readonly tax_exempt: 'none' | 'exempt' | 'reverse';
  readonly test_clock: string | null;
}

export const customerConstants = { customer_account: null, default_source: null, discount: null, livemode: false } as const;

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
  readonly currency: string;
  readonly customer: string;
  readonly description: string | null;
  readonly ending_balance: number;
  readonly invoice: string | null;
  readonly metadata: Metadata;
  readonly type: 'adjustment' | 'applied_to_invoice' | 'initial' | 'invoice_too_small' | 'unapplied_from_invoice';
}

export const balanceTransactionConstants = { checkout_session: null, credit_note: null, customer_account: null, livemode: false } as const;
