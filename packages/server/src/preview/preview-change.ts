/** Step 7, panel: Stripe's own numbers for a change, to be shown and then confirmed. */
import type { InvoicePreview } from '@tillkit/core/contract/contract';
import type { Offer } from '../catalog/catalog-source.ts';
import { previewChange, previewPurchase, type PreviewFact } from '../stripe/invoices.ts';
import { previewDifference, type DifferenceOrder } from '../stripe/difference-invoice.ts';
import type { ItemFact, SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till } from '../till.ts';
import type { Receipt } from '@tillkit/core/receipt/receipt';
import { toInvoiceReceipt, toRenewalReceipt } from '../receipt/invoice-receipt.ts';
import type { InvoiceReading } from '../stripe/invoice-reading.ts';
import { discountNews, renewalAfter } from './renewal-discount.ts';
import { toShownLines } from './invoice-preview.ts';
import type { PlannedChange } from './plan-change.ts';

/** What Stripe says a change costs, and the total that the signature binds it to, in minor units. */
export interface PricedChange {
  readonly invoice: InvoicePreview;
  readonly total: number;
}

const free = { dueNow: 0, credit: 0 };

/** Asks Stripe what a planned change costs; with a `prorationDate` to the same second as before. */
export async function priceChange(
  { stripe, now }: Pick<Till, 'stripe' | 'now'>,
  fact: SubscriptionFact,
  change: PlannedChange,
  offer: Offer,
  { prorationDate, locale }: { prorationDate?: number | undefined; locale?: string | undefined } = {},
): Promise<PricedChange> {
  const { currency, interval } = change.target;
  const { mode } = change;
  const shown = (
    { lines, tax, reading }: PreviewFact,
    money: Pick<InvoicePreview, 'dueNow' | 'credit' | 'effectiveAt'> & Partial<Omit<InvoicePreview, 'recurring' | 'lines'>>,
  ): InvoicePreview => ({
    currency,
    recurring: { amount: change.recurring, interval },
    ...discountNews(fact, itemsAfter(fact, change), renewalAfter(fact, reading)),
    effective: change.effective,
    lines: toShownLines({ lines }, offer, locale),
    tax,
    renewal: toRenewalReceipt(change.renewal, change.target, { offer, locale }),
    ...money,
  });
  const context = { offer, locale, fact };
  const dueNow = ({ reading }: PreviewFact): Receipt => toInvoiceReceipt(reading, context, { kind: 'now' });

  if (mode === 'at_period_end') {
    const periodEnd = Math.min(...fact.items.map((item) => item.periodEnd));
    const invoice = await previewPurchase(stripe, {
      customerId: fact.customerId,
      currency,
      lines: change.lines,
      oneTimeLines: [],
      startDate: periodEnd,
      discountIds: (fact.discounts ?? []).flatMap(({ id, end = Infinity }) => (end > periodEnd ? [id] : [])),
    });
    return { invoice: shown(invoice, { ...free, effectiveAt: periodEnd }), total: 0 };
  }
  if (mode === 'difference_now' && change.difference !== 0) {
    const invoice = await previewDifference(stripe, toDifference(fact, change, offer, locale));
    const { total, amountDue } = invoice;
    return {
      invoice: shown(invoice, { dueNow: amountDue, credit: Math.max(0, -total), effectiveAt: now(), receipt: dueNow(invoice) }),
      total,
    };
  }
  const invoice = await previewChange(stripe, fact.id, { items: change.items, mode }, prorationDate);
  const unpaid = { ...free, effectiveAt: now(), ...trialGoesOn(fact, invoice) };
  if (mode === 'no_charge' || mode === 'difference_now') return { invoice: shown(invoice, unpaid), total: 0 };
  const newPeriod = mode === 'full_price_now' || mode === 'end_trial';
  const effectiveAt = (newPeriod ? undefined : invoice.prorationDate) ?? prorationDate ?? now();
  const dated = newPeriod ? { effectiveAt } : { effectiveAt, prorationDate: effectiveAt };
  if (mode === 'prorate_next_invoice' && !startsNewPeriod(invoice, effectiveAt)) {
    const prorated = invoice.lines.filter(({ proration }) => proration);
    const onNextInvoice = prorated.reduce((sum, { amount }) => sum + amount, 0);
    const receipt = toInvoiceReceipt(proratedOnly(invoice.reading, onNextInvoice), context, { kind: 'next_invoice' });
    return { invoice: shown({ ...invoice, lines: prorated, tax: 0 }, { ...free, ...dated, onNextInvoice, receipt }), total: onNextInvoice };
  }
  const { amountDue, total } = invoice;
  const money = { dueNow: amountDue, credit: Math.max(0, -total), ...dated, ...trialEnds(fact, invoice, effectiveAt) };
  return { invoice: shown(invoice, { ...money, receipt: dueNow(invoice) }), total };
}

/** Those of the items there are that a change leaves, also for another plan. */
const itemsAfter = ({ items }: SubscriptionFact, { items: changes }: PlannedChange): ItemFact[] =>
  items.filter(({ id }) => !changes.some((change) => change.kind === 'remove' && change.itemId === id));

type TrialNews = Pick<InvoicePreview, 'trialEnd' | 'nextPayment' | 'renewsAt'>;

/** What a change costs that leaves a trial running is paid at its end: Stripe's next invoice. */
function trialGoesOn({ status, trialEnd, hasPaymentMethod }: SubscriptionFact, { amountDue }: PreviewFact): TrialNews {
  if (status !== 'trialing' || trialEnd === undefined) return {};
  return { trialEnd, ...(hasPaymentMethod && amountDue > 0 && { nextPayment: { at: trialEnd, amount: amountDue } }) };
}

/** What charges something in a trial ends it, and the first paid period begins; the one after costs the same, unless something was taken off that may end before. */
function trialEnds({ status, hasPaymentMethod }: SubscriptionFact, { lines, reading, total }: PreviewFact, at: number): TrialNews {
  if (status !== 'trialing') return {};
  const renewsAt = Math.min(...lines.filter(({ proration }) => !proration).map(({ periodEnd }) => periodEnd));
  if (!Number.isFinite(renewsAt)) return { trialEnd: at };
  const isUsual = hasPaymentMethod && reading.discounts.length === 0 && lines.every(({ proration }) => !proration);
  return { trialEnd: at, renewsAt, ...(isUsual && { nextPayment: { at: renewsAt, amount: total } }) };
}

/** What of an invoice the change brings: before tax and discounts of the whole invoice. */
const proratedOnly = (reading: InvoiceReading, sum: number): InvoiceReading => ({
  currency: reading.currency,
  lines: reading.lines.filter(({ proration }) => proration),
  discounts: [],
  taxes: [],
  total: sum,
  amountDue: sum,
});

/** Whether Stripe invoices at once because the change begins a new billing period. */
const startsNewPeriod = ({ lines }: PreviewFact, at: number): boolean =>
  lines.some(({ proration, periodStart }) => !proration && periodStart === at);

/** The invoice of its own that `difference_now` makes. */
export function toDifference(fact: SubscriptionFact, change: PlannedChange, offer: Offer, locale?: string): DifferenceOrder {
  const { customerId, id: subscriptionId, currency } = fact;
  const { tax, plans } = offer.in(locale);
  const name = plans.find(({ id }) => id === change.target.planId)?.name ?? change.target.planId;
  return { customerId, subscriptionId, currency, amount: change.difference, description: name, tax };
}
