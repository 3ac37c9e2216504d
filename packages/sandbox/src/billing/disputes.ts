/**
 * Step webhook: what follows when a cardholder's bank takes a payment back (docs.stripe.com/disputes).
 *
 * Promise: the money leaves when a dispute begins and comes back only when it is won; an inquiry moves none.
 */
import { testAccount } from '../cards/test-accounts.ts';
import { memory } from '../objects/memory.ts';
import type { Charge, PaymentMethod } from '../objects/payment.ts';
import { type Dispute, disputeConstants, type DisputeStatus, type Evidence } from '../objects/refund.ts';
import { disputeDecisionSeconds, disputeResponseSeconds } from '../unconfirmed.ts';
import { change, insert, type World } from '../world.ts';
import { disputeFeeOf, enter } from './ledger.ts';
import { behaviorOf } from './payments-charge.ts';

const evidenceNames = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
] as const;

const noEvidence: Evidence = { ...Object.fromEntries(evidenceNames.map((name) => [name, null])), enhanced_evidence: {} };

const isInquiry = ({ status }: { readonly status: DisputeStatus }): boolean => status.startsWith('warning_');

/** The money leaves, or comes back, and the dispute keeps the entry. */
function moveMoney(world: World, dispute: Dispute, sign: 1 | -1): Dispute {
  const description = sign < 0 ? 'Chargeback withdrawal' : 'Chargeback reversal';
  const fee = sign < 0 ? disputeFeeOf(dispute.currency) : 0;
  const { amount, currency, id: source } = dispute;
  const entry = enter(world, { type: 'adjustment', amount: sign * amount, currency, source, description, fee, at_once: true });
  const moved = change(world, 'disputes', dispute, { balance_transactions: [...dispute.balance_transactions, entry] });
  world.emit(sign < 0 ? 'charge.dispute.funds_withdrawn' : 'charge.dispute.funds_reinstated', moved);
  return moved;
}

interface Complaint {
  readonly reason: string;
  readonly inquiry: boolean;
}

/** A bank disputes a charge. */
export function openDispute(world: World, charge: Charge, { reason, inquiry }: Complaint): Dispute {
  const due_by = world.now() + disputeResponseSeconds;
  const [brand, case_type] = ['visa', inquiry ? 'inquiry' : 'chargeback'];
  const dispute = insert(
    world,
    'disputes',
    {
      ...disputeConstants,
      id: world.ids.next('du'),
      object: 'dispute',
      amount: charge.amount_captured,
      balance_transactions: [],
      charge: charge.id,
      created: world.now(),
      currency: charge.currency,
      evidence: noEvidence,
      evidence_details: {
        due_by,
        enhanced_eligibility: {},
        has_evidence: false,
        past_due: false,
        submission_count: 0,
        submission_method: 'not_submitted',
      },
      intended_submission_method: null,
      is_charge_refundable: inquiry,
      metadata: {},
      payment_intent: charge.payment_intent,
      payment_method_details: { card: { brand, case_type, network: brand, network_reason_code: '10' }, type: 'card' },
      reason,
      status: inquiry ? 'warning_needs_response' : 'needs_response',
      [memory]: { decidesAt: due_by },
    },
    'charge.dispute.created',
  );
  if (inquiry) return dispute;
  change(world, 'charges', charge, { disputed: true });
  return moveMoney(world, dispute, -1);
}

/** What Stripe's test cards and accounts do by themselves: a dispute of each charge. */
export function disputeWhenTested(world: World, charge: Charge, method: PaymentMethod): void {
  const card = behaviorOf(method)?.dispute;
  if (card) openDispute(world, charge, { reason: card.reason, inquiry: card.inquiry ?? false });
  else if (method.type !== 'card' && testAccount(method[memory].number).disputed) {
    openDispute(world, charge, { reason: 'fraudulent', inquiry: false });
  }
}

export const isAnswerable = ({ status }: Dispute): boolean => status === 'needs_response' || status === 'warning_needs_response';

/** The end; when it is won the money comes back. */
export function closeDispute(world: World, dispute: Dispute, outcome: 'won' | 'lost'): Dispute {
  const inquiry = isInquiry(dispute);
  const closed = change(world, 'disputes', dispute, {
    status: inquiry ? 'warning_closed' : outcome,
    is_charge_refundable: inquiry,
    [memory]: { decidesAt: null },
  });
  world.emit('charge.dispute.closed', closed);
  if (inquiry || outcome === 'lost') return closed;
  const charge = world.tables.charges.get(dispute.charge);
  if (charge) change(world, 'charges', charge, { disputed: false });
  return moveMoney(world, closed, 1);
}

/** Texts by which Stripe's test mode decides a dispute (docs.stripe.com/testing#disputes). */
const verdicts: Readonly<Record<string, 'won' | 'lost'>> = { winning_evidence: 'won', losing_evidence: 'lost' };

/** Adds evidence; with `submit` it goes to the bank. */
export function answerDispute(world: World, dispute: Dispute, evidence: Evidence, submit: boolean, patch: Partial<Dispute>): Dispute {
  const all = { ...dispute.evidence, ...evidence };
  const has_evidence = evidenceNames.some((name) => all[name] !== null && all[name] !== '');
  const details = dispute.evidence_details;
  const answered = change(
    world,
    'disputes',
    dispute,
    {
      ...patch,
      evidence: all,
      evidence_details: {
        ...details,
        has_evidence,
        ...(submit && { submission_count: details.submission_count + 1, submission_method: 'manual' }),
      },
      ...(submit && {
        status: isInquiry(dispute) ? 'warning_under_review' : 'under_review',
        [memory]: { decidesAt: world.now() + disputeDecisionSeconds },
      }),
    },
    'charge.dispute.updated',
  );
  const verdict = verdicts[String(all.uncategorized_text)];
  return submit && verdict ? closeDispute(world, answered, verdict) : answered;
}

/** When time ends a dispute, in unix seconds. */
export const disputeDue = ({ [memory]: { decidesAt } }: Dispute): number | null => decidesAt;
