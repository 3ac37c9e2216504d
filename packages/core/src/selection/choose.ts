/** Step 2, selection: every way to choose. Pure; a refusal leaves the old selection as it was. */
import type { AddOn, Catalog, IntervalKey, Plan, QuantityRule } from '../catalog/catalog.ts';
import { addOnChoices, addOnPrice, addOnRefusal, findAddOn, findPlan, findProduct, isOneTime, priceAt } from '../catalog/lookup.ts';
import type { CurrencyCode } from '../money/currency-code.ts';
import type { PlanSelection, ProductSelection, Selection, SelectionRefusal, SelectionResult } from './selection.ts';

/** Stripe's limit on recurring, and on one-time, items of one checkout session. */
const maxItems = 20;

const refuse = (code: SelectionRefusal, subject?: string): { ok: false; code: SelectionRefusal; subject?: string } => ({
  ok: false,
  code,
  ...(subject === undefined ? {} : { subject }),
});

export const isProductSelection = (selection: Selection): selection is ProductSelection => 'productId' in selection;

/** Why a quantity is not allowed, if so. */
function quantityRefusal(rule: QuantityRule, quantity: number): SelectionRefusal | undefined {
  if (!Number.isSafeInteger(quantity)) return 'quantity_not_whole';
  if (quantity < rule.min) return 'quantity_below_min';
  if (quantity > rule.max) return 'quantity_above_max';
  return (quantity - rule.min) % rule.step ? 'quantity_off_step' : undefined;
}

/** The allowed quantity next to what was wished; the lower one when two are equally near. */
export function nearestQuantity(rule: QuantityRule, wished: number): number {
  const { min, max, step } = rule;
  if (!(wished > min)) return min;
  const steps = Math.floor((Math.min(wished, max) - min) / step);
  const below = min + steps * step;
  return below + step <= max && wished - below > step / 2 ? below + step : below;
}

/** What is chosen before the buyer touches anything: the recommended plan, and add-ons with a default quantity. */
export function defaultSelection(
  catalog: Catalog,
  wish: { readonly planId?: string; readonly interval?: IntervalKey; readonly currency?: CurrencyCode } = {},
): SelectionResult {
  const sold = catalog.plans.filter((plan) => plan.kind !== 'contact' && plan.prices.length > 0);
  const wished = wish.planId === undefined ? undefined : findPlan(catalog, wish.planId);
  const plan = wished?.prices.length ? wished : (sold.find((candidate) => candidate.highlight) ?? sold[0]);
  if (!plan) return refuse('unknown_plan', wish.planId);
  const currency = wish.currency && catalog.currencies.includes(wish.currency) ? wish.currency : catalog.defaultCurrency;
  const interval = intervalFor(catalog, plan, wish.interval ?? catalog.defaultInterval);
  const start: PlanSelection = { planId: plan.id, interval, currency, seats: plan.seats?.default ?? 1, addOns: {} };
  const addOns: Record<string, number> = {};
  for (const { addOn, unavailable } of addOnChoices(catalog, start)) {
    if (!unavailable && addOn.quantity.default > 0) addOns[addOn.id] = addOn.quantity.default;
  }
  return settle(catalog, { ...start, addOns });
}

/** Another plan. Keeps the interval where the new plan has it, and the add-ons that it offers. */
export function selectPlan(catalog: Catalog, selection: PlanSelection, planId: string): SelectionResult {
  const plan = findPlan(catalog, planId);
  if (!plan) return refuse('unknown_plan', planId);
  const seats = plan.seats ? nearestQuantity(plan.seats, selection.seats) : 1;
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
  const checked = checkSelection(catalog, { ...selection, addOns: quantity === 0 ? others : { ...others, [addOnId]: quantity } });
  return checked as SelectionResult;
}

/** A product sold alone. */
export function selectProduct(
  catalog: Catalog,
  productId: string,
  quantity?: number,
  currency: CurrencyCode = catalog.defaultCurrency,
): SelectionResult<ProductSelection> {
  const wanted = quantity ?? Math.max(findProduct(catalog, productId)?.quantity.default ?? 1, 1);
  return checkSelection(catalog, { productId, quantity: wanted, currency }) as SelectionResult<ProductSelection>;
}

/** The whole check, as the server does it: whether the catalog sells exactly this. */
export function checkSelection(catalog: Catalog, selection: Selection): SelectionResult<Selection> {
  if (isProductSelection(selection)) return checkProduct(catalog, selection);
  const plan = findPlan(catalog, selection.planId);
  if (!plan) return refuse('unknown_plan', selection.planId);
  const planRefusal = refusePlan(plan, selection);
  if (planRefusal) return refuse(planRefusal, plan.id);
  let recurring = 1;
  let oneTime = 0;
  for (const [id, quantity] of Object.entries(selection.addOns)) {
    const addOn = findAddOn(catalog, id);
    if (!addOn) return refuse('unknown_add_on', id);
    const refusal = refuseAddOn(addOn, selection, quantity);
    if (refusal) return refuse(refusal, id);
    if (isOneTime(addOn)) oneTime += 1;
    else recurring += 1;
  }
  return recurring > maxItems || oneTime > maxItems ? refuse('too_many_items') : { ok: true, selection, dropped: [] };
}

function checkProduct(catalog: Catalog, selection: ProductSelection): SelectionResult<Selection> {
  const product = findProduct(catalog, selection.productId);
  if (!product) return refuse('unknown_product', selection.productId);
  if (product.price.amounts[selection.currency] === undefined) return refuse('currency_not_offered', product.id);
  const refusal = selection.quantity < 1 ? 'quantity_below_min' : quantityRefusal(product.quantity, selection.quantity);
  return refusal ? refuse(refusal, product.id) : { ok: true, selection, dropped: [] };
}

function refusePlan(plan: Plan, { interval, currency, seats }: PlanSelection): SelectionRefusal | undefined {
  if (plan.kind === 'contact') return 'plan_not_sold_here';
  const price = priceAt(plan.prices, interval);
  if (!price) return 'interval_not_offered';
  if (price.amounts[currency] === undefined) return 'currency_not_offered';
  if (!plan.seats) return seats === 1 ? undefined : 'seats_not_offered';
  return seats < 1 ? 'quantity_below_min' : quantityRefusal(plan.seats, seats);
}

function refuseAddOn(addOn: AddOn, { planId, interval, currency }: PlanSelection, quantity: number): SelectionRefusal | undefined {
  const unavailable = addOnRefusal(addOn, addOnPrice(addOn, interval), planId, currency);
  if (unavailable) return unavailable;
  return quantity < 1 ? 'quantity_below_min' : quantityRefusal(addOn.quantity, quantity);
}

/** Takes out the add-ons that the new plan, interval or currency does not offer, then checks the rest. */
function settle(catalog: Catalog, selection: PlanSelection): SelectionResult {
  const dropped: string[] = [];
  const addOns: Record<string, number> = {};
  for (const [id, quantity] of Object.entries(selection.addOns)) {
    const addOn = findAddOn(catalog, id);
    if (addOn && !refuseAddOn(addOn, selection, quantity)) addOns[id] = quantity;
    else dropped.push(id);
  }
  const checked = checkSelection(catalog, { ...selection, addOns }) as SelectionResult;
  return checked.ok ? { ...checked, dropped } : checked;
}

/** The wished interval where the plan has it, else the first of the catalog's that it has. */
function intervalFor(catalog: Catalog, plan: Plan, wished: IntervalKey): IntervalKey {
  if (priceAt(plan.prices, wished)) return wished;
  return catalog.intervals.find((interval) => priceAt(plan.prices, interval)) ?? wished;
}
