/** Step 2, selection: every way to choose. Pure; a refusal leaves the old selection as it was. */
import type { Catalog, IntervalKey, Plan, Price, QuantityRule } from '../catalog/catalog.ts';
import { addOnPrice, addOnRefusal, findAddOn, findPlan, priceAt } from '../catalog/lookup.ts';
import type { CurrencyCode } from '../money/currency-code.ts';
import type { PlanSelection, ProductSelection, Selection, SelectionRefusal, SelectionResult } from './selection.ts';

type Refused = Extract<SelectionResult, { ok: false }>;
type Refusal = SelectionRefusal | undefined;

/** A refusal, with what it is about. */
export const refuse = (code: SelectionRefusal, subject?: string): Refused => (subject ? { ok: false, code, subject } : { ok: false, code });

export const isProductSelection = (selection: Selection): selection is ProductSelection => 'productId' in selection;

/** Why a quantity cannot be bought, if so. What is bought is at least one. */
export function quantityRefusal({ min, max, step }: QuantityRule, quantity: number): Refusal {
  if (!Number.isSafeInteger(quantity)) return 'quantity_not_whole';
  if (quantity < (min || 1)) return 'quantity_below_min';
  if (quantity > max) return 'quantity_above_max';
  return (quantity - min) % step ? 'quantity_off_step' : undefined;
}

/** The allowed quantity next to what was wished; the lower one when two are equally near. */
export function nearestQuantity({ min, max, step }: QuantityRule, wished: number): number {
  if (!(wished > min)) return min;
  return min + Math.min(Math.ceil((wished - min) / step - 0.5), Math.floor((max - min) / step)) * step;
}

/** What is chosen before the buyer touches anything: the recommended plan, and add-ons with a default quantity. */
export function defaultSelection(
  catalog: Catalog,
  wish: {
    readonly planId?: string | undefined;
    readonly interval?: IntervalKey | undefined;
    readonly currency?: CurrencyCode | undefined;
  } = {},
): SelectionResult {
  const sold = catalog.plans.filter(({ prices }) => prices[0]);
  const plan = sold.find(({ id }) => id === wish.planId) ?? sold.find(({ highlight }) => highlight) ?? sold[0];
  if (!plan) return refuse('unknown_plan', wish.planId);
  const interval = intervalFor(catalog, plan, wish.interval ?? catalog.defaultInterval);
  const price = priceAt(plan.prices, interval);
  const currency = wish.currency && !priceRefusal(price, wish.currency) ? wish.currency : catalog.defaultCurrency;
  const addOns = Object.fromEntries(catalog.addOns.map(({ id, quantity }) => [id, quantity.default]));
  const settled = settle(catalog, { planId: plan.id, interval, currency, seats: plan.seats?.default ?? 1, addOns });
  return settled.ok ? { ...settled, dropped: [] } : settled;
}

/** Another plan. Keeps the interval where the new plan has it, and the add-ons that it offers. */
export function selectPlan(catalog: Catalog, selection: PlanSelection, planId: string): SelectionResult {
  const plan = findPlan(catalog, planId);
  const seats = plan?.seats ? nearestQuantity(plan.seats, selection.seats) : 1;
  return settle(catalog, { ...selection, planId, seats, interval: intervalFor(catalog, plan, selection.interval) });
}

/** Another billing interval of the same plan. */
export const selectInterval = (catalog: Catalog, selection: PlanSelection, interval: IntervalKey): SelectionResult =>
  settle(catalog, { ...selection, interval });

/** Another currency for everything. */
export const selectCurrency = (catalog: Catalog, selection: PlanSelection, currency: CurrencyCode): SelectionResult =>
  settle(catalog, { ...selection, currency });

/** How many seats of the plan. */
export const setSeats = (catalog: Catalog, selection: PlanSelection, seats: number): SelectionResult =>
  settle(catalog, { ...selection, seats });

/** How many of an add-on; 0 takes it out. */
export function setAddOn(catalog: Catalog, selection: PlanSelection, addOnId: string, quantity: number): SelectionResult {
  const { [addOnId]: _, ...others } = selection.addOns;
  return checkPlanSelection(catalog, { ...selection, addOns: quantity === 0 ? others : { ...others, [addOnId]: quantity } });
}

/** Whether the catalog sells exactly this plan with these add-ons. */
export const checkPlanSelection = (catalog: Catalog, selection: PlanSelection): SelectionResult => settle(catalog, selection, true);

/** Checks everything; add-ons that are not offered are taken out and named, or refused where the check is `strict`. */
function settle(catalog: Catalog, selection: PlanSelection, strict?: boolean): SelectionResult {
  const { planId, interval, currency, seats } = selection;
  const plan = findPlan(catalog, planId);
  const code = plan ? planRefusal(plan, interval, currency, seats) : 'unknown_plan';
  if (code) return refuse(code, planId);
  const kept: [string, number][] = [];
  const dropped: string[] = [];
  for (const [id, quantity] of Object.entries(selection.addOns)) {
    const addOn = findAddOn(catalog, id);
    const price = addOn && addOnPrice(addOn, interval);
    const refusal = addOn ? (addOnRefusal(addOn, price, planId, currency) ?? quantityRefusal(addOn.quantity, quantity)) : 'unknown_add_on';
    if (refusal && strict) return refuse(refusal, id);
    if (refusal) dropped.push(id);
    else kept.push([id, quantity]);
  }
  return { ok: true, selection: { ...selection, addOns: Object.fromEntries(kept) }, dropped };
}

function planRefusal({ kind, prices, seats: rule }: Plan, interval: IntervalKey, currency: CurrencyCode, seats: number): Refusal {
  if (kind === 'contact') return 'plan_not_sold_here';
  return (
    priceRefusal(priceAt(prices, interval), currency) ??
    (rule ? quantityRefusal(rule, seats) : seats === 1 ? undefined : 'seats_not_offered')
  );
}

/** Why a price cannot be paid in a currency, if so. */
export const priceRefusal = (price: Price | undefined, currency: CurrencyCode): Refusal =>
  price ? (Object.hasOwn(price.amounts, currency) ? undefined : 'currency_not_offered') : 'interval_not_offered';

/** The wished interval where the plan has it, else the first of the catalog's that it has. */
export const intervalFor = (catalog: Catalog, plan: Plan | undefined, wished: IntervalKey): IntervalKey =>
  [wished, ...catalog.intervals].find((interval) => plan && priceAt(plan.prices, interval)) ?? wished;
