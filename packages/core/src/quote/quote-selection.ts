import type { Catalog, Price } from '../catalog/catalog.ts';
import { addOnPrice, findPlan, findProduct, priceAt } from '../catalog/lookup.ts';
import { isProductSelection } from '../selection/choose.ts';
import type { PlanSelection, ProductSelection, Selection } from '../selection/selection.ts';
import type { Quote, QuoteLine, QuoteOptions } from './quote.ts';

/**
 * Adds up a selection that `checkSelection` accepts; an unknown id or a price that is missing is a programmer error.
 *
 * Flat and per-unit prices: `quantity × unit amount`, exact in minor units, nothing to round. During a trial the
 * recurring lines are due at its end, what is paid once is due today, as Stripe Checkout does it.
 */
export function quoteSelection(catalog: Catalog, selection: Selection, options: QuoteOptions = {}): Quote {
  return isProductSelection(selection) ? quoteProduct(catalog, selection) : quotePlan(catalog, selection, options);
}

function quotePlan(catalog: Catalog, selection: PlanSelection, { trialAvailable = true }: QuoteOptions): Quote {
  const { currency, interval } = selection;
  const plan = findPlan(catalog, selection.planId);
  if (!plan) throw new RangeError(`The catalog has no plan "${selection.planId}".`);
  const recurringLines = [toLine('plan', plan, priceAt(plan.prices, interval), selection.seats, currency)];
  const oneTimeLines: QuoteLine[] = [];
  for (const addOn of catalog.addOns) {
    const quantity = selection.addOns[addOn.id];
    if (!quantity) continue;
    const line = toLine('add_on', addOn, addOnPrice(addOn, interval), quantity, currency);
    (line.interval ? recurringLines : oneTimeLines).push(line);
  }
  const amount = sum(recurringLines);
  const oneTime = sum(oneTimeLines);
  const trial = plan.trial && trialAvailable && amount > 0 ? { days: plan.trial.days, cardRequired: plan.trial.cardRequired } : undefined;
  const dueToday = oneTime + (trial ? 0 : amount);
  return {
    currency,
    lines: [...recurringLines, ...oneTimeLines],
    dueToday,
    recurring: { amount, interval },
    oneTime,
    ...(trial && { trial }),
    cardRequired: dueToday > 0 || (trial ? trial.cardRequired : amount > 0),
    estimate: catalog.tax === 'exclusive',
  };
}

function quoteProduct(catalog: Catalog, { productId, quantity, currency }: ProductSelection): Quote {
  const product = findProduct(catalog, productId);
  if (!product) throw new RangeError(`The catalog has no product "${productId}".`);
  const line = toLine('product', product, product.price, quantity, currency);
  return {
    currency,
    lines: [line],
    dueToday: line.amount,
    oneTime: line.amount,
    cardRequired: line.amount > 0,
    estimate: catalog.tax === 'exclusive',
  };
}

function toLine(
  kind: QuoteLine['kind'],
  { id, name }: { readonly id: string; readonly name: string },
  price: Price | undefined,
  quantity: number,
  currency: string,
): QuoteLine {
  const unitAmount = price?.amounts[currency];
  if (!price || unitAmount === undefined) throw new RangeError(`"${id}" is not sold in ${currency} at this interval.`);
  const amount = quantity * unitAmount;
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${quantity} × ${unitAmount} is too large to be exact.`);
  return { kind, id, name, quantity, unitAmount, amount, ...(price.interval && { interval: price.interval }) };
}

const sum = (lines: readonly QuoteLine[]): number => lines.reduce((total, line) => total + line.amount, 0);
