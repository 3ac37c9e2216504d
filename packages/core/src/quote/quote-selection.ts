import type { Catalog, Plan, Price } from '../catalog/catalog.ts';
import { addOnPrice, findPlan, findProduct, priceAt } from '../catalog/lookup.ts';
import type { CurrencyCode } from '../money/currency-code.ts';
import { isProductSelection } from '../selection/choose.ts';
import type { PlanSelection, ProductSelection, Selection } from '../selection/selection.ts';
import type { Quote, QuoteLine, QuoteOptions } from './quote.ts';

/**
 * Adds up a selection that `checkSelection` accepts; throws a `RangeError` for an unknown id, a price that is missing or
 * an amount too large to be exact.
 *
 * Flat and per-unit prices: `quantity × unit amount`, exact in minor units, nothing to round. During a trial the
 * recurring lines are due at its end, what is paid once is due today, as Stripe Checkout does it.
 */
export function quoteSelection(
  catalog: Catalog,
  selection: Selection,
  { trialAvailable = true }: QuoteOptions = {},
  rate = plainRate,
): Quote {
  const { currency } = selection;
  const alone = isProductSelection(selection);
  const plan = alone ? undefined : findPlan(catalog, selection.planId);
  const lines = (alone ? productItem(catalog, selection) : planItems(catalog, selection, plan)).map(
    ([kind, item, price, quantity]): QuoteLine => {
      const rated = rate(price, currency, quantity);
      if (!item || !Number.isSafeInteger(rated.amount)) throw new RangeError(`Not sold, too large: ${item?.id}`);
      const { id, name } = item;
      const { amounts, interval } = price!;
      return { kind, id, name, quantity, unitAmount: amounts[currency]!, ...rated, ...(interval && { interval }) };
    },
  );
  const recurring = lines.filter(({ interval }) => interval);
  const once = lines.filter(({ interval }) => !interval);
  const oneTime = sum(once);
  const amount = sum(recurring);
  const trial = trialAvailable && amount ? plan?.trial : undefined;
  const dueToday = oneTime + (trial ? 0 : amount);
  return {
    currency,
    lines: [...recurring, ...once],
    dueToday,
    oneTime,
    cardRequired: dueToday > 0 || !!trial?.cardRequired,
    estimate: catalog.tax === 'exclusive',
    ...(!alone && { recurring: { amount, interval: selection.interval } }),
    ...(trial && { trial }),
  };
}

/** How a quantity becomes an amount in minor units. */
export type Rate = (
  price: Price | undefined,
  currency: CurrencyCode,
  quantity: number,
) => Pick<QuoteLine, 'amount' | 'steps' | 'unitAmountDecimal'>;
const plainRate: Rate = (price, currency, quantity) => ({ amount: quantity * Number(price?.amounts[currency]) });

const sum = (lines: readonly QuoteLine[]): number => lines.reduce((total, { amount }) => total + amount, 0);

type Item = readonly [kind: QuoteLine['kind'], item: { id: string; name: string } | undefined, price: Price | undefined, quantity: number];

function productItem(catalog: Catalog, { productId, quantity }: ProductSelection): Item[] {
  const product = findProduct(catalog, productId);
  return [['product', product, product?.price, quantity]];
}

const planItems = ({ addOns }: Catalog, selection: PlanSelection, plan: Plan | undefined): Item[] => [
  ['plan', plan, plan && priceAt(plan.prices, selection.interval), selection.seats],
  ...addOns
    .filter(({ id }) => selection.addOns[id])
    .map((addOn): Item => ['add_on', addOn, addOnPrice(addOn, selection.interval), selection.addOns[addOn.id] ?? 0]),
];
