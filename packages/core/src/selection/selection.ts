/**
 * Step 2, selection: what the buyer chose.
 *
 * Promise: every function returns a selection that the catalog sells, or the reason why it does not; a refused wish
 * leaves the old selection untouched. The server checks what a page sends with the same functions.
 */
import type { IntervalKey } from '../catalog/catalog.ts';
import type { CurrencyCode } from '../money/currency-code.ts';

/** A plan with its interval, seats and add-ons, in one currency. Only ids and quantities, never an amount. */
export interface PlanSelection {
  readonly planId: string;
  readonly interval: IntervalKey;
  readonly currency: CurrencyCode;
  /** Quantity of the plan's own price; 1 for a plan without seats. */
  readonly seats: number;
  /** Quantity by add-on id; an add-on that is absent is not bought. Never 0. */
  readonly addOns: Readonly<Record<string, number>>;
}

/** One-time products sold alone. */
export interface ProductSelection {
  readonly productId: string;
  readonly quantity: number;
  readonly currency: CurrencyCode;
}

/** What the buyer chose. A `ProductSelection` has no plan. */
export type Selection = PlanSelection | ProductSelection;

/** Why a wish cannot be met. The widgets word it, the server sends it as `code`. */
export type SelectionRefusal =
  | 'unknown_plan'
  | 'unknown_add_on'
  | 'unknown_product'
  | 'interval_not_offered'
  | 'currency_not_offered'
  | 'quantity_below_min'
  | 'quantity_above_max'
  | 'quantity_off_step'
  | 'quantity_not_whole'
  | 'seats_not_offered'
  | 'add_on_not_on_plan'
  | 'add_on_interval_not_offered'
  | 'add_on_requires_another'
  | 'add_on_excludes_another'
  | 'add_on_group_full'
  | 'plan_not_sold_here'
  | 'too_many_items';

export type SelectionResult<S extends Selection = PlanSelection> =
  | {
      readonly ok: true;
      readonly selection: S;
      /** Add-ons that had to go because the new plan, interval or currency does not offer them. */
      readonly dropped: readonly string[];
    }
  | { readonly ok: false; readonly code: SelectionRefusal; /** The plan, add-on or product it is about. */ readonly subject?: string };
