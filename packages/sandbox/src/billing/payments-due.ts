/**
 * Step webhook: what time does to money on its way: debits come, authorizations end, refunds arrive, disputes are decided.
 */
import type { PaymentIntent } from '../objects/payment.ts';
import type { Dispute, Refund } from '../objects/refund.ts';
import type { World } from '../world.ts';
import { settleLater } from './collect.ts';
import { closeDispute, disputeDue } from './disputes.ts';
import { paymentDue } from './payments.ts';
import { refundDue, settleRefund } from './refunds.ts';

/** When time does something to the row, in unix seconds. */
export function moneyDue(row: PaymentIntent | Refund | Dispute): number | null {
  if (row.object === 'payment_intent') return paymentDue(row);
  return row.object === 'refund' ? refundDue(row) : disputeDue(row);
}

/** Does what is due for the object of this id; nothing when it is none of these, or not yet. */
export function runMoneyDue(world: World, id: string): void {
  const { paymentIntents, refunds, disputes } = world.tables;
  const isDue = (at: number | null): boolean => at !== null && at <= world.now();
  const [intent, refund, dispute] = [paymentIntents.get(id), refunds.get(id), disputes.get(id)];
  if (intent && isDue(paymentDue(intent))) settleLater(world, intent);
  if (refund && isDue(refundDue(refund))) settleRefund(world, refund);
  if (dispute && isDue(disputeDue(dispute))) closeDispute(world, dispute, 'lost');
}
