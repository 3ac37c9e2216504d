import type { IntervalKey } from '@tillkit/core/catalog/catalog';

type Interval = 'day' | 'week' | 'month' | 'year';

/** Stripe's `interval` and `interval_count` as one word: `month`, `3-month`. */
export function toIntervalKey({ interval, interval_count }: { interval: string; interval_count: number }): IntervalKey {
  return interval_count === 1 ? interval : `${interval_count}-${interval}`;
}

/** And back. */
export function fromIntervalKey(key: IntervalKey): { interval: Interval; interval_count: number } {
  const [count, interval] = key.includes('-') ? key.split('-') : ['1', key];
  return { interval: interval as Interval, interval_count: Number(count) };
}
