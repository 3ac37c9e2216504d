/**
 * What is owed for a subscription at Stripe: all its open invoices.
 *
 * Stripe's status follows the latest finalized invoice alone, and `latest_invoice` is the newest ever made, drafts too
 * (stripe-rules k): neither tells what else is open.
 */
import type { OpenInvoice } from '@tillkit/core/subscription/subscription';
import type { Stripe } from 'stripe';
import { idOf } from './price-facts.ts';

/** What the open and the unpaid invoices of a subscription tell. */
export interface Debt {
  /** Oldest first. */
  readonly open: readonly OpenInvoice[];
  /** Of a paused subscription: the one of them that resumes it. */
  readonly resumptionInvoiceId?: string;
  /** While it is past due: since when nothing was paid (Unix seconds). */
  readonly unpaidSince?: number;
}

const owing: ReadonlySet<string> = new Set(['past_due', 'unpaid', 'incomplete', 'paused']);

/** Reads the invoices where something may be open: one call, and none for a subscription that is paid. */
export async function readDebt(client: Stripe, subscription: Stripe.Subscription): Promise<Debt> {
  const { id, status } = subscription;
  if (!mayOwe(subscription)) return { open: [] };
  // since when nothing was paid is told by paid invoices too
  const all = status === 'past_due';
  const { data } = await client.invoices.list({ subscription: id, limit: 100, ...(!all && { status: 'open' }) });
  const open = data.filter((invoice) => invoice.status === 'open' && invoice.amount_remaining > 0).toReversed();
  const unpaidSince = all ? unpaidSinceOf(data) : undefined;
  const resumption = status === 'paused' && open.find((invoice) => invoice.billing_reason === 'subscription_update' && isLatest(invoice));
  return {
    open: open.map(toOpenInvoice),
    ...(resumption && { resumptionInvoiceId: resumption.id }),
    ...(unpaidSince !== undefined && { unpaidSince }),
  };

  function isLatest(invoice: Stripe.Invoice): boolean {
    return subscription.latest_invoice !== null && idOf(subscription.latest_invoice) === invoice.id;
  }
}

function mayOwe({ status, latest_invoice: latest, collection_method: method, pause_collection: pause }: Stripe.Subscription): boolean {
  if (owing.has(status)) return true;
  if (latest === null || typeof latest === 'string') return false;
  if (latest.status === 'open') return true;
  // while it is active, what came before a draft is paid; unless it is billed, or not collected
  return latest.status === 'draft' && (method === 'send_invoice' || pause !== null);
}

function toOpenInvoice({ id, created, amount_remaining: amountDue, hosted_invoice_url: page }: Stripe.Invoice): OpenInvoice {
  return { id, created, amountDue, ...(page && { hostedInvoiceUrl: page }) };
}

/**
 * When the first unpaid invoice after the last paid one was made or, where the customer is sent a bill, was due. One that
 * stayed open before a later one was paid does not count, as it does not for Stripe's status. `newestFirst` are all invoices.
 */
function unpaidSinceOf(newestFirst: readonly Stripe.Invoice[]): number | undefined {
  const paid = newestFirst.findIndex(({ status }) => status === 'paid');
  const due = (paid < 0 ? newestFirst : newestFirst.slice(0, paid))
    .filter(({ status, amount_remaining }) => (status === 'open' || status === 'uncollectible') && amount_remaining > 0)
    .map(({ due_date, created }) => due_date ?? created);
  return due.length > 0 ? Math.min(...due) : undefined;
}
