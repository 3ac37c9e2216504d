/**
 * Step webhook: what a payment, a refund or a dispute does to the account's balance at Stripe.
 *
 * Promise: net = amount − fee in every entry, and the balance is the sum of the nets.
 */
import type { LedgerEntry } from '../objects/ledger.ts';
import type { MethodType } from '../objects/payment-method.ts';
import { availableAfterSeconds, disputeFee, processingFees } from '../unconfirmed.ts';
import { insert, type World } from '../world.ts';

/** The fee of a charge in minor units, rounded half up. */
export function feeOf(amount: number, currency: string, type: MethodType): number {
  const { basisPoints, fixed, most } = processingFees[type];
  const share = Math.floor((amount * basisPoints + 5_000) / 10_000);
  return Math.min(share + (fixed[currency] ?? fixed.other ?? 0), most ?? Infinity);
}

interface Movement {
  readonly type: LedgerEntry['type'];
  /** Minor units; negative leaves the account. */
  readonly amount: number;
  readonly currency: string;
  readonly source: string;
  readonly fee?: number;
  readonly description?: string | null;
  readonly at_once?: boolean;
}

const categories: Readonly<Record<LedgerEntry['type'], string>> = {
  charge: 'charge',
  payment: 'charge',
  refund: 'refund',
  payment_refund: 'refund',
  refund_failure: 'refund_failure',
  adjustment: 'dispute',
};

/** Writes a movement down. */
export function enter(world: World, movement: Movement): LedgerEntry {
  const { type, amount, currency, source, fee = 0, description = null, at_once = false } = movement;
  const feeDetail = { amount: fee, application: null, currency, description: 'Stripe processing fees', type: 'stripe_fee' };
  return insert(world, 'ledger', {
    id: world.ids.next('txn'),
    object: 'balance_transaction',
    amount,
    available_on: world.now() + (at_once || amount < 0 ? 0 : availableAfterSeconds),
    balance_type: 'payments',
    created: world.now(),
    currency,
    description,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [feeDetail],
    net: amount - fee,
    reporting_category: categories[type],
    source,
    status: at_once || amount < 0 ? 'available' : 'pending',
    type,
  });
}

/** The fee of a dispute in minor units. */
export const disputeFeeOf = (currency: string): number => disputeFee[currency] ?? disputeFee.other ?? 0;
