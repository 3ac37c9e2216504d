/** Step checkout: money that a customer has transferred and that no payment has taken up yet (API 2026-10-28.endive). */

export type TransferType = 'eu_bank_transfer' | 'us_bank_transfer';

export interface CashTransaction {
  readonly id: string;
  readonly object: 'customer_cash_balance_transaction';
  readonly applied_to_payment?: { readonly payment_intent: string };
  readonly created: number;
  readonly currency: string;
  readonly customer: string;
  readonly customer_account: null;
  /** Minor units after it, in its currency. */
  readonly ending_balance: number;
  readonly funded?: { readonly bank_transfer: object };
  readonly livemode: false;
  /** Minor units; negative leaves the balance. */
  readonly net_amount: number;
  readonly type: 'applied_to_payment' | 'funded';
}
