/** Step panel: credit notes, which take something off a finalized invoice (API 2026-10-28.endive). */
import type { Metadata } from './catalog.ts';
import type { DiscountAmount, LineTax, TaxRate } from './discount.ts';
import type { SubList } from './invoice.ts';

export interface CreditNoteLine {
  readonly id: string;
  readonly object: 'credit_note_line_item';
  /** Minor units, before discounts and exclusive taxes. */
  readonly amount: number;
  readonly description: string | null;
  readonly discount_amount: number;
  readonly discount_amounts: readonly DiscountAmount[];
  readonly invoice_line_item?: string;
  readonly metadata: Metadata;
  readonly quantity: number | null;
  readonly tax_rates: readonly TaxRate[];
  readonly taxes: readonly LineTax[];
  readonly type: 'custom_line_item' | 'invoice_line_item';
  readonly unit_amount: number | null;
  readonly unit_amount_decimal: string | null;
}

export const creditNoteLineConstants = { livemode: false, pretax_credit_amounts: [] } as const;

export interface CreditNote {
  readonly id: string;
  readonly object: 'credit_note';
  /** Minor units, with taxes. */
  readonly amount: number;
  readonly created: number;
  readonly currency: string;
  readonly customer: string;
  readonly customer_balance_transaction: string | null;
  readonly discount_amount: number;
  readonly discount_amounts: readonly DiscountAmount[];
  readonly effective_at: number | null;
  readonly invoice: string;
  readonly lines: SubList<CreditNoteLine>;
  readonly memo: string | null;
  readonly metadata: Metadata;
  readonly number: string;
  readonly out_of_band_amount: number | null;
  readonly pdf: string;
  /** What was given back after the payment, and what the invoice asks less before it. */
  readonly post_payment_amount: number;
  readonly pre_payment_amount: number;
  readonly reason: 'duplicate' | 'fraudulent' | 'order_change' | 'product_unsatisfactory' | null;
  readonly refunds: readonly {
    readonly amount_refunded: number;
    readonly payment_record_refund: null;
    readonly refund: string;
    readonly type: 'refund';
  }[];
  readonly status: 'issued' | 'void';
  readonly subtotal: number;
  readonly subtotal_excluding_tax: number;
  readonly total: number;
  readonly total_excluding_tax: number;
  readonly total_taxes: readonly LineTax[];
  readonly type: 'post_payment' | 'pre_payment';
  readonly voided_at: number | null;
}

export const creditNoteConstants = {
  amount_shipping: 0,
  customer_account: null,
  livemode: false,
  pretax_credit_amounts: [],
  shipping_cost: null,
} as const;
