import type { Catalog, IntervalKey, Plan } from '../catalog/catalog.ts';
import { priceAt } from '../catalog/lookup.ts';
import type { CurrencyCode } from '../money/currency-code.ts';

/** How many times a year an interval comes round; days and weeks counted as 365 and 52. */
function timesAYear(interval: IntervalKey): number {
  const [first, unit = first] = interval.split('-') as [string, string?];
  const count = unit === first ? 1 : Number(first);
  return { day: 365, week: 52, month: 12, year: 1 }[unit as 'day' | 'week' | 'month' | 'year'] / count;
}

/** What `amount` every `interval` comes to in a year, minor units, rounded to whole ones. */
export const yearlyAmount = (amount: number, interval: IntervalKey): number => Math.round(amount * timesAYear(interval));

function savingOf(plan: Plan, currency: CurrencyCode, interval: IntervalKey): number {
  const shortest = plan.prices.reduce<string | undefined>(
    (found, price) => (price.interval && (!found || timesAYear(price.interval) > timesAYear(found)) ? price.interval : found),
    undefined,
  );
  const here = priceAt(plan.prices, interval)?.amounts[currency];
  const there = shortest === undefined ? undefined : priceAt(plan.prices, shortest)?.amounts[currency];
  if (here === undefined || !shortest || there === undefined) return 0;
  return Math.max(0, yearlyAmount(there, shortest) - yearlyAmount(here, interval));
}

/**
 * What one saves in a year by paying at `interval` instead of the plan's shortest one, minor units for one unit; 0 when
 * nothing. Without a plan the largest saving over all plans.
 */
export function intervalSaving(catalog: Catalog, currency: CurrencyCode, interval: IntervalKey, planId?: string): number {
  const plans = planId ? catalog.plans.filter(({ id }) => id === planId) : catalog.plans;
  return plans.reduce((largest, plan) => Math.max(largest, savingOf(plan, currency, interval)), 0);
}
