import type { IntervalKey } from './catalog.ts';

/** The parts of an interval key: `3-month` is `[3, 'month']`. */
export function intervalParts(key: IntervalKey): [count: number, unit: 'day' | 'week' | 'month' | 'year'] {
  const [unit = '', count = 1] = key.split('-').reverse();
  return [Number(count), unit as 'month'];
}
