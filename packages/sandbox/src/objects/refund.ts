/** Step webhook: refunds and disputes, by which a payment is taken back (API 2026-10-28.endive). */
import type { Metadata } from './catalog.ts';
import type { memory } from './memory.ts';

export interface Refund {
  readonly id: string;
  readonly object: 'refund';
  /** Minor units. */
  readonly amount: number;
  readonly balance_transaction: string | null;
  readonly charge: string;
  readonly created: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly destination_details?: object;
  readonly failure_balance_transaction?: string;
  readonly failure_reason?: string;
  readonly metadata: Metadata;
  readonly payment_intent: string | null;
  readonly payment_method: string | null;
  readonly pending_reason?: 'processing';
  readonly reason: 'duplicate' | 'expired_uncaptured_charge' | 'fraudulent' | 'requested_by_customer' | null;
  readonly status: 'pending' | 'succeeded' | 'failed' | 'canceled';
  /** What its bank will say to it, and when, in unix seconds. */
  readonly [memory]: { readonly due: { readonly at: number; readonly succeeds: boolean } | null };
}

export const refundConstants = {
  customer_account: null,
  receipt_number: null,
  source_transfer_reversal: null,
  transfer_reversal: null,
} as const;

export type DisputeStatus =
  | 'needs_response'
  | 'under_review'
  | 'won'
  | 'lost'
  | 'warning_needs_response'
  | 'warning_under_review'
  | 'warning_closed';

/** Evidence in texts; every name is there, null where nothing was said. */
export type Evidence = Readonly<Record<string, string | object | null>>;

export interface Dispute {
  readonly id: string;
  readonly object: 'dispute';
  /** Minor units. */
  readonly amount: number;
  /** The very entries of the ledger, not their ids. */
  readonly balance_transactions: readonly object[];
  readonly charge: string;
  readonly created: number;
  readonly currency: string;
  readonly evidence: Evidence;
  readonly evidence_details: {
    readonly due_by: number | null;
    readonly enhanced_eligibility: object;
    readonly has_evidence: boolean;
    readonly past_due: boolean;
    readonly submission_count: number;
    readonly submission_method: 'manual' | 'not_submitted';
  };
  readonly intended_submission_method: 'manual' | 'prefer_manual' | 'prefer_smart_disputes' | 'smart_disputes' | null;
  readonly is_charge_refundable: boolean;
  readonly metadata: Metadata;
  readonly payment_intent: string | null;
  readonly payment_method_details: object;
  readonly reason: string;
  readonly status: DisputeStatus;
  /** When its bank decides, in unix seconds; null when nobody waits. */
  readonly [memory]: { readonly decidesAt: number | null };
}

export const disputeConstants = { enhanced_eligibility_types: [], livemode: false, network_reason_code: '10' } as const;
