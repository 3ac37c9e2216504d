import type { Catalog, Price } from '../catalog/catalog.ts';
import { addOnPrice, findPlan, findProduct, priceAt } from '../catalog/lookup.ts';
import { isProductSelection } from '../selection/choose.ts';
import type { Selection } from '../selection/selection.ts';
import type { Quote, QuoteLine, QuoteOptions } from './quote.ts';

/**
 * Adds up a selection that `checkSelection` accepts; throws a `RangeError` for an unknown id, a price that is missing or
 * an amount too large to be exact.
 *
 * Flat and per-unit prices: `quantity × unit amount`, exact in minor units, nothing to round. During a trial the
 * recurring lines are due at its end, what is paid once is due today, as Stripe Checkout does it.
 */
export function quoteSelection(catalog: Catalog, selection: Selection, { trialAvailable = true }: QuoteOptions = {}): Quote {
  const { currency } = selection;
  const recurring: QuoteLine[] = [];
  const once: QuoteLine[] = [];
  const add = (
    kind: QuoteLine['kind'],
    item: { id: string; name: string } | undefined,
    price: Price | undefined,
    quantity: number,
  ): void => {
    const unitAmount = price?.amounts[currency] ?? Number.NaN;
    const amount = quantity * unitAmount;
    if (!item || !Number.isSafeInteger(amount)) throw new RangeError(`Not sold, or too large: ${quantity} × ${item?.id} in ${currency}.`);
    const line: QuoteLine = { kind, id: item.id, name: item.name, quantity, unitAmount, amount };
    if (price?.interval) recurring.push({ ...line, interval: price.interval });
    else once.push(line);
  };
  const quote = (more: Partial<Quote>): Quote => ({
    currency,
    lines: [...recurring, ...once],
    dueToday: sum(once),
    oneTime: sum(once),
    cardRequired: sum(once) > 0,
    estimate: catalog.tax === 'exclusive',
    ...more,
  });

  if (isProductSelection(selection)) {
    const product = findProduct(catalog, selection.productId);
    add('product', product, product?.price, selection.quantity);
    return quote({});
  }
  const { interval, addOns } = selection;
  const plan = findPlan(catalog, selection.planId);
  add('plan', plan, plan && priceAt(plan.prices, interval), selection.seats);
  for (const addOn of catalog.addOns) {
    const quantity = addOns[addOn.id];
    if (quantity) add('add_on', addOn, addOnPrice(addOn, interval), quantity);
  }
  const amount = sum(recurring);
  const trial = trialAvailable && amount ? plan?.trial : undefined;
  const dueToday = sum(once) + (trial ? 0 : amount);
  return quote({
    dueToday,
    recurring: { amount, interval },
    cardRequired: dueToday > 0 || !!trial?.cardRequired,
    ...(trial && { trial }),
  });
}

const sum = (lines: readonly QuoteLine[]): number => lines.reduce((total, { amount }) => total + amount, 0);
