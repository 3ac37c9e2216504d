import { listedAmounts, type ListedAmounts } from '@tillkit/core/quote/listed-amounts';
import type { Quote } from '@tillkit/core/quote/quote';
import { BillingError } from '../http/billing-error.ts';

/**
 * Throws `preview_changed` where the page has shown other amounts than the catalog makes now: it stood open while a price was
 * changed, its copy of the catalog is old, or it did not know that a trial is used up. Nothing shown, as by a script of one's own,
 * is no promise.
 */
export function demandShown(shown: ListedAmounts | undefined, quote: Pick<Quote, 'lines' | 'trial'>): void {
  if (!shown) return;
  const now = listedAmounts(quote);
  const [usage, usageNow] = [shown, now].map((amounts) => (amounts.usage ?? []).join(', '));
  if (now.today === shown.today && now.recurring === shown.recurring && usage === usageNow) return;
  const amounts = `today: ${shown.today} when shown, ${now.today} now; recurring: ${shown.recurring} when shown, ${now.recurring} now`;
  const detail = usage === usageNow ? amounts : `${amounts}; one by use: ${usage} when shown, ${usageNow} now`;
  throw new BillingError('preview_changed', { detail });
}
