/** Step 5, webhook: money that went back, by the seller's will or by the bank's. */
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';
import { idOf } from './price-facts.ts';
import { undefinedIfMissing } from './stripe-errors.ts';

/** What a charge paid for. */
export interface ChargeFact {
  readonly chargeId: string;
  readonly customerId?: string;
  readonly invoiceId?: string;
  readonly subscriptionId?: string;
  readonly currency: string;
}

export interface RefundFact {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly amount: number;
}

export interface RefundedCharge extends ChargeFact {
  readonly amountCharged: number;
  readonly amountRefunded: number;
  /** Oldest first, without those that failed or were canceled. */
  readonly refunds: readonly RefundFact[];
}

export interface DisputeFact extends ChargeFact {
  readonly disputeId: string;
  readonly created: number;
  readonly amount: number;
  readonly reason: string;
  readonly status: string;
  readonly respondBy?: number;
}

const unhappy = new Set(['failed', 'canceled']);

/** The charge of which a refund is; undefined when there is none. */
export async function chargeOfRefund(stripe: StripeGateway, id: string): Promise<string | undefined> {
  const client = await stripe();
  const charge = (await client.refunds.retrieve(id).catch(undefinedIfMissing))?.charge;
  return charge ? idOf(charge) : undefined;
}

/** A charge with its refunds; undefined when it does not exist. */
export async function readRefundedCharge(stripe: StripeGateway, id: string): Promise<RefundedCharge | undefined> {
  const client = await stripe();
  const charge = await client.charges.retrieve(id).catch(undefinedIfMissing);
  if (!charge) return undefined;
  const { data } = await client.refunds.list({ charge: id, limit: 100 });
  return {
    ...(await toFact(client, charge)),
    amountCharged: charge.amount_captured,
    amountRefunded: charge.amount_refunded,
    refunds: data
      .filter(({ status }) => !unhappy.has(status ?? ''))
      .map(({ id: refundId, created, amount }) => ({ id: refundId, created, amount }))
      .toReversed(),
  };
}

/** A dispute with what the disputed charge paid for; undefined when it does not exist. */
export async function readDispute(stripe: StripeGateway, id: string): Promise<DisputeFact | undefined> {
  const client = await stripe();
  const dispute = await client.disputes.retrieve(id, { expand: ['charge'] }).catch(undefinedIfMissing);
  if (!dispute) return undefined;
  const { charge, created, amount, reason, status, currency } = dispute;
  const respondBy = dispute.evidence_details.due_by;
  return {
    ...(typeof charge === 'string' ? { chargeId: charge } : await toFact(client, charge)),
    currency,
    disputeId: id,
    created,
    amount,
    reason,
    status,
    ...(respondBy !== null && { respondBy }),
  };
}

/** A charge does not name its invoice: its payment does. */
async function toFact(client: Stripe, charge: Stripe.Charge): Promise<ChargeFact> {
  const { id: chargeId, customer, currency, payment_intent: intent } = charge;
  const invoice = intent ? await invoicePaidBy(client, idOf(intent)) : undefined;
  const subscription = invoice?.parent?.subscription_details?.subscription;
  return {
    chargeId,
    ...(customer && { customerId: idOf(customer) }),
    ...(invoice && { invoiceId: invoice.id }),
    ...(subscription && { subscriptionId: idOf(subscription) }),
    currency,
  };
}

async function invoicePaidBy(client: Stripe, paymentIntent: string): Promise<Stripe.Invoice | undefined> {
  const { data } = await client.invoicePayments.list({
    payment: { type: 'payment_intent', payment_intent: paymentIntent },
    expand: ['data.invoice'],
  });
  const invoice = data[0]?.invoice;
  return typeof invoice === 'object' && !('deleted' in invoice) ? (invoice as Stripe.Invoice) : undefined;
}
