/** Step 1, catalog: finding what is sold, and at what price. Small and quick: this reaches the browser. */
import type { CurrencyCode } from '../money/currency-code.ts';
import type { SelectionRefusal } from '../selection/selection.ts';
import type { AddOn, Catalog, IntervalKey, Plan, Price, Product } from './catalog.ts';

interface Index {
  readonly plans: ReadonlyMap<string, Plan>;
  readonly addOns: ReadonlyMap<string, AddOn>;
  readonly products: ReadonlyMap<string, Product>;
}

const indexes = new WeakMap<Catalog, Index>();
const byId = <Item extends { id: string }>(items: readonly Item[]): Map<string, Item> => new Map(items.map((item) => [item.id, item]));

/** Catalogs are immutable, so that one index each is enough. */
function indexOf(catalog: Catalog): Index {
  let index = indexes.get(catalog);
  if (!index) {
    index = { plans: byId(catalog.plans), addOns: byId(catalog.addOns), products: byId(catalog.products) };
    indexes.set(catalog, index);
  }
  return index;
}

export const findPlan = (catalog: Catalog, id: string): Plan | undefined => indexOf(catalog).plans.get(id);
export const findAddOn = (catalog: Catalog, id: string): AddOn | undefined => indexOf(catalog).addOns.get(id);
export const findProduct = (catalog: Catalog, id: string): Product | undefined => indexOf(catalog).products.get(id);

/** The price of a billing interval. */
export const priceAt = (prices: readonly Price[], interval: IntervalKey): Price | undefined =>
  prices.find((price) => price.interval === interval);

/** The recurring price of a plan at an interval. */
export function planPrice(catalog: Catalog, planId: string, interval: IntervalKey): Price | undefined {
  const plan = findPlan(catalog, planId);
  return plan && priceAt(plan.prices, interval);
}

/** Whether an add-on is paid once instead of every interval. */
export const isOneTime = (addOn: AddOn): boolean => addOn.prices.every((price) => !price.interval);

/** What an add-on costs beside a plan at `interval`: its recurring price, else the one paid once. */
export const addOnPrice = (addOn: AddOn, interval: IntervalKey): Price | undefined =>
  priceAt(addOn.prices, interval) ?? addOn.prices.find((price) => !price.interval);

/** An add-on beside a plan; `unavailable` says why it cannot be bought there. */
export interface AddOnChoice {
  readonly addOn: AddOn;
  readonly price?: Price;
  readonly unavailable?: SelectionRefusal;
}

/** Every add-on of the catalog, in its order, as it stands beside a plan, interval and currency. */
export function addOnChoices(
  catalog: Catalog,
  at: { readonly planId: string; readonly interval: IntervalKey; readonly currency: CurrencyCode },
): readonly AddOnChoice[] {
  return catalog.addOns.map((addOn) => {
    const price = addOnPrice(addOn, at.interval);
    const unavailable = addOnRefusal(addOn, price, at.planId, at.currency);
    return { addOn, ...(price && { price }), ...(unavailable && { unavailable }) };
  });
}

/** Why an add-on cannot be bought beside a plan, if so. */
export function addOnRefusal(
  addOn: AddOn,
  price: Price | undefined,
  planId: string,
  currency: CurrencyCode,
): SelectionRefusal | undefined {
  if (addOn.plans && !addOn.plans.includes(planId)) return 'add_on_not_on_plan';
  if (!price) return 'add_on_interval_not_offered';
  return price.amounts[currency] === undefined ? 'currency_not_offered' : undefined;
}
