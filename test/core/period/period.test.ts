import { afterIntervals, periodAt } from '@tillkit/core/period/period';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const seconds = (text: string): number => Date.parse(`${text}Z`) / 1000;
const text = (moment: number): string => new Date(moment * 1000).toISOString().slice(0, 16);

describe('periods', () => {
  it('keep the anchor’s day and come back to it after a short month', () => {
    const anchor = seconds('2027-01-31T09:30');
    expect([1, 2, 3, 13].map((count) => text(afterIntervals(anchor, 'month', count)))).toEqual([
      '2027-02-28T09:30',
      '2027-03-31T09:30',
      '2027-04-30T09:30',
      '2028-02-29T09:30',
    ]);
  });

  it('of a year begun on a leap day end on 28 February, and on the 29th in the next leap year', () => {
    const anchor = seconds('2024-02-29T00:00');
    expect([1, 4].map((count) => text(afterIntervals(anchor, 'year', count)))).toEqual(['2025-02-28T00:00', '2028-02-29T00:00']);
  });

  it('of several weeks count days', () => expect(text(afterIntervals(seconds('2027-03-01T12:00'), '2-week', 3))).toBe('2027-04-12T12:00'));

  /** Day by day on the calendar, without arithmetic on months. */
  function slowMonths(anchor: number, months: number): string {
    const start = new Date(anchor * 1000);
    let [year, month] = [start.getUTCFullYear(), start.getUTCMonth()];
    for (let passed = 0; passed < months; passed += 1) [year, month] = month === 11 ? [year + 1, 0] : [year, month + 1];
    let day = start.getUTCDate();
    while (new Date(Date.UTC(year, month, day)).getUTCMonth() !== month) day -= 1;
    return `${new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10)}${start.toISOString().slice(10, 16)}`;
  }

  it('agree with the calendar, from any moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_600_000_000, max: 2_200_000_000 }), fc.nat(120), (anchor, months) => {
        expect(text(afterIntervals(anchor, 'month', months))).toBe(slowMonths(anchor, months));
      }),
    );
  });

  it('hold the moment that one asks for, and follow each other without a gap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_600_000_000, max: 2_200_000_000 }),
        fc.constantFrom('day', 'week', 'month', 'year', '3-month', '2-week', '6-month'),
        fc.integer({ min: 0, max: 200_000_000 }),
        (anchor, interval, later) => {
          const { start, end } = periodAt(anchor, interval, anchor + later);
          expect(start <= anchor + later && anchor + later < end).toBe(true);
          expect(periodAt(anchor, interval, end).start).toBe(end);
        },
      ),
    );
  });
});
