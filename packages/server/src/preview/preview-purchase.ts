/** Step 4, checkout: Stripe's own numbers for a purchase that has not begun. */
import { quoteExactly } from '@tillkit/core/quote/quote-exactly';
import type { Selection } from '@tillkit/core/selection/selection';
import type { Offer } from '../catalog/catalog-source.ts';
import { toPricedLines } from '../checkout/priced-lines.ts';
import { previewPurchase } from '../stripe/invoices.ts';
import type { PromotionCode } from '../stripe/promotion-codes.ts';
import { refuseLargeTrial } from '../subscription/trial-quantities.ts';
import type { Till } from '../till.ts';
import { toShownLines } from './invoice-preview.ts';
import type { PricedChange } from './preview-change.ts';

export interface PurchaseSource {
  readonly selection: Selection;
  readonly customerId?: string | undefined;
  /** Whether this buyer can still have the plan's trial. */
  readonly withTrial: boolean;
  readonly offer: Offer;
  readonly locale: string | undefined;
  readonly promotionCode?: PromotionCode | undefined;
}

/** What the first invoice would be; a trial leaves only what is paid once. */
export async function pricePurchase(
  { stripe, now }: Pick<Till, 'stripe' | 'now'>,
  { selection, customerId, withTrial, offer, locale, promotionCode }: PurchaseSource,
): Promise<PricedChange> {
  const { recurring, oneTime } = toPricedLines(selection, offer);
  const quote = quoteExactly(offer.catalog, selection, {
    trialAvailable: withTrial,
    ...(promotionCode && { discounts: [promotionCode.discount] }),
  });
  if (quote.trial) refuseLargeTrial(selection, offer);
  const trialDays = quote.trial?.days;
  const invoice = await previewPurchase(stripe, {
    ...(customerId && { customerId }),
    currency: selection.currency,
    lines: recurring,
    oneTimeLines: oneTime,
    ...(promotionCode && { promotionCodeId: promotionCode.id }),
    ...(trialDays !== undefined && { trialEnd: now() + trialDays * 86_400 }),
  });
  return {
    total: invoice.net,
    invoice: {
      currency: selection.currency,
      lines: toShownLines(invoice, offer, locale),
      dueNow: invoice.amountDue,
      credit: 0,
      recurring: quote.recurring ?? { amount: 0, interval: '' },
      tax: invoice.tax,
      effective: 'now',
      effectiveAt: now(),
    },
  };
}
