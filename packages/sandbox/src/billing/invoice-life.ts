/**
 * Step webhook: the life of an invoice: draft → open → paid, void or uncollectible (docs.stripe.com/invoicing/overview).
 *
 * Promise: a status changes only along that way; money moves only for an open invoice.
 */
import { invalid } from '../http/api-error.ts';
import type { Customer } from '../objects/customer.ts';
import type { Invoice, InvoicePayment } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import type { PaymentIntent } from '../objects/payment.ts';
import { change, insert, type World } from '../world.ts';
import { moveBalance } from './balance.ts';
import { totalsOf } from './invoice-draft.ts';
import { createAccount } from './payment-methods.ts';
import { cancelIntent, confirmIntent, createIntent, isFinal } from './payments.ts';

const newInvoiceNumber = ({ invoice_prefix, next_invoice_sequence }: Customer): string =>
  `${invoice_prefix}-${String(next_invoice_sequence).padStart(4, '0')}`;

const demandStatus = (invoice: Invoice, allowed: readonly Invoice['status'][], wish: string): void => {
  if (allowed.includes(invoice.status)) return;
  throw invalid(
    `You can only ${wish} an invoice that is ${allowed.join(' or ')}. This invoice is ${invoice.status}.`,
    'invoice_not_editable',
  );
};

function applyBalance(
  world: World,
  invoice: Invoice,
): Pick<Invoice, 'amount_due' | 'starting_balance' | 'ending_balance' | 'amount_remaining'> {
  const customer = world.tables.customers.get(invoice.customer);
  const balance = customer?.balance ?? 0;
  const totals = totalsOf(invoice.lines.data, balance, invoice.currency);
  const moved = (totals.ending_balance ?? 0) - balance;
  if (customer && moved !== 0) {
    const type = totals.ending_balance > 0 ? 'invoice_too_small' : 'applied_to_invoice';
    moveBalance(world, customer, moved, { type, invoice: invoice.id, currency: invoice.currency, description: null, metadata: {} });
  }
  return totals;
}

function takeNumber(world: World, invoice: Invoice): string {
  const customer = world.tables.customers.get(invoice.customer);
  if (!customer) return invoice.id;
  change(world, 'customers', customer, { next_invoice_sequence: customer.next_invoice_sequence + 1, currency: invoice.currency });
  return newInvoiceNumber(customer);
}

