/** Step 1, catalog: finding what is sold, and at what price. Small and quick: this reaches the browser. */
import type { CurrencyCode } from '../money/currency-code.ts';
import type { SelectionRefusal } from '../selection/selection.ts';
import type { AddOn, Catalog, IntervalKey, Plan, Price, Product } from './catalog.ts';

export const findPlan = (catalog: Catalog, id: string): Plan | undefined => catalog.plans.find((plan) => plan.id === id);
export const findAddOn = (catalog: Catalog, id: string): AddOn | undefined => catalog.addOns.find((addOn) => addOn.id === id);
export const findProduct = (catalog: Catalog, id: string): Product | undefined => catalog.products.find((product) => product.id === id);

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
export function addOnRefusal(addOn: AddOn, price: Price | undefined, planId: string, currency: CurrencyCode): SelectionRefusal | undefined {
  if (addOn.plans && !addOn.plans.includes(planId)) return 'add_on_not_on_plan';
  if (!price) return 'add_on_interval_not_offered';
  return Object.hasOwn(price.amounts, currency) ? undefined : 'currency_not_offered';
}
