/** Step webhook: the account's own balance at Stripe, one entry for each movement of money (API 2026-10-28.endive). */

export interface LedgerEntry {
  readonly id: string;
  readonly object: 'balance_transaction';
  /** Minor units, before fees; negative leaves the account. */
  readonly amount: number;
  readonly available_on: number;
  readonly balance_type: 'payments';
  readonly created: number;
  readonly currency: string;
  readonly description: string | null;
  readonly exchange_rate: null;
  readonly fee: number;
  readonly fee_details: readonly object[];
  readonly net: number;
  readonly reporting_category: string;
  readonly source: string;
  readonly status: 'available' | 'pending';
  readonly type: 'charge' | 'payment' | 'refund' | 'payment_refund' | 'refund_failure' | 'adjustment';
}
