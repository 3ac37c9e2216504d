/** How much a trial gives: what the catalog says, or else no more than it began with. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import { createCatalogSource, type Offer } from '@tillkit/server/catalog/catalog-source';
import { readPrices } from '@tillkit/server/stripe/price-facts';
import { refuseLargerTrial, refuseLargeTrial, trialStartOf } from '@tillkit/server/subscription/trial-quantities';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const trial = { days: 14, cardRequired: false, end: 'cancel' };
const seats = { min: 1, max: 50 };
const addOn = (id: string, quantity: object) => ({ id, name: id, prices: [{ interval: 'month', amounts: { usd: 300 } }], quantity });
const catalog = {
  ...monthlyCatalog(
    monthlyPlan('open', 1900, { seats, trial }),
    monthlyPlan('team', 2900, { seats: { min: 5, max: 50 }, trial }),
    monthlyPlan('bounded', 1900, { seats, trial: { ...trial, maxQuantity: 3 } }),
    monthlyPlan('single', 900, { trial }),
    monthlyPlan('untried', 1900, { seats }),
  ),
  addOns: [addOn('storage', { min: 0, max: 50 }), addOn('domains', { min: 4, max: 50 })],
  products: [{ id: 'handbook', name: 'Handbook', price: { amounts: { usd: 3900 } }, quantity: { max: 50 } }],
};

let till: TestTill;
let offer: Offer;
beforeAll(async () => {
  till = await startTill({ catalog });
  const { stripe, file, now } = till;
  const source = { file: async () => file, readPrices: (keys: readonly string[]) => readPrices(stripe, keys), now };
  offer = await createCatalogSource({ ...source, log: recordedLog().log }).current();
});
afterAll(() => till.close());

const select = (planId: string, count: number, addOns: Record<string, number> = {}): PlanSelection => ({
  planId,
  interval: 'month',
  currency: 'usd',
  seats: count,
  addOns,
});
const handbook = { productId: 'handbook', quantity: 9, currency: 'usd' };
const refusal = (detail: string) => expect.objectContaining({ code: 'quantity_above_max', detail });

it('what it began with is noted of a plan, and of nothing else', () => {
  expect(trialStartOf(select('open', 2, { storage: 3 }))).toEqual({ trialStart: { seats: 2, addOns: { storage: 3 } } });
  expect(trialStartOf(handbook)).toEqual({});
});

describe('a purchase', () => {
  const buy = (selection: PlanSelection | typeof handbook) => () => refuseLargeTrial(selection, offer);

  it('begins with no more than the catalog says, of seats and of each add-on', () => {
    expect(buy(select('bounded', 3, { storage: 3, domains: 3 }))).not.toThrow();
    expect(buy(select('bounded', 4))).toThrow(refusal('A trial gives no more.'));
    expect(buy(select('bounded', 1, { storage: 3, domains: 4 }))).toThrow(refusal('A trial gives no more of "domains".'));
  });

  it.each([
    ['the catalog sets no bound', select('open', 50, { storage: 50 })],
    ['there is no trial', select('untried', 50)],
    ['it is no plan', handbook],
  ])('begins with as much as is sold where %s', (_, selection) => {
    expect(buy(selection)).not.toThrow();
  });
});

describe('a change in a trial', () => {
  type Current = Parameters<typeof refuseLargerTrial>[1];
  const has = (planId: string, count: number, addOns: Record<string, number> = {}): Current => ({ planId, seats: count, addOns });
  const change = (to: PlanSelection, from: Current, start?: { seats: number; addOns: Record<string, number> }) => () =>
    refuseLargerTrial(to, from, start, offer);
  const began = { seats: 3, addOns: { storage: 2 } };

  it('gives as much as it began with, also to who has less by now', () => {
    const now = has('open', 1);
    expect(change(select('open', 3, { storage: 2 }), now, began)).not.toThrow();
    expect(change(select('open', 4), now, began)).toThrow(refusal('A trial gives no more.'));
    expect(change(select('open', 1, { storage: 3 }), now, began)).toThrow(refusal('A trial gives no more of "storage".'));
  });

  it('leaves what there is in the same plan', () => {
    expect(change(select('open', 7, { storage: 6 }), has('open', 7, { storage: 6 }), began)).not.toThrow();
    expect(change(select('open', 8), has('open', 7), began)).toThrow(refusal('A trial gives no more.'));
  });

  it('takes along to another plan only what it began with', () => {
    expect(change(select('open', 3), has('team', 5), began)).not.toThrow();
    expect(change(select('open', 5), has('team', 5), began)).toThrow(refusal('A trial gives no more.'));
  });

  it('gives no more where it goes on in a plan that has none', () => {
    expect(change(select('untried', 3), has('open', 3), began)).not.toThrow();
    expect(change(select('untried', 4), has('open', 3), began)).toThrow(refusal('A trial gives no more.'));
  });

  it('takes along what there is where nobody noted the start', () => {
    expect(change(select('open', 5, { storage: 2 }), has('team', 5, { storage: 2 }))).not.toThrow();
    expect(change(select('open', 6), has('team', 5))).toThrow(refusal('A trial gives no more.'));
  });

  it('gives the least of what is sold in no smaller quantity', () => {
    expect(change(select('team', 5, { domains: 4, storage: 1 }), has('open', 1), { seats: 1, addOns: {} })).not.toThrow();
    expect(change(select('team', 6), has('open', 1), { seats: 1, addOns: {} })).toThrow(refusal('A trial gives no more.'));
    expect(change(select('open', 1, { domains: 5 }), has('open', 1))).toThrow(refusal('A trial gives no more of "domains".'));
    expect(change(select('open', 1, { storage: 2 }), has('open', 1))).toThrow(refusal('A trial gives no more of "storage".'));
    expect(change(select('open', 1, { domains: 4 }), has('open', 1))).not.toThrow();
    expect(change(select('team', 5, { domains: 5 }), has('open', 1))).toThrow(refusal('A trial gives no more of "domains".'));
    expect(change(select('single', 1), has('open', 1))).not.toThrow();
  });

  it('gives what the catalog says and no more, whatever it began with', () => {
    expect(change(select('bounded', 3, { storage: 3 }), has('open', 1), { seats: 1, addOns: {} })).not.toThrow();
    expect(change(select('bounded', 4), has('bounded', 9), { seats: 9, addOns: {} })).toThrow(refusal('A trial gives no more.'));
  });
});
