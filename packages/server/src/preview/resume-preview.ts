/**
 * Step 7, panel: what it costs to resume a paused subscription, and whether a preview of that still holds.
 *
 * Promise: resuming charges at once and begins a new period; nobody is charged what they were not shown.
 */
import type { InvoicePreview } from '@tillkit/core/contract/contract';
import type { Offer } from '../catalog/catalog-source.ts';
import { BillingError } from '../http/billing-error.ts';
import { previewResumption, readOpenInvoice } from '../stripe/invoices.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import { toSubscription } from '../subscription/to-subscription.ts';
import type { Till } from '../till.ts';
import { toInvoiceReceipt } from '../receipt/invoice-receipt.ts';
import { toShownLines } from './invoice-preview.ts';
import type { PricedChange } from './preview-change.ts';
import { discountNews } from './renewal-discount.ts';
import { openPreview, whatChanged, type Preview } from './preview-token.ts';
import { stateOf } from './state-of.ts';

export type ResumePreview = Extract<Preview, { kind: 'resume' }>;

/** What Stripe charges for resuming it now: a new invoice, or the one that a declined try left open. */
export async function priceResumption(
  { stripe }: Pick<Till, 'stripe'>,
  subscription: SubscriptionFact,
  offer: Offer,
  locale?: string,
): Promise<PricedChange> {
  if (subscription.status !== 'paused') throw new BillingError('nothing_to_undo');
  const { id, resumptionInvoiceId } = subscription;
  const charged = await (resumptionInvoiceId === undefined ? previewResumption(stripe, id) : readOpenInvoice(stripe, resumptionInvoiceId));
  const { currency, interval, items } = toSubscription(subscription, offer, locale);
  const periods = charged.lines.filter(({ proration }) => !proration);
  const [effectiveAt = subscription.created] = periods.map(({ periodStart }) => periodStart);
  const renewsAt = periods.length > 0 ? Math.min(...periods.map(({ periodEnd }) => periodEnd)) : undefined;
  const invoice: InvoicePreview = {
    currency,
    lines: toShownLines(charged, offer, locale),
    dueNow: charged.amountDue,
    credit: Math.max(0, -charged.total),
    recurring: { amount: items.reduce((sum, { amount }) => sum + amount, 0), interval },
    ...discountNews(subscription, subscription.items, { at: renewsAt ?? effectiveAt, isSecond: true }),
    tax: charged.tax,
    effective: 'now',
    effectiveAt,
    ...(renewsAt !== undefined && { renewsAt }),
    receipt: toInvoiceReceipt(charged.reading, { offer, locale, fact: subscription }, { kind: 'now' }),
  };
  return { invoice, total: charged.total };
}

/** The preview of resuming this very subscription of this customer in a token; throws `preview_invalid` or `preview_expired`. */
export async function openResumePreview(
  { store, now }: Pick<Till, 'store' | 'now'>,
  token: string | undefined,
  { id, customerId }: Pick<SubscriptionFact, 'id' | 'customerId'>,
): Promise<ResumePreview> {
  if (token === undefined)
    throw new BillingError('preview_invalid', {
      detail: 'To resume what is paused charges at once: ask for a preview of it and send that.',
    });
  const preview = openPreview(token, await store.secrets.key('preview'), now());
  const theirs = preview.kind === 'resume' && preview.subscriptionId === id && preview.customerId === customerId;
  if (!theirs) throw new BillingError('preview_invalid');
  return preview;
}

/** Throws `preview_changed` unless resuming it now is what was shown. */
export async function demandSameResumption(
  till: Pick<Till, 'stripe' | 'catalog'>,
  subscription: SubscriptionFact,
  shown: Pick<ResumePreview, 'dueNow' | 'total' | 'recurring' | 'state'>,
): Promise<void> {
  if (shown.state !== stateOf(subscription))
    throw new BillingError('preview_changed', { detail: 'The subscription was changed since this was shown.' });
  const { invoice, total } = await priceResumption(till, subscription, await till.catalog.current());
  const same = invoice.dueNow === shown.dueNow && total === shown.total && invoice.recurring.amount === shown.recurring;
  if (!same) throw new BillingError('preview_changed', { detail: whatChanged(shown, { ...invoice, total }) });
}
