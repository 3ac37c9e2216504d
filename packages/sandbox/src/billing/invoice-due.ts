/**
 * Step webhook: what time does to an invoice: drafts are finalized, open ones are collected, sent ones fall overdue.
 */
import type { Invoice } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import { change, type World } from '../world.ts';
import { attemptPayment, subscriptionOf } from './collect.ts';
import { finalizeInvoice, markUncollectible, tellSent, voidInvoice } from './invoice-life.ts';
import { subscriptionAfterFailure } from './subscription-payment.ts';

/** When time does something to the invoice, in unix seconds. */
export function invoiceDue(invoice: Invoice): number | null {
  const { status, auto_advance, automatically_finalizes_at, next_payment_attempt, collection_method, due_date } = invoice;
  if (status === 'draft') return auto_advance ? automatically_finalizes_at : null;
  if (status !== 'open') return null;
  if (collection_method === 'send_invoice') return invoice[memory].toldOverdue ? null : due_date;
  return auto_advance ? next_payment_attempt : null;
}

/** The customer has not paid in time. */
function fallOverdue(world: World, invoice: Invoice): void {
  const overdue = change(world, 'invoices', invoice, { [memory]: { ...invoice[memory], toldOverdue: true } });
  world.emit('invoice.overdue', overdue);
  const subscription = subscriptionOf(world, overdue);
  if (subscription) subscriptionAfterFailure(world, subscription, overdue, false);
}

/** Does what is due now. */
export function runInvoice(world: World, invoice: Invoice): void {
  if (invoice.status === 'open') {
    if (invoice.collection_method === 'send_invoice') fallOverdue(world, invoice);
    else attemptPayment(world, invoice, { automatic: true });
    return;
  }
  const open = finalizeInvoice(world, invoice);
  if (open.status !== 'open') return;
  const pause = subscriptionOf(world, open)?.pause_collection?.behavior;
  if (pause === 'void') voidInvoice(world, open);
  else if (pause === 'mark_uncollectible') markUncollectible(world, open);
  else if (open.collection_method === 'send_invoice') tellSent(world, open);
  else attemptPayment(world, open, { automatic: true });
}