function insertPayment(world: World, invoice: Invoice, intent: PaymentIntent, is_default: boolean): InvoicePayment {
  return insert(world, 'invoicePayments', {
    id: world.ids.next('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_remaining,
    created: world.now(),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
}

function requestPayment(world: World, invoice: Invoice): PaymentIntent {
  const intent = createIntent(world, {
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: invoice.customer,
    description: invoice.parent
      ? invoice.billing_reason === 'subscription_create'
        ? 'Subscription creation'
        : 'Subscription update'
      : null,
    invoice: invoice.id,
    setup_future_usage: invoice.parent ? 'off_session' : null,
  });
  insertPayment(world, invoice, intent, true);
  return intent;
}

const wantsTransfer = ({ collection_method, payment_settings }: Invoice): boolean =>
  collection_method === 'send_invoice' && (payment_settings.payment_method_types?.includes('customer_balance') ?? false);

/** The invoice says where to transfer; it is paid at once when enough was transferred before. */
function askTransfer(world: World, invoice: Invoice, intent: PaymentIntent): Invoice {
  const method = createAccount(world, { type: 'customer_balance', number: '' });
  return confirmIntent(world, intent, { method }).status === 'succeeded' ? markPaid(world, invoice) : invoice;
}

/** draft → open, or paid at once when nothing is due. */
export function finalizeInvoice(world: World, invoice: Invoice): Invoice {
  demandStatus(invoice, ['draft'], 'finalize');
  const settled = applyBalance(world, invoice);
  const base = world.settings.publicUrl();
  const open = change(world, 'invoices', invoice, {
    ...settled,
    automatically_finalizes_at: null,
    effective_at: invoice.effective_at ?? world.now(),
    hosted_invoice_url: `${base}/i/${invoice.id}`,
    invoice_pdf: `${base}/i/${invoice.id}/pdf`,
    next_payment_attempt: null,
    number: invoice.number ?? takeNumber(world, invoice),
    status: 'open',
    status_transitions: { ...invoice.status_transitions, finalized_at: world.now() },
    webhooks_delivered_at: world.now(),
  });
  world.emit('invoice.finalized', open);
  if (open.amount_due === 0) return markPaid(world, open, { nothingDue: true });
  const intent = requestPayment(world, open);
  const asking = change(world, 'invoices', open, { [memory]: { ...open[memory], paymentIntent: intent.id } });
  return wantsTransfer(asking) ? askTransfer(world, asking, intent) : asking;
}

function closePayment(world: World, invoice: Invoice, status: 'paid' | 'canceled'): InvoicePayment | undefined {
  const payment = world.tables.invoicePayments.of(invoice.id).find((row) => row.status === 'open');
  if (!payment) return undefined;
  const at = world.now();
  return change(world, 'invoicePayments', payment, {
    status,
    amount_paid: status === 'paid' ? payment.amount_requested : null,
    status_transitions: { canceled_at: status === 'canceled' ? at : null, paid_at: status === 'paid' ? at : null },
  });
}

/** How an invoice came to be paid: by its intent, or by something that needs none. */
export interface PaidBy {
  /** Stripe has not seen the money. */
  readonly outOfBand?: boolean;
  /** Nothing was left to pay. */
  readonly nothingDue?: boolean;
}

/** open or uncollectible → paid. */
export function markPaid(world: World, invoice: Invoice, { outOfBand = false, nothingDue = false }: PaidBy = {}): Invoice {
  demandStatus(invoice, ['open', 'uncollectible'], 'pay');
  if (outOfBand || nothingDue) dropPayment(world, invoice, 'automatic');
  const paid = change(
    world,
    'invoices',
    invoice,
    {
      amount_paid: invoice.amount_due,
      ...(outOfBand && { amount_paid_off_stripe: invoice.amount_due }),
      amount_remaining: 0,
      attempt_count: outOfBand || nothingDue ? invoice.attempt_count : Math.max(invoice.attempt_count, 1),
      attempted: true,
      next_payment_attempt: null,
      status: 'paid',
      status_transitions: { ...invoice.status_transitions, paid_at: world.now() },
    },
    'invoice.updated',
  );
  const payment = closePayment(world, paid, 'paid');
  if (payment) world.emit('invoice_payment.paid', payment);
  dropOther(world, paid);
  world.emit('invoice.paid', paid);
  world.emit('invoice.payment_succeeded', paid);
  return paid;
}

/** Another payment than the invoice's own has paid it: that one is wanted no more. */
function dropOther(world: World, invoice: Invoice): void {
  const own = world.tables.paymentIntents.get(invoice[memory].paymentIntent ?? '');
  if (own && !isFinal(own)) dropPayment(world, invoice, 'automatic');
}

function dropPayment(world: World, invoice: Invoice, reason: string): void {
  closePayment(world, invoice, 'canceled');
  const intent = world.tables.paymentIntents.get(invoice[memory].paymentIntent ?? '');
  if (intent && !isFinal(intent)) cancelIntent(world, intent, reason);
}

/** open or uncollectible → void: it counts as never made. */
export function voidInvoice(world: World, invoice: Invoice): Invoice {
  demandStatus(invoice, ['open', 'uncollectible'], 'void');
  dropPayment(world, invoice, 'void_invoice');
  const voided = change(
    world,
    'invoices',
    invoice,
    { status: 'void', next_payment_attempt: null, status_transitions: { ...invoice.status_transitions, voided_at: world.now() } },
    'invoice.updated',
  );
  world.emit('invoice.voided', voided);
  return voided;
}

/** open → uncollectible: a bad debt that may still be paid. */
export function markUncollectible(world: World, invoice: Invoice): Invoice {
  demandStatus(invoice, ['open'], 'mark uncollectible');
  const status_transitions = { ...invoice.status_transitions, marked_uncollectible_at: world.now() };
  const lost = change(
    world,
    'invoices',
    invoice,
    { status: 'uncollectible', next_payment_attempt: null, status_transitions },
    'invoice.updated',
  );
  world.emit('invoice.marked_uncollectible', lost);
  return lost;
}

/** Less is due than before, e.g. after a credit note: the open payment asks for less, or for nothing any more. */
export function lowerDue(world: World, invoice: Invoice, by: number, patch: Partial<Invoice>): Invoice {
  const amount_due = invoice.amount_due - by;
  const lower = change(world, 'invoices', invoice, { ...patch, amount_due, amount_remaining: amount_due - invoice.amount_paid });
  const intent = world.tables.paymentIntents.get(invoice[memory].paymentIntent ?? '');
  if (lower.amount_remaining === 0) return markPaid(world, lower, { nothingDue: true });
  const payment = world.tables.invoicePayments.of(invoice.id).find((row) => row.status === 'open');
  if (payment) change(world, 'invoicePayments', payment, { amount_requested: lower.amount_remaining });
  if (intent && !isFinal(intent)) change(world, 'paymentIntents', intent, { amount: lower.amount_remaining });
  world.emit('invoice.updated', lower, { amount_due: invoice.amount_due, amount_remaining: invoice.amount_remaining });
  return lower;
}

/** A finalized invoice goes out to its customer; no mail is sent here. */
export function tellSent(world: World, invoice: Invoice): Invoice {
  world.emit('invoice.sent', invoice);
  return invoice;
}

/** An open invoice is paid by an intent that was made apart from it: at once, or when that succeeds. */
export function attachPayment(world: World, invoice: Invoice, intent: PaymentIntent): Invoice {
  demandStatus(invoice, ['open'], 'attach a payment to');
  if (intent.customer !== invoice.customer || intent.currency !== invoice.currency) {
    throw invalid('The payment is of another customer or in another currency.', undefined, 'payment_intent');
  }
  if (intent[memory].invoice !== null || intent.status === 'canceled') {
    throw invalid('This payment belongs to an invoice already or was canceled.', 'payment_intent_unexpected_state', 'payment_intent');
  }
  if (intent.amount !== invoice.amount_remaining) {
    throw invalid('This sandbox takes payments of the whole remaining amount only.', undefined, 'payment_intent');
  }
  insertPayment(world, invoice, intent, false);
  change(world, 'paymentIntents', intent, { [memory]: { ...intent[memory], invoice: invoice.id } });
  return intent.status === 'succeeded' ? markPaid(world, invoice) : invoice;
}
