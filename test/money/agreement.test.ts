import { describe, expect, it } from 'vitest';
import { compareChanges, comparePurchases } from './compare.ts';
import { runPlanted } from './planted.ts';

describe('our engine and the sandbox', () => {
  it('agree on random purchases to the minor unit', async () => {
    expect(await comparePurchases(1, 1500)).toEqual({ compared: 1500, differing: 0, differences: [] });
  });

  it('agree on random changes in the middle of a period', async () => {
    expect(await compareChanges(1, 500)).toEqual({ compared: 500, differing: 0, differences: [] });
  });
});

const core = 'packages/core/src/';
const sandbox = 'packages/sandbox/src/';

describe('a planted error of one', () => {
  it.each([
    ['tiers of ours end a unit early', `${core}pricing/price-rate.ts`, 'quantity <= upTo', 'quantity < upTo'],
    ['halves of ours are rounded down', `${core}money/exact.ts`, 'rest * 2 >= whole', 'rest * 2 > whole'],
    [
      'packages of ours are rounded down',
      `${core}pricing/price-rate.ts`,
      "rest && round === 'up' ? 1 : 0",
      "rest && round === 'up' ? 0 : 0",
    ],
    ['a second of ours is missing', `${core}proration/prorate-change.ts`, 'Math.max(end - at, 0)', 'Math.max(end - at - 1, 0)'],
    ['tiers of the sandbox end a unit late', `${sandbox}money/price-amount.ts`, 'quantity <= up_to', 'quantity <= up_to + 1'],
    ['the sandbox rounds up', `${sandbox}money/rational.ts`, '(2n * magnitude + denominator)', '(2n * magnitude + denominator + 1n)'],
    ['the sandbox loses the odd cent of a coupon', `${sandbox}money/discounts.ts`, 'missing === 0', 'missing <= 1'],
    ['a second of the sandbox is missing', `${sandbox}money/proration.ts`, 'Math.max(end - at, 0)', 'Math.max(end - at - 1, 0)'],
  ])('is found in the first 1,000 cases: %s', async (_, file, before, after) => {
    const { purchases, changes } = await runPlanted({ file, before, after }, 1000);
    expect(purchases + changes).toBeGreaterThan(0);
  });

  it('is not seen where nothing is planted', async () => {
    expect(await runPlanted({ file: `${core}money/exact.ts`, before: 'rest * 2', after: 'rest * 2' }, 100)).toEqual({
      purchases: 0,
      changes: 0,
    });
  });
});
