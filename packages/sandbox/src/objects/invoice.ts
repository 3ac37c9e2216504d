/** Step webhook: invoices, their lines, items and payments (API 2026-10-28.endive). */
import type { Metadata } from './catalog.ts';
import type { DiscountAmount, LineTax, TaxRate } from './discount.ts';
import type { memory } from './memory.ts';

export interface Period {
  readonly start: number;
  readonly end: number;
}
export interface SubList<T> {
  readonly object: 'list';
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly url: string;
}
export interface Pricing {
  readonly price_details: { readonly price: string; readonly product: string };
  readonly type: 'price_details';
  /** Null for a tiered price. */
  readonly unit_amount_decimal: string | null;
}
export interface ProrationDetails {
  readonly credited_items: { readonly invoice: string; readonly invoice_line_items: readonly string[] } | null;
}
export interface InvoiceItemDetails {
  readonly invoice_item: string;
  readonly proration: boolean;
  readonly proration_details: ProrationDetails | null;
  readonly subscription: string | null;
}
export interface SubscriptionItemDetails {
  readonly invoice_item: string | null;
  readonly proration: boolean;
  readonly proration_details: ProrationDetails | null;
  readonly subscription: string;
  readonly subscription_item: string;
}
export type LineParent =
  | { readonly type: 'invoice_item_details'; readonly invoice_item_details: InvoiceItemDetails; readonly subscription_item_details: null }
  | {
      readonly type: 'subscription_item_details';
      readonly invoice_item_details: null;
      readonly subscription_item_details: SubscriptionItemDetails;
    };

export interface InvoiceLine {
  readonly id: string;
  readonly object: 'line_item';
  readonly amount: number;
  readonly currency: string;
  readonly description: string;
  readonly discount_amounts: readonly DiscountAmount[];
  readonly discountable: boolean;
  readonly discounts: readonly string[];
  readonly invoice: string;
  readonly metadata: Metadata;
  readonly parent: LineParent;
  readonly period: Period;
  readonly pricing: Pricing | null;
  readonly quantity: number | null;
  readonly quantity_decimal: string | null;
  readonly subscription: string | null;
  readonly subtotal: number;
  readonly taxes: readonly LineTax[];
}

export const invoiceLineConstants = {
  livemode: false,
  pretax_credit_amounts: [],
} as const;

export interface InvoiceItem {
  readonly id: string;
  readonly object: 'invoiceitem';
  readonly amount: number;
  readonly currency: string;
  readonly customer: string;
  readonly date: number;
  readonly description: string;
  readonly discountable: boolean;
  readonly discounts: readonly string[];
  readonly invoice: string | null;
  readonly metadata: Metadata;
  readonly parent: { readonly type: 'subscription_details'; readonly subscription_details: object } | null;
  readonly period: Period;
  readonly pricing: Pricing | null;
  readonly proration: boolean;
  readonly quantity: number;
  readonly quantity_decimal: string;
  readonly tax_rates: readonly TaxRate[];
  readonly [memory]: {
    readonly subscription: string | null;
    readonly subscriptionItem: string | null;
    readonly prorationDetails: ProrationDetails;
  };
}

export const invoiceItemConstants = {
  customer_account: null,
  livemode: false,
  test_clock: null,
} as const;

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'uncollectible' | 'void';
export type BillingReason = 'manual' | 'subscription_create' | 'subscription_cycle' | 'subscription_update' | 'upcoming';

/** Whether taxes are found by themselves, and whether that could be done. */
export interface AutomaticTax {
  readonly disabled_reason: null;
  readonly enabled: boolean;
  readonly liability: { readonly type: 'self' } | null;
  readonly provider: string | null;
  readonly status: 'complete' | 'requires_location_inputs' | null;
}

/** `attempts`: automatic attempts so far, for the retry schedule. */
interface InvoiceMemory {
  readonly paymentIntent: string | null;
  readonly attempts: number;
  /** `invoice.overdue` has been told. */
  readonly toldOverdue?: boolean;
  /** The payment method that a bank has refused for good. */
  readonly hopeless?: string | null;
}

