/** Step 7, panel: Stripe's own numbers for a change, to be shown and then confirmed. */
import type { InvoicePreview } from '@tillkit/core/contract/contract';
import type { Offer } from '../catalog/catalog-source.ts';
import { previewChange, previewPurchase, previewRenewal, type PreviewFact } from '../stripe/invoices.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till } from '../till.ts';
import { toShownLines } from './invoice-preview.ts';
import type { PlannedChange } from './plan-change.ts';

/** Asks Stripe what a planned change costs; with a `prorationDate` to the same second as before. */
export async function priceChange(
  { stripe, now }: Pick<Till, 'stripe' | 'now'>,
  fact: SubscriptionFact,
  change: PlannedChange,
  offer: Offer,
  { prorationDate, locale }: { prorationDate?: number | undefined; locale?: string | undefined } = {},
): Promise<InvoicePreview> {
  const { currency, interval } = change.target;
  const shared = { currency, recurring: { amount: change.recurring, interval }, effective: change.effective };
  const periodEnd = Math.min(...fact.items.map((item) => item.periodEnd));
  const shown = (invoice: PreviewFact) => ({ lines: toShownLines(invoice, offer, locale), tax: invoice.tax });

  if (change.effective === 'period_end') {
    const invoice = await previewPurchase(stripe, {
      customerId: fact.customerId,
      currency,
      lines: change.lines,
      oneTimeLines: [],
      startDate: periodEnd,
    });
    return { ...shared, ...shown(invoice), dueNow: 0, credit: 0, effectiveAt: periodEnd };
  }
  if (change.trialing) {
    const invoice = await previewRenewal(stripe, fact.id, change.items);
    return { ...shared, ...shown(invoice), dueNow: 0, credit: 0, effectiveAt: now() };
  }
  const invoice = await previewChange(stripe, fact.id, change.items, prorationDate);
  const effectiveAt = invoice.prorationDate ?? prorationDate ?? now();
  return {
    ...shared,
    ...shown(invoice),
    dueNow: invoice.amountDue,
    credit: Math.max(0, -invoice.total),
    effectiveAt,
    prorationDate: effectiveAt,
  };
}
