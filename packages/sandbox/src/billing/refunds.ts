/**
 * Step webhook: giving money back (docs.stripe.com/refunds).
 *
 * Promise: never more than was taken, and what a bank sends back counts as not refunded.
 */
import { invalid } from '../http/api-error.ts';
import { formatMoney } from '../money/currency.ts';
import type { Metadata } from '../objects/catalog.ts';
import { memory } from '../objects/memory.ts';
import type { Charge } from '../objects/payment.ts';
import { type Refund, refundConstants } from '../objects/refund.ts';
import { delayedTypes } from '../objects/payment-method.ts';
import { refundSeconds } from '../unconfirmed.ts';
import { change, insert, type World } from '../world.ts';
import { enter } from './ledger.ts';
import { behaviorOf } from './payments-charge.ts';

export interface NewRefund {
  /** Minor units; everything that is left without it. */
  readonly amount?: number | undefined;
  readonly reason?: Refund['reason'] | undefined;
  readonly metadata?: Metadata;
}

/** Minor units of a charge that can still be given back. */
export const refundable = ({ amount_refunded, amount, captured }: Charge): number => (captured ? amount - amount_refunded : 0);

function demandRefundable(charge: Charge, amount: number): void {
  const left = refundable(charge);
  if (charge.status !== 'succeeded' || !charge.captured) {
    throw invalid(`Charge ${charge.id} cannot be refunded, as it was not captured.`, 'charge_not_refundable', 'charge');
  }
  if (charge.disputed) throw invalid(`Charge ${charge.id} has been charged back; it cannot be refunded.`, 'charge_disputed', 'charge');
  if (left === 0) throw invalid(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded', 'charge');
  if (amount < 1) throw invalid('This value must be greater than or equal to 1.', 'parameter_invalid_integer', 'amount');
  if (amount > left) {
    const [wanted, rest] = [formatMoney(amount, charge.currency), formatMoney(left, charge.currency)];
    throw invalid(`Refund amount (${wanted}) is greater than unrefunded amount on charge (${rest})`, undefined, 'amount');
  }
}

/** How a refund goes on by itself: at once, later, or back again. */
function courseOf(world: World, charge: Charge): Pick<Refund, 'status' | typeof memory> {
  const method = world.tables.paymentMethods.get(charge.payment_method);
  const course = behaviorOf(method)?.refund;
  const at = world.now() + refundSeconds;
  if (course === 'fails') return { status: 'succeeded', [memory]: { due: { at, succeeds: false } } };
  const waits = course === 'pends' || delayedTypes.includes(charge.payment_method_details.type);
  return waits ? { status: 'pending', [memory]: { due: { at, succeeds: true } } } : { status: 'succeeded', [memory]: { due: null } };
}

const cardDestination = (known: boolean): object => ({
  card: {
    ...(known && { reference: '24000000000000000000001' }),
    reference_status: known ? 'available' : 'pending',
    reference_type: 'acquirer_reference_number',
    type: 'refund',
  },
  type: 'card',
});

/** Gives back `amount` of a charge. */
export function refundCharge(world: World, charge: Charge, input: NewRefund): Refund {
  const { amount = refundable(charge), reason = null, metadata = {} } = input;
  demandRefundable(charge, amount);
  const id = world.ids.next(charge.payment_method_details.type === 'card' ? 're' : 'pyr');
  const isCard = charge.payment_method_details.type === 'card';
  const { id: entry } = enter(world, {
    type: isCard ? 'refund' : 'payment_refund',
    amount: -amount,
    currency: charge.currency,
    source: id,
    description: 'REFUND FOR CHARGE',
  });
  const course = courseOf(world, charge);
  const refund = insert(
    world,
    'refunds',
    {
      ...refundConstants,
      ...course,
      id,
      object: 'refund',
      amount,
      balance_transaction: entry,
      charge: charge.id,
      created: world.now(),
      currency: charge.currency,
      customer: charge.customer,
      ...(isCard && { destination_details: cardDestination(course.status === 'succeeded') }),
      metadata,
      payment_intent: charge.payment_intent,
      payment_method: charge.payment_method,
      ...(course.status === 'pending' && { pending_reason: 'processing' as const }),
      reason,
    },
    'refund.created',
  );
  const amount_refunded = charge.amount_refunded + amount;
  const after = change(world, 'charges', charge, { amount_refunded, refunded: refundable({ ...charge, amount_refunded }) === 0 });
  world.emit('charge.refunded', after, { amount_refunded: charge.amount_refunded });
  return refund;
}

/** When a bank answers a refund, in unix seconds. */
export const refundDue = ({ [memory]: { due } }: Refund): number | null => due?.at ?? null;

const settled = { [memory]: { due: null } };

function bringBack(world: World, refund: Refund): void {
  const charge = world.tables.charges.get(refund.charge);
  const { id } = enter(world, { type: 'refund_failure', amount: refund.amount, currency: refund.currency, source: refund.id });
  const patch = { ...settled, status: 'failed', failure_balance_transaction: id, failure_reason: 'unknown' } as const;
  const failed = change(world, 'refunds', refund, patch, 'refund.updated');
  if (charge)
    change(world, 'charges', charge, { amount_refunded: charge.amount_refunded - refund.amount, refunded: false }, 'charge.updated');
  world.emit('refund.failed', failed);
}

/** The bank's answer has come. */
export function settleRefund(world: World, refund: Refund): void {
  if (refund[memory].due?.succeeds === false) {
    bringBack(world, refund);
    return;
  }
  const { pending_reason, ...rest } = refund;
  const arrived: Refund = { ...rest, ...(rest.destination_details && { destination_details: cardDestination(true) }), ...settled };
  world.tables.refunds.put(arrived);
  change(world, 'refunds', { ...arrived, status: 'pending' }, { status: 'succeeded' }, 'refund.updated');
}
