import type { Catalog, IntervalKey } from '../catalog/catalog.ts';
import { intervalParts } from '../catalog/interval.ts';
import { priceAt } from '../catalog/lookup.ts';
import type { CurrencyCode } from '../money/currency-code.ts';

/** How many times a year an interval comes round; 365 days and 52 weeks. */
function timesAYear(interval: IntervalKey): number {
  const [count, unit] = intervalParts(interval);
  return { day: 365, week: 52, month: 12, year: 1 }[unit] / count;
}

/** What `amount` every `interval` comes to in a year, minor units, rounded to whole ones. */
export const yearlyAmount = (amount: number, interval: IntervalKey): number => Math.round(amount * timesAYear(interval));

/**
 * What one saves in a year by paying at `interval` instead of the dearest one, minor units for so many seats; 0 when nothing.
 * Without a plan the largest saving over all plans; a plan with a price model has none that holds for any quantity.
 */
export function intervalSaving({ plans }: Catalog, currency: CurrencyCode, interval: IntervalKey, planId?: string, seats = 1): number {
  const savings = plans
    .filter(({ id, prices }) => (!planId || id === planId) && priceAt(prices, interval)?.amounts[currency] && !prices[0]?.model)
    .map(({ prices }) => {
      const yearly = (price: (typeof prices)[number]): number =>
        yearlyAmount((price.amounts[currency] ?? 0) * seats, price.interval ?? interval);
      const here = priceAt(prices, interval);
      return Math.max(...prices.map(yearly)) - (here ? yearly(here) : 0);
    });
  return Math.max(0, ...savings);
}
