/**
 * Step 6, subscription: what was bought once together with a subscription, on its first invoice.
 *
 * Promise: like the subscription's own items it is a reading of what Stripe has: whether the invoice is paid, whether its
 * charge was given back or taken back, and which of its lines a credit note has given back.
 */
import type { PurchaseState } from '@tillkit/core/entitlement/access';
import type { Stripe } from 'stripe';
import { chargeOf, stateOfCharges } from './charge-states.ts';
import { allLines } from './invoice-reading.ts';

export interface OneTimeFact {
  /** Stripe's `prod_…`. */
  readonly productId: string;
  readonly quantity: number;
  readonly state: PurchaseState;
}

/** The first invoice is made with the subscription; this is how much later it may seem to be. */
const slackSeconds = 3600;

/** The lines of the first invoice that are none of the subscription's own items, in Stripe's order. */
export async function readOneTimeItems(client: Stripe, { id, created }: Stripe.Subscription): Promise<OneTimeFact[]> {
  const { data } = await client.invoices.list({ subscription: id, created: { lte: created + slackSeconds }, limit: 100 });
  const invoice = data.find(({ billing_reason: reason }) => reason === 'subscription_create');
  if (!invoice) return [];
  const lines = (await allLines(client, invoice)).filter(({ parent }) => parent?.type !== 'subscription_item_details');
  const paid = await stateOf(client, invoice);
  const givenBack = paid === 'paid' ? await linesGivenBack(client, invoice) : () => false;
  return lines.flatMap((line) => {
    const productId = line.pricing?.price_details?.product;
    if (productId === undefined) return [];
    return [{ productId, quantity: line.quantity ?? 1, state: givenBack(line) ? ('refunded' as const) : paid }];
  });
}

async function stateOf(client: Stripe, { id, status }: Stripe.Invoice): Promise<PurchaseState> {
  if (status !== 'paid') return 'processing';
  const payments = await client.invoicePayments.list({
    invoice: id,
    status: 'paid',
    limit: 100,
    expand: ['data.payment.payment_intent.latest_charge'],
  });
  return stateOfCharges(
    client,
    payments.data.flatMap(({ payment }) => chargeOf(payment.payment_intent)),
  );
}

/** Which lines credit notes have given back whole; all of them where the whole invoice was. */
async function linesGivenBack(client: Stripe, invoice: Stripe.Invoice): Promise<(line: Stripe.InvoiceLineItem) => boolean> {
  if (invoice.post_payment_credit_notes_amount + invoice.pre_payment_credit_notes_amount === 0) return () => false;
  const credited = new Map<string, number>();
  let total = 0;
  for await (const note of client.creditNotes.list({ invoice: invoice.id, limit: 100 })) {
    if (note.status !== 'issued') continue;
    total += note.total;
    const lines = note.lines.has_more
      ? await client.creditNotes.listLineItems(note.id, { limit: 100 }).autoPagingToArray({ limit: 1000 })
      : note.lines.data;
    for (const { invoice_line_item: of, amount } of lines) if (of) credited.set(of, (credited.get(of) ?? 0) + amount);
  }
  return ({ id, amount }) => total >= invoice.total || (amount > 0 && (credited.get(id) ?? 0) >= amount);
}
