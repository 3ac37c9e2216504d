/**
 * Step webhook: collecting an open invoice, and what its payment does to the subscription.
 *
 * Promise: whoever pays (the clock, the API, a browser after 3D Secure), the same things follow.
 */
import { isHardDecline } from '../cards/declines.ts';
import { type ApiError, DeclinedError } from '../http/api-error.ts';
import { render } from '../http/render.ts';
import type { Invoice } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import type { PaymentIntent, PaymentMethod } from '../objects/payment.ts';
import type { Subscription } from '../objects/subscription.ts';
import { processingActivates, skipsHardDeclines } from '../unconfirmed.ts';
import { change, type World } from '../world.ts';
import { markPaid } from './invoice-life.ts';
import { attachPaymentMethod } from './payment-methods.ts';
import { cancelIntent, type Confirmation, confirmIntent, settleDebit } from './payments.ts';
import { subscriptionAfterFailure, subscriptionAfterPayment } from './subscription-payment.ts';

export const subscriptionOf = (world: World, invoice: Invoice): Subscription | undefined =>
  world.tables.subscriptions.get(invoice.parent?.subscription_details.subscription ?? '');

/** The card that pays: the invoice's, else the subscription's, else the customer's default. */
export function payingMethod(world: World, invoice: Invoice): PaymentMethod | undefined {
  const customer = world.tables.customers.get(invoice.customer);
  const id =
    invoice.default_payment_method ??
    subscriptionOf(world, invoice)?.default_payment_method ??
    customer?.invoice_settings.default_payment_method;
  return world.tables.paymentMethods.get(id ?? '');
}

/** A paid intent: its card stays with the customer, its invoice is paid, its subscription goes on. */
export function settleIntent(world: World, intent: PaymentIntent, challenged: boolean): void {
  const method = world.tables.paymentMethods.get(intent.payment_method ?? '');
  if (method && intent.customer && intent.setup_future_usage) attachPaymentMethod(world, method, intent.customer, challenged);
  const invoice = world.tables.invoices.get(intent[memory].invoice ?? '');
  if (!invoice || invoice.status === 'paid') return;
  invoicePaid(world, markPaid(world, invoice), intent.payment_method);
}

/** What follows from a paid invoice. */
export function invoicePaid(world: World, invoice: Invoice, method: string | null): void {
  const subscription = subscriptionOf(world, invoice);
  if (subscription) subscriptionAfterPayment(world, subscription, invoice, method);
}

/** When the next automatic attempt is made, in unix seconds; null after the last one of the schedule. */
function nextAttempt(world: World, attempts: number): number | null {
  const days = world.settings.retryScheduleDays[attempts - 1];
  return days === undefined ? null : world.now() + days * 86_400;
}

/** The first attempt of any kind counts, then only those that the schedule makes. */
function countAttempt(world: World, invoice: Invoice, automatic: boolean): Partial<Invoice> {
  const attempts = invoice[memory].attempts + (automatic ? 1 : 0);
  const next = automatic ? nextAttempt(world, attempts) : invoice.next_payment_attempt;
  return {
    attempted: true,
    attempt_count: invoice.attempt_count === 0 || automatic ? invoice.attempt_count + 1 : invoice.attempt_count,
    auto_advance: automatic ? next !== null : invoice.auto_advance,
    next_payment_attempt: next,
    [memory]: { ...invoice[memory], attempts },
  };
}

/** Tells `invoice.payment_failed` before `invoice.updated`, as Stripe typically does. */
function paymentFailed(world: World, invoice: Invoice, counted: Partial<Invoice>): Invoice {
  world.emit('invoice.payment_failed', { ...invoice, ...counted });
  return change(world, 'invoices', invoice, counted, 'invoice.updated');
}

function tellFailure(world: World, invoice: Invoice, intent: PaymentIntent | undefined): void {
  if (intent?.status === 'requires_action') world.emit('invoice.payment_action_required', invoice);
}

export interface Attempt extends Partial<Confirmation> {
  /** By the clock: it counts for the retry schedule. */
  readonly automatic: boolean;
  /** Somebody pays this very invoice: it need not be one that is charged. */
  readonly byHand?: boolean;
}

/** The bank has said no for good to this very payment method: trying again would be of no use. */
const isHopeless = (invoice: Invoice, { automatic }: Attempt, method: PaymentMethod | undefined): boolean =>
  automatic && method !== undefined && invoice[memory].hopeless === method.id;

