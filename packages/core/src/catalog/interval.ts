import type { IntervalKey } from './catalog.ts';

/** The parts of an interval key: `3-month` is `[3, 'month']`. */
export function intervalParts(key: IntervalKey): [count: number, unit: 'day' | 'week' | 'month' | 'year'] {
  const [first, unit] = key.split('-');
  return unit ? [Number(first), unit as 'month'] : [1, first as 'month'];
}
