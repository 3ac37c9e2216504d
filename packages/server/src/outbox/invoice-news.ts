/**
 * Step 5, webhook: what the state of an invoice tells.
 *
 * Promise: pure. Each fact has one key, so that it is told once from whatever reading, and what a later fact has overtaken
 * is not told any more: no failure after the payment, no first attempt after the second.
 */
import type { OutboxEntry } from '../store/outbox.ts';
import type { InvoiceFact } from '../stripe/invoice-facts.ts';
import { told } from './event-types.ts';
import { newsAgeSeconds } from './transitions.ts';

export interface InvoiceHints {
  readonly now: number;
  /** An event says that a payment just failed or waits: a failure that is only found is not news. */
  readonly failed: boolean;
  /** Its subscription has ended, which says more than that a payment failed. */
  readonly ended: boolean;
  /** Keys of what was told of the invoice. */
  readonly known: ReadonlySet<string>;
}

/** More attempts than Stripe makes. */
const mostAttempts = 20;

const failedKey = (id: string, attempt: number): string => `payment.failed:${id}:${attempt}`;

/** Every key that can matter for an invoice. */
export function invoiceKeys({ id }: Pick<InvoiceFact, 'id'>): string[] {
  const attempts = Array.from({ length: mostAttempts }, (_, at) => failedKey(id, at + 1));
  return [`invoice.ready:${id}`, `payment.action_required:${id}`, `payment.recovered:${id}`, ...attempts];
}

export function invoiceNews(invoice: InvoiceFact, hints: InvoiceHints): OutboxEntry[] {
  if (invoice.status === 'paid') return [...recovered(invoice, hints), ...ready(invoice, hints)];
  if (invoice.status !== 'open') return [];
  return [...ready(invoice, hints), ...failed(invoice, hints)];
}

const about = ({ id, customerId, subscriptionId, currency }: InvoiceFact) => ({
  invoiceId: id,
  customerId,
  ...(subscriptionId !== undefined && { subscriptionId }),
  currency,
});

/** Paid, or sent to be paid; an invoice that was made long ago was told by somebody else. */
function ready(invoice: InvoiceFact, { now, known }: InvoiceHints): OutboxEntry[] {
  const { id, status, sent, total, amountDue, finalizedAt } = invoice;
  const toBeRead = status === 'paid' || (status === 'open' && sent);
  const isNews = now - finalizedAt < newsAgeSeconds || wasLate(id, known);
  if (total <= 0 || !toBeRead || !isNews) return [];
  return [told('invoice.ready', id, { ...about(invoice), status: status === 'paid' ? 'paid' : 'open', total, amountDue })];
}

function recovered(invoice: InvoiceFact, { known }: InvoiceHints): OutboxEntry[] {
  return wasLate(invoice.id, known) ? [told('payment.recovered', invoice.id, { ...about(invoice), amountPaid: invoice.amountPaid })] : [];
}

const wasLate = (id: string, known: ReadonlySet<string>): boolean =>
  [...known].some((key) => key.startsWith(`payment.failed:${id}:`) || key === `payment.action_required:${id}`);

function failed(invoice: InvoiceFact, hints: InvoiceHints): OutboxEntry[] {
  const { id, attempts, amountDue, nextAttemptAt, attended, needsAction, sent } = invoice;
  if (!hints.failed || hints.ended || attended || sent || amountDue <= 0 || attempts === 0 || isOvertaken(invoice, hints)) return [];
  if (needsAction) return [told('payment.action_required', id, { ...about(invoice), amountDue })];
  const next = nextAttemptAt === undefined ? {} : { nextAttemptAt };
  return [told('payment.failed', `${id}:${attempts}`, { ...about(invoice), amountDue, attempt: attempts, ...next })];
}

/** Somebody who read it later has told of a later attempt, or of the payment. */
function isOvertaken({ id, attempts }: InvoiceFact, { known }: InvoiceHints): boolean {
  if (known.has(`invoice.ready:${id}`)) return true;
  return Array.from({ length: mostAttempts - attempts }, (_, at) => attempts + 1 + at).some((attempt) => known.has(failedKey(id, attempt)));
}
