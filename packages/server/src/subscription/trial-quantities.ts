/**
 * How much of a plan a trial gives: the catalog's `trial.maxQuantity`, or else what was chosen when it began.
 *
 * Promise: nobody uses for nothing what they did not begin with; whoever wants more pays from then on.
 */
import { findAddOn, findPlan } from '@tillkit/core/catalog/lookup';
import type { PlanSelection, Selection } from '@tillkit/core/selection/selection';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import type { Offer } from '../catalog/catalog-source.ts';
import { BillingError } from '../http/billing-error.ts';
import type { PurchaseNote } from '../stripe/metadata.ts';

type Quantities = Pick<PlanSelection, 'seats' | 'addOns'>;
type Current = Pick<Subscription, 'planId' | 'seats' | 'addOns'>;

/** What a purchase with a trial notes, so that it is known later. */
export function trialStartOf(selection: Selection): Pick<PurchaseNote, 'trialStart'> {
  if (!('planId' in selection)) return {};
  return { trialStart: { seats: selection.seats, addOns: selection.addOns } };
}

/** Refuses a purchase that would begin a trial of more than the catalog gives. */
export function refuseLargeTrial(selection: Selection, { catalog }: Offer): void {
  const most = 'planId' in selection ? findPlan(catalog, selection.planId)!.trial?.maxQuantity : undefined;
  if (most !== undefined) refuseMore(selection as PlanSelection, () => most);
}

/**
 * Refuses a change that would make a running trial larger than it may be. `current` is what the customer has now: it counts in its own
 * plan, and where nobody noted the start; what another plan's minimum forced up is not taken along.
 */
export function refuseLargerTrial(target: PlanSelection, current: Current, start: Quantities | undefined, { catalog }: Offer): void {
  const plan = findPlan(catalog, target.planId)!;
  const most = plan.trial?.maxQuantity;
  const counting = start === undefined || target.planId === current.planId ? [start, current] : [start];
  refuseMore(target, (addOnId) => {
    if (most !== undefined) return most;
    const had = counting.map((one) => (addOnId === undefined ? one?.seats : one?.addOns[addOnId]) ?? 0);
    // a plan or an add-on that is sold in no smaller quantity can still be chosen
    const least = addOnId === undefined ? plan.seats?.min : findAddOn(catalog, addOnId)!.quantity.min;
    return Math.max(...had, least ?? 1, 1);
  });
}

function refuseMore({ seats, addOns }: PlanSelection, mostOf: (addOnId?: string) => number): void {
  const tooMany = Object.entries(addOns).find(([id, quantity]) => quantity > mostOf(id))?.[0];
  if (seats > mostOf() || tooMany !== undefined)
    throw new BillingError('quantity_above_max', { detail: `A trial gives no more${tooMany === undefined ? '' : ` of "${tooMany}"`}.` });
}
