/**
 * Step 2, selection: add-ons that depend on each other: groups, what needs what, what cannot stand beside what, how many.
 *
 * Promise: the same check on the page and on the server. A page loads it only for a catalog that has such rules.
 */
import type { AddOn, Catalog, IntervalKey, QuantityRule } from '../catalog/catalog.ts';
import { addOnPrice, addOnRefusal, findAddOn } from '../catalog/lookup.ts';
import type { PlanSelection, SelectionResult } from './selection.ts';

/** Stripe's limit on recurring, and on one-time, items of one checkout session. */
const maxItems = 20;

const isOnce = (addOn: AddOn | undefined, interval: IntervalKey): boolean => !(addOn && addOnPrice(addOn, interval)?.interval);

/** The first rule that the add-ons break, with the add-on it is about; the selection itself is otherwise not checked. */
export function checkAddOnRules(catalog: Catalog, selection: PlanSelection, dropped: readonly string[] = []): SelectionResult {
  const chosen = Object.keys(selection.addOns);
  const oneTime = chosen.filter((id) => isOnce(findAddOn(catalog, id), selection.interval)).length;
  if (Math.max(chosen.length - oneTime + 1, oneTime) > maxItems) return { ok: false, code: 'too_many_items' };
  for (const id of chosen) {
    const { requires = [], excludes = [], group } = findAddOn(catalog, id) ?? {};
    if (requires.some((other) => !chosen.includes(other))) return { ok: false, code: 'add_on_requires_another', subject: id };
    if (excludes.some((other) => chosen.includes(other))) return { ok: false, code: 'add_on_excludes_another', subject: id };
    const { max = Number.POSITIVE_INFINITY } = catalog.addOnGroups?.find((other) => other.id === group) ?? {};
    if (chosen.filter((other) => findAddOn(catalog, other)?.group === group).length > max)
      return { ok: false, code: 'add_on_group_full', subject: id };
  }
  return { ok: true, selection, dropped };
}

/**
 * Makes a wish fit the rules as a buyer expects it: what a newly chosen add-on needs comes along, what cannot stand
 * beside it goes, and in a full group an earlier one makes room; what needs something that the plan does not offer goes too. What is taken out is named in `dropped`.
 */
export function followAddOnRules(catalog: Catalog, before: PlanSelection | undefined, wished: PlanSelection): SelectionResult {
  const fresh = Object.keys(wished.addOns).filter((id) => !before?.addOns[id]);
  const needed: string[] = [];
  for (const id of fresh) needed.push(...requiredBy(catalog, id));
  const kept: string[] = [];
  for (const id of new Set([...fresh, ...needed, ...Object.keys(wished.addOns)]))
    if (fits(catalog, id, kept) && isOffered(catalog, id, wished)) kept.push(id);
  for (let lost = lacking(catalog, kept); lost !== -1; lost = lacking(catalog, kept)) kept.splice(lost, 1);
  const quantityOf = (id: string): number => wished.addOns[id] ?? smallest(findAddOn(catalog, id)?.quantity);
  const addOns = Object.fromEntries(kept.map((id) => [id, quantityOf(id)]));
  return { ok: true, selection: { ...wished, addOns }, dropped: Object.keys(wished.addOns).filter((id) => !kept.includes(id)) };
}

/** The smallest quantity that can be bought. */
const smallest = (rule: QuantityRule | undefined): number => rule?.min || rule?.step || 1;

/** All add-ons that one needs, also those that these need. */
function requiredBy(catalog: Catalog, id: string, found = new Set<string>()): ReadonlySet<string> {
  for (const other of findAddOn(catalog, id)?.requires ?? []) {
    if (found.has(other)) continue;
    found.add(other);
    requiredBy(catalog, other, found);
  }
  return found;
}

/** Whether an add-on can be bought beside the plan, at its interval and in its currency. */
function isOffered(catalog: Catalog, id: string, { planId, interval, currency }: PlanSelection): boolean {
  const addOn = findAddOn(catalog, id);
  return addOn !== undefined && addOnRefusal(addOn, addOnPrice(addOn, interval), planId, currency) === undefined;
}

/** Whether an add-on can stand beside those that are kept. */
function fits(catalog: Catalog, id: string, kept: readonly string[]): boolean {
  const { excludes = [], group } = findAddOn(catalog, id) ?? {};
  const { max = Number.POSITIVE_INFINITY } = catalog.addOnGroups?.find((other) => other.id === group) ?? {};
  return (
    !kept.some((other) => excludes.includes(other) || findAddOn(catalog, other)?.excludes?.includes(id)) &&
    kept.filter((other) => group !== undefined && findAddOn(catalog, other)?.group === group).length < max
  );
}

/** Place of an add-on that stands without one that it needs; -1 when none does. */
const lacking = (catalog: Catalog, kept: readonly string[]): number =>
  kept.findIndex((id) => findAddOn(catalog, id)?.requires?.some((other) => !kept.includes(other)));
