/** Step 5, webhook: invoices and what became of their payment, as far as it is told to anybody. */
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';
import { needsConfirmation } from './invoices.ts';
import { idOf } from './price-facts.ts';
import { undefinedIfMissing } from './stripe-errors.ts';

export interface InvoiceFact {
  readonly id: string;
  readonly customerId: string;
  readonly subscriptionId?: string;
  readonly status: 'open' | 'paid' | 'void' | 'uncollectible';
  /** The customer is asked to pay (`send_invoice`), rather than charged. */
  readonly sent: boolean;
  /** The customer was present when it was made: a purchase or a change, not a renewal. */
  readonly attended: boolean;
  /** Unix seconds. */
  readonly finalizedAt: number;
  readonly currency: string;
  readonly total: number;
  readonly amountDue: number;
  readonly amountPaid: number;
  /** Payments that were tried; retries by hand are not counted. */
  readonly attempts: number;
  readonly nextAttemptAt?: number;
  /** The payment waits for the customer's bank. */
  readonly needsAction: boolean;
}

/** More than a subscription makes in the few days in which an invoice is news. */
const recent = 10;
const attendedReasons: ReadonlySet<string> = new Set(['subscription_create', 'subscription_update', 'manual', 'quote_accept']);

/** The newest invoices of a subscription, drafts left out. */
export async function readInvoicesOf(stripe: StripeGateway, subscriptionId: string): Promise<InvoiceFact[]> {
  const client = await stripe();
  const { data } = await client.invoices.list({ subscription: subscriptionId, limit: recent });
  return toFacts(stripe, data);
}

/** One invoice, such as that of a single purchase; none when it is a draft or does not exist. */
export async function readInvoice(stripe: StripeGateway, id: string): Promise<InvoiceFact[]> {
  const client = await stripe();
  const invoice = await client.invoices.retrieve(id).catch(undefinedIfMissing);
  return toFacts(stripe, invoice ? [invoice] : []);
}

async function toFacts(stripe: StripeGateway, invoices: readonly Stripe.Invoice[]): Promise<InvoiceFact[]> {
  const facts: InvoiceFact[] = [];
  for (const invoice of invoices) {
    const { id, status, customer, billing_reason: reason } = invoice;
    if (!customer || !status || status === 'draft') continue;
    const subscription = invoice.parent?.subscription_details?.subscription;
    const open = status === 'open' && invoice.attempted && invoice.amount_remaining > 0;
    facts.push({
      id,
      customerId: idOf(customer),
      ...(subscription && { subscriptionId: idOf(subscription) }),
      status: status as InvoiceFact['status'],
      sent: invoice.collection_method === 'send_invoice',
      attended: reason !== null && attendedReasons.has(reason),
      finalizedAt: invoice.status_transitions.finalized_at ?? invoice.created,
      currency: invoice.currency,
      total: invoice.total,
      amountDue: invoice.amount_remaining,
      amountPaid: invoice.amount_paid,
      attempts: invoice.attempt_count,
      ...(invoice.next_payment_attempt !== null && { nextAttemptAt: invoice.next_payment_attempt }),
      needsAction: open && (await needsConfirmation(stripe, id)),
    });
  }
  return facts;
}
