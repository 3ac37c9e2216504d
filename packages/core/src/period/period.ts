/**
 * Step 6, subscription: when billing periods begin and end.
 *
 * Promise: every period is counted from the anchor, never from the period before, so the 31st comes back after a short
 * month; UTC, the time of day kept (Stripe's page "Billing cycle").
 */
import type { IntervalKey } from '../catalog/catalog.ts';
import { intervalParts } from '../catalog/interval.ts';

/** From `start` to before `end`, Unix seconds. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

const daySeconds = 86_400;

/** The moment `count` intervals after the anchor (before it when negative), Unix seconds; a missing day becomes the month's last. */
export function afterIntervals(anchor: number, interval: IntervalKey, count: number): number {
  const [size, unit] = intervalParts(interval);
  if (unit === 'day' || unit === 'week') return anchor + count * size * (unit === 'week' ? 7 : 1) * daySeconds;
  const date = new Date(anchor * 1000);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth() + count * size * (unit === 'year' ? 12 : 1);
  const year = Math.floor(month / 12);
  const lastDay = new Date(Date.UTC(year, (month % 12) + 1, 0)).getUTCDate();
  const midnight = Date.UTC(year, month % 12, Math.min(date.getUTCDate(), lastDay)) / 1000;
  return midnight + (((anchor % daySeconds) + daySeconds) % daySeconds);
}

/** The period that holds a moment, of a subscription anchored at `anchor`; all Unix seconds. */
export function periodAt(anchor: number, interval: IntervalKey, moment: number): Period {
  const length = afterIntervals(anchor, interval, 1) - anchor;
  let count = Math.floor((moment - anchor) / length);
  while (afterIntervals(anchor, interval, count) > moment) count -= 1;
  while (afterIntervals(anchor, interval, count + 1) <= moment) count += 1;
  return { start: afterIntervals(anchor, interval, count), end: afterIntervals(anchor, interval, count + 1) };
}