export interface Invoice {
  readonly id: string;
  readonly object: 'invoice';
  readonly amount_due: number;
  readonly amount_paid: number;
  readonly amount_paid_off_stripe?: number;
  readonly amount_remaining: number;
  readonly attempt_count: number;
  readonly attempted: boolean;
  readonly auto_advance: boolean;
  readonly automatic_tax: AutomaticTax;
  readonly automatically_finalizes_at: number | null;
  readonly billing_reason: BillingReason;
  readonly collection_method: 'charge_automatically' | 'send_invoice';
  readonly created: number;
  readonly currency: string;
  readonly custom_fields: readonly { readonly name: string; readonly value: string }[] | null;
  readonly customer: string;
  readonly customer_email: string | null;
  readonly customer_name: string | null;
  readonly customer_tax_exempt: 'none' | 'exempt' | 'reverse';
  readonly default_payment_method: string | null;
  readonly default_tax_rates: readonly TaxRate[];
  readonly description: string | null;
  readonly discounts: readonly string[];
  readonly due_date: number | null;
  readonly effective_at: number | null;
  readonly ending_balance: number | null;
  readonly footer: string | null;
  readonly hosted_invoice_url: string | null;
  readonly invoice_pdf: string | null;
  readonly lines: SubList<InvoiceLine>;
  readonly metadata: Metadata;
  readonly next_payment_attempt: number | null;
  readonly number: string | null;
  readonly parent: {
    readonly quote_details: null;
    readonly subscription_details: {
      readonly metadata: Metadata;
      readonly subscription: string;
      readonly subscription_proration_date?: number;
    };
    readonly type: 'subscription_details';
  } | null;
  readonly payment_settings: {
    readonly default_mandate: null;
    readonly payment_method_options: object | null;
    readonly payment_method_types: readonly string[] | null;
  };
  readonly period_end: number;
  readonly period_start: number;
  /** Minor units that credit notes took off after and before the payment. */
  readonly post_payment_credit_notes_amount: number;
  readonly pre_payment_credit_notes_amount: number;
  readonly shipping_details: object | null;
  readonly starting_balance: number;
  readonly status: InvoiceStatus;
  readonly status_transitions: {
    readonly finalized_at: number | null;
    readonly marked_uncollectible_at: number | null;
    readonly paid_at: number | null;
    readonly voided_at: number | null;
  };
  readonly statement_descriptor: string | null;
  readonly subtotal: number;
  readonly subtotal_excluding_tax: number;
  readonly total: number;
  readonly total_discount_amounts: readonly DiscountAmount[];
  readonly total_excluding_tax: number;
  readonly total_taxes: readonly LineTax[];
  readonly webhooks_delivered_at: number | null;
  readonly [memory]: InvoiceMemory;
}

export const invoiceConstants = {
  account_country: 'US',
  account_name: 'Tillkit sandbox',
  account_tax_ids: null,
  amount_overpaid: 0,
  amount_shipping: 0,
  application: null,
  collection_method: 'charge_automatically',
  custom_fields: null,
  customer_account: null,
  customer_address: null,
  customer_phone: null,
  customer_shipping: null,
  customer_tax_ids: [],
  default_source: null,
  due_date: null,
  footer: null,
  from_invoice: null,
  issuer: { type: 'self' },
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  on_behalf_of: null,
  payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  statement_descriptor: null,
  test_clock: null,
  total_pretax_credit_amounts: [],
} as const;

export interface InvoicePayment {
  readonly id: string;
  readonly object: 'invoice_payment';
  readonly amount_paid: number | null;
  readonly amount_requested: number;
  readonly created: number;
  readonly currency: string;
  readonly invoice: string;
  readonly is_default: boolean;
  readonly livemode: false;
  readonly payment: { readonly payment_intent: string; readonly type: 'payment_intent' };
  readonly status: 'open' | 'paid' | 'canceled';
  readonly status_transitions: { readonly canceled_at: number | null; readonly paid_at: number | null };
}