/** Tries to pay an open invoice; it comes back paid or still open. */
export function attemptPayment(world: World, invoice: Invoice, attempt: Attempt): Invoice {
  const method = attempt.method ?? payingMethod(world, invoice);
  const intent = world.tables.paymentIntents.get(invoice[memory].paymentIntent ?? '');
  if (!intent) return invoice;
  if (invoice.collection_method === 'send_invoice' && !attempt.method && !attempt.byHand) return invoice;
  if (skipsHardDeclines && isHopeless(invoice, attempt, method)) return skipAttempt(world, invoice);
  const tried = method ? confirmIntent(world, intent, { ...attempt, method }) : undefined;
  if (tried?.status === 'succeeded') {
    if (attempt.automatic) change(world, 'invoices', invoice, { attempt_count: invoice.attempt_count + 1 });
    settleIntent(world, tried, attempt.challenged ?? false);
    return world.tables.invoices.get(invoice.id) ?? invoice;
  }
  if (tried?.next_action?.type === 'display_bank_transfer_instructions') return invoice;
  if (tried?.status === 'processing') return debitStarted(world, invoice, attempt.automatic);
  const hopeless = method && isHardDecline(tried?.last_payment_error?.decline_code) ? method.id : null;
  const counted = countAttempt(world, { ...invoice, [memory]: { ...invoice[memory], hopeless } }, attempt.automatic);
  return afterFailure(world, invoice, tried, counted, attempt.automatic);
}

/** The schedule goes on without a charge; a new payment method would be tried at its next date. */
function skipAttempt(world: World, invoice: Invoice): Invoice {
  const skipped = change(world, 'invoices', invoice, countAttempt(world, invoice, true), 'invoice.updated');
  return endOfSchedule(world, skipped, true);
}

function endOfSchedule(world: World, invoice: Invoice, automatic: boolean): Invoice {
  const subscription = subscriptionOf(world, invoice);
  if (subscription) subscriptionAfterFailure(world, subscription, invoice, automatic && invoice.next_payment_attempt === null);
  return world.tables.invoices.get(invoice.id) ?? invoice;
}

function afterFailure(
  world: World,
  invoice: Invoice,
  tried: PaymentIntent | undefined,
  counted: Partial<Invoice>,
  automatic: boolean,
): Invoice {
  const failed = paymentFailed(world, invoice, counted);
  tellFailure(world, failed, tried);
  return endOfSchedule(world, failed, automatic);
}

/** A debit is on its way: the invoice stays open and waits; a first subscription need not wait for the bank. */
function debitStarted(world: World, invoice: Invoice, automatic: boolean): Invoice {
  const counted = { ...countAttempt(world, invoice, automatic), next_payment_attempt: null };
  const waiting = change(world, 'invoices', invoice, counted, 'invoice.updated');
  const subscription = subscriptionOf(world, waiting);
  if (processingActivates && subscription?.status === 'incomplete') {
    change(world, 'subscriptions', subscription, { status: 'active' }, 'customer.subscription.updated');
  }
  return waiting;
}

/** What time does to an intent: a debit comes or fails, an authorization that nobody captured ends. */
export function settleLater(world: World, intent: PaymentIntent): void {
  if (intent.status === 'requires_capture') {
    cancelIntent(world, intent, 'automatic');
    return;
  }
  const settled = settleDebit(world, intent);
  const invoice = world.tables.invoices.get(intent[memory].invoice ?? '');
  if (settled.status === 'succeeded') settleIntent(world, settled, false);
  else if (invoice?.status === 'open') {
    const automatic = invoice[memory].attempts > 0;
    const next_payment_attempt = automatic ? nextAttempt(world, invoice[memory].attempts) : null;
    afterFailure(world, invoice, settled, { next_payment_attempt, auto_advance: next_payment_attempt !== null }, automatic);
  }
}

/** The 402 of an invoice that could not be paid, with its intent. */
export function paymentError(world: World, invoice: Invoice): ApiError {
  const intent = world.tables.paymentIntents.get(invoice[memory].paymentIntent ?? '');
  const more = intent && { payment_intent: render(world.tables, intent) };
  if (intent?.status === 'requires_action') {
    return new DeclinedError(402, {
      type: 'card_error',
      code: 'invoice_payment_intent_requires_action',
      message:
        'Payment for this invoice requires additional user action before it can be completed successfully. Payment can be completed using the PaymentIntent associated with its invoice.',
      ...more,
    });
  }
  if (intent?.last_payment_error) return new DeclinedError(402, { ...intent.last_payment_error, ...more });
  return new DeclinedError(400, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: 'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
  });
}
