/**
 * Step subscription: billing periods.
 *
 * Promise: the n-th period is counted from the anchor, so a month end is clamped and comes back (31 Jan → 28 Feb → 31 Mar), in UTC,
 * at the anchor's time of day (stripe.com/docs/billing/subscriptions/billing-cycle).
 */
import type { Interval } from '../objects/catalog.ts';
import type { Period } from '../objects/invoice.ts';

export interface Cadence {
  readonly interval: Interval;
  readonly interval_count: number;
}

const daySeconds = 86_400;
const fixedDays: Readonly<Record<'day' | 'week', number>> = { day: 1, week: 7 };

function addMonths(anchor: number, months: number): number {
  const from = new Date(anchor * 1000);
  const monthIndex = from.getUTCFullYear() * 12 + from.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(0, 0, 1));
  lastDay.setUTCFullYear(Math.floor(monthIndex / 12), (monthIndex % 12) + 1, 0);
  const day = Math.min(from.getUTCDate(), lastDay.getUTCDate());
  return lastDay.setUTCDate(day) / 1000 + (anchor - Math.floor(anchor / daySeconds) * daySeconds);
}

/** The anchor moved by `n` intervals; unix seconds. */
export function addIntervals(anchor: number, { interval, interval_count }: Cadence, n: number): number {
  if (interval === 'day' || interval === 'week') return anchor + n * interval_count * fixedDays[interval] * daySeconds;
  return addMonths(anchor, n * interval_count * (interval === 'year' ? 12 : 1));
}

/** Shortest possible length in seconds, for a first guess of n. */
function longestSeconds({ interval, interval_count }: Cadence): number {
  const days = { day: 1, week: 7, month: 31, year: 366 }[interval];
  return days * interval_count * daySeconds;
}

/** The period that contains `at` (start inclusive, end exclusive); before the anchor n is negative. */
export function periodContaining(anchor: number, cadence: Cadence, at: number): Period {
  let n = Math.floor((at - anchor) / longestSeconds(cadence)) - (at < anchor ? 1 : 0);
  while (addIntervals(anchor, cadence, n) > at) n -= 1;
  while (addIntervals(anchor, cadence, n + 1) <= at) n += 1;
  return { start: addIntervals(anchor, cadence, n), end: addIntervals(anchor, cadence, n + 1) };
}
