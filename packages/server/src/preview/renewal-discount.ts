import type { InvoicePreview } from '@tillkit/core/contract/contract';
import type { InvoiceReading } from '../stripe/invoice-reading.ts';
import type { DiscountFact, ItemFact, SubscriptionFact } from '../stripe/subscription-fact.ts';

/** The first renewal that is paid after something was done. */
interface NextRenewal {
  readonly at: number;
  /** A period is invoiced before it, which uses up what is taken off once. */
  readonly isSecond: boolean;
}

/** The renewal after an invoice: at the end of the period that begins by it, else of the one that runs. */
export function renewalAfter({ items }: Pick<SubscriptionFact, 'items'>, { lines }: InvoiceReading): NextRenewal {
  const ends = Math.min(...items.map(({ periodEnd }) => periodEnd));
  const ranSince = Math.max(...items.map(({ periodStart }) => periodStart));
  const begun = lines.filter(
    ({ recurring, proration, periodStart }) => recurring && !proration && periodStart > ranSince && periodStart < ends,
  );
  return begun.length > 0 ? { at: Math.min(...begun.map(({ periodEnd }) => periodEnd)), isSecond: true } : { at: ends, isSecond: false };
}

/**
 * Whether something is taken off a renewal: by a discount of the subscription, else of its customer, or by one of the items that
 * there are by then.
 */
export function discountNews(
  { discounts, customerDiscount }: Pick<SubscriptionFact, 'discounts' | 'customerDiscount'>,
  items: readonly ItemFact[],
  { at, isSecond }: NextRenewal,
): Pick<InvoicePreview, 'isDiscounted'> {
  const ofAll = discounts ?? (customerDiscount ? [customerDiscount] : []);
  const lasts = ({ end = Infinity, once }: DiscountFact): boolean => end > at && !(once && isSecond);
  return [...ofAll, ...items.flatMap((item) => item.discounts ?? [])].some(lasts) ? { isDiscounted: true } : {};
}
