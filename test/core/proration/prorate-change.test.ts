import type { Price } from '@tillkit/core/catalog/catalog';
import { type Change, prorateChange, type ProratedItem } from '@tillkit/core/proration/prorate-change';
import { describe, expect, it } from 'vitest';

const day = 86_400;
const january = { start: 0, end: 31 * day };
const price = (amount: number, id = `p${amount}`): Price => ({ id, interval: 'month', amounts: { usd: amount } });
const item = (amount: number, more: Partial<ProratedItem> = {}): ProratedItem => ({
  itemId: 'si_1',
  id: 'team',
  price: price(amount),
  quantity: 1,
  ...more,
});
const amounts = (change: Partial<Change>): number[] =>
  prorateChange({ currency: 'usd', before: [], after: [], period: january, at: 0, billingMode: 'flexible', ...change }).lines.map(
    ({ amount }) => amount,
  );

describe('a change in the middle of a period', () => {
  it.each([
    ['at half: −500 and 1000', 15.5 * day, 1000, 2000, [-500, 1000]],
    ['on day 10 and 3661 seconds: −676 and 1352', 10 * day + 3661, 1000, 2000, [-676, 1352]],
    ['on day 7: −2245 and 7665', 7 * day, 2900, 9900, [-2245, 7665]],
  ])('%s', (_, at, before, after, expected) => expect(amounts({ at, before: [item(before)], after: [item(after)] })).toEqual(expected));

  it('says nothing about items that stay', () => {
    expect(amounts({ at: day, before: [item(1000)], after: [item(1000), item(500, { itemId: 'si_2' })] })).toEqual([484]);
  });

  it('credits what was debited in flexible mode, and the old price in classic', () => {
    const debited = { amount: 800, start: 0, end: january.end };
    const change = { at: 15.5 * day, before: [item(1000, { debited })], after: [item(2000)] };
    expect(amounts(change)).toEqual([-400, 1000]);
    expect(amounts({ ...change, billingMode: 'classic' })).toEqual([-500, 1000]);
  });

  it('credits all and starts a new period where the interval changes', () => {
    const at = 15.5 * day;
    expect(amounts({ at, newPeriod: { start: at, end: at + 365 * day }, before: [item(1000)], after: [item(10_000)] })).toEqual([
      -500, 10_000,
    ]);
  });

  it('prorates tiers by the whole quantity', () => {
    const tiered: Price = {
      id: 't',
      interval: 'month',
      amounts: { usd: 500 },
      model: {
        tiersMode: 'graduated',
        tiers: {
          usd: [
            { upTo: 5, unitAmount: '500' },
            { upTo: null, unitAmount: '400' },
          ],
        },
      },
    };
    expect(
      amounts({ at: 15.5 * day, before: [item(0, { price: tiered, quantity: 4 })], after: [item(0, { price: tiered, quantity: 8 })] }),
    ).toEqual([-1000, 1850]);
  });

  it('contains percentages off already', () => {
    const discounts = [{ id: 'c', name: '', percentOff: '10', duration: 'forever' as const }];
    expect(amounts({ at: 15.5 * day, before: [], after: [item(2000)], discounts })).toEqual([900]);
  });

  it('explains each line with the seconds that remain', () => {
    const { lines } = prorateChange({
      currency: 'usd',
      before: [item(1000)],
      after: [],
      period: january,
      at: 10 * day,
      billingMode: 'flexible',
    });
    expect(lines[0]).toMatchObject({ kind: 'credit', amount: -677, steps: [{ kind: 'share', remaining: 21 * day, period: 31 * day }] });
  });

  it('comes to credit when it is cheaper', () => {
    const { total } = prorateChange({
      currency: 'usd',
      before: [item(2000)],
      after: [item(1000)],
      period: january,
      at: 15.5 * day,
      billingMode: 'flexible',
    });
    expect(total).toMatchObject({ total: -500, amountDue: 0 });
  });
});
