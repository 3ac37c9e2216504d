/**
 * Step checkout: the charge of an attempt to pay.
 *
 * Promise: each attempt that reached a bank has a charge of its own, whatever became of it.
 */
import type { Decline } from '../cards/declines.ts';
import { testCard, isDecline, type TestCard } from '../cards/test-cards.ts';
import { chargedMethod } from '../objects/charged-method.ts';
import { memory } from '../objects/memory.ts';
import { type Charge, chargeConstants, type PaymentIntent, type PaymentMethod } from '../objects/payment.ts';
import { change, insert, type World } from '../world.ts';
import { captureSeconds } from '../unconfirmed.ts';
import { enter, feeOf } from './ledger.ts';

export interface ChargeOutcome {
  readonly status: Charge['status'];
  readonly decline: Decline | null;
  readonly challenged: boolean;
}

/** What is known about a test card; undefined for accounts. */
export function behaviorOf(method: PaymentMethod | undefined): TestCard | undefined {
  if (method?.type !== 'card') return undefined;
  const card = testCard(method[memory].number);
  return isDecline(card) ? undefined : card;
}

const words = {
  approved: { network_status: 'approved_by_network', seller_message: 'Payment complete.', type: 'authorized' },
  declined: {
    network_status: 'declined_by_network',
    seller_message: 'The bank did not return any further details with this decline.',
    type: 'issuer_declined',
  },
  blocked: { network_status: 'not_sent_to_network', seller_message: 'Stripe blocked this payment as too risky.', type: 'blocked' },
} as const;

function outcomeOf(method: PaymentMethod, decline: Decline | null): object {
  const risk = behaviorOf(method)?.risk;
  const blocked = decline?.decline_code === 'fraudulent';
  return {
    advice_code: decline?.advice_code ?? null,
    network_advice_code: null,
    network_decline_code: decline?.network_decline_code ?? null,
    ...words[decline === null ? 'approved' : blocked ? 'blocked' : 'declined'],
    reason: blocked ? 'highest_risk_level' : (decline?.decline_code ?? (risk === 'elevated' ? 'elevated_risk_level' : null)),
    risk_level: risk ?? (method.type === 'card' ? 'normal' : 'not_assessed'),
    ...(method.type === 'card' && { risk_score: risk === 'highest' ? 90 : risk === 'elevated' ? 70 : 1 }),
  };
}

const failureOf = (decline: Decline | null): Pick<Charge, 'failure_code' | 'failure_message'> => ({
  failure_code: decline?.code ?? null,
  failure_message: decline?.message ?? null,
});

/** Writes the money of a captured charge into the ledger. */
export function creditCharge(world: World, charge: Charge): Charge {
  const { type } = charge.payment_method_details;
  const method = world.tables.paymentMethods.get(charge.payment_method);
  const { id } = enter(world, {
    type: type === 'card' ? 'charge' : 'payment',
    amount: charge.amount_captured,
    currency: charge.currency,
    source: charge.id,
    fee: feeOf(charge.amount_captured, charge.currency, type),
    description: charge.description,
    at_once: method?.[memory].number === '4000000000000077',
  });
  return change(world, 'charges', charge, { balance_transaction: id });
}

const eventOf = { succeeded: 'charge.succeeded', failed: 'charge.failed', pending: 'charge.pending' } as const;

/** Records the charge of an intent's attempt. */
export function recordCharge(world: World, intent: PaymentIntent, method: PaymentMethod, outcome: ChargeOutcome): Charge {
  const { status, decline, challenged } = outcome;
  const captured = status !== 'failed' && intent.capture_method !== 'manual';
  const captureBefore = status === 'succeeded' && !captured ? world.now() + captureSeconds : null;
  const id = world.ids.next(method.type === 'card' ? 'ch' : 'py');
  const charge: Charge = {
    ...chargeConstants,
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: captured ? intent.amount : 0,
    amount_refunded: 0,
    balance_transaction: null,
    billing_details: method.billing_details,
    captured,
    created: world.now(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    ...failureOf(decline),
    fraud_details: {},
    metadata: intent.metadata,
    outcome: outcomeOf(method, decline),
    paid: status === 'succeeded',
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: chargedMethod(method, { amount: intent.amount, paid: status !== 'failed', captureBefore, challenged }),
    receipt_email: intent.receipt_email,
    receipt_url: status === 'succeeded' ? `${world.settings.publicUrl()}/_receipts/${id}` : null,
    refunded: false,
    shipping: intent.shipping,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status,
  };
  insert(world, 'charges', charge);
  const told = status === 'succeeded' && captured ? creditCharge(world, charge) : charge;
  world.emit(eventOf[status], told);
  return told;
}

/** The end of a debit that was on its way. */
export function settleCharge(world: World, charge: Charge, decline: Decline | null): Charge {
  const paid = decline === null;
  const ended = change(world, 'charges', charge, {
    ...failureOf(decline),
    amount_captured: paid ? charge.amount : 0,
    captured: paid,
    paid,
    status: paid ? 'succeeded' : 'failed',
    outcome: paid ? charge.outcome : { ...charge.outcome, ...words.declined, reason: decline.code },
  });
  const told = paid ? creditCharge(world, ended) : ended;
  world.emit(eventOf[told.status], told);
  return told;
}

/** An authorization becomes a payment of `amount` minor units; the rest is given back. */
export function captureCharge(world: World, charge: Charge, amount: number): Charge {
  const captured = change(world, 'charges', charge, {
    amount_captured: amount,
    amount_refunded: charge.amount - amount,
    captured: true,
  });
  const told = creditCharge(world, captured);
  world.emit('charge.captured', told);
  return told;
}
