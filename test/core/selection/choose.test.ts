import { checkSelection, selectProduct } from '@tillkit/core/selection/check-selection';
import {
  defaultSelection,
  nearestQuantity,
  selectCurrency,
  selectInterval,
  selectPlan,
  setAddOn,
  setSeats,
} from '@tillkit/core/selection/choose';
import type { PlanSelection, SelectionResult } from '@tillkit/core/selection/selection';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogFile, catalogJson, exampleCatalog, joined } from '../../support/catalogs.ts';

const suite = exampleCatalog('team-suite');
const everything = exampleCatalog('everything');
const redis = exampleCatalog('redis-hosting');

function chosen(result: SelectionResult): PlanSelection {
  if (!result.ok) throw new Error(result.code);
  return result.selection;
}

const team = chosen(defaultSelection(suite));

describe('a default selection', () => {
  it('takes the recommended plan at the default interval and currency', () => {
    expect(team).toEqual({ planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} });
  });
  it('follows a wish where the catalog can', () => {
    expect(chosen(defaultSelection(suite, { planId: 'company', interval: 'year', currency: 'ils' }))).toMatchObject({
      planId: 'company',
      interval: 'year',
      currency: 'ils',
    });
  });
  it('falls back where it cannot', () => {
    expect(chosen(defaultSelection(suite, { planId: 'gone', interval: 'week', currency: 'chf' }))).toEqual(team);
    expect(chosen(defaultSelection(redis, { planId: 'free', interval: 'year' }))).toMatchObject({ planId: 'free', interval: 'month' });
  });
  it('takes the default currency where the plan lacks the wished one', () => {
    const catalog = structuredClone(suite);
    for (const price of catalog.plans[1]?.prices ?? []) delete price.amounts.eur;
    expect(chosen(defaultSelection(catalog, { planId: 'team', currency: 'eur' }))).toEqual(team);
    expect(chosen(defaultSelection(catalog, { planId: 'company', currency: 'eur' })).currency).toBe('eur');
  });
  it('says why there is none', () => {
    expect(defaultSelection({ ...suite, plans: [] })).toEqual({ ok: false, code: 'unknown_plan' });
  });
});

describe('a wish that cannot be met', () => {
  it.each([
    ['unknown_plan', () => selectPlan(suite, team, 'gone')],
    ['interval_not_offered', () => selectInterval(suite, team, '3-month')],
    ['currency_not_offered', () => selectCurrency(suite, team, 'chf')],
    ['currency_not_offered', () => selectCurrency(suite, team, 'constructor')],
    ['quantity_below_min', () => setSeats(suite, team, 0)],
    ['quantity_above_max', () => setSeats(suite, team, 501)],
    ['quantity_not_whole', () => setSeats(suite, team, 1.5)],
    ['quantity_not_whole', () => setSeats(suite, team, Number.NaN)],
    ['quantity_below_min', () => setAddOn(suite, team, 'extra-seats', 3)],
    ['quantity_off_step', () => setAddOn(suite, team, 'extra-seats', 12)],
    ['quantity_above_max', () => setAddOn(suite, team, 'extra-seats', 105)],
    ['quantity_below_min', () => setAddOn(suite, team, 'storage', -1)],
    ['unknown_add_on', () => setAddOn(suite, team, '__proto__', 1)],
    ['add_on_not_on_plan', () => setAddOn(suite, { ...team, planId: 'starter' }, 'priority-support', 1)],
    ['seats_not_offered', () => setSeats(redis, chosen(defaultSelection(redis)), 2)],
    ['unknown_product', () => selectProduct(suite, 'gone')],
  ] as const)('is refused with %s', (code, wish) => {
    expect(wish()).toMatchObject({ ok: false, code });
  });
});

describe('another plan', () => {
  const loaded = chosen(setAddOn(suite, chosen(setAddOn(suite, team, 'priority-support', 1)), 'storage', 2));
  it('keeps what it offers and says what had to go', () => {
    const result = selectPlan(suite, loaded, 'starter');
    expect(result).toMatchObject({ ok: true, dropped: ['priority-support'], selection: { planId: 'starter', addOns: { storage: 2 } } });
  });
  it('takes an interval that it has', () => {
    const yearly = chosen(selectInterval(redis, chosen(defaultSelection(redis)), 'year'));
    expect(chosen(selectPlan(redis, yearly, 'free')).interval).toBe('month');
  });
});

it('refuses more items than Stripe takes in one checkout', () => {
  const file = structuredClone(catalogJson['team-suite']) as unknown as { addOns: { id: string }[] };
  const [first] = file.addOns;
  file.addOns = Array.from({ length: 20 }, (_, index) => ({ ...structuredClone(first), id: `extra-${index}` }) as { id: string });
  const catalog = joined(catalogFile(file));
  const addOns = (count: number) => Object.fromEntries(file.addOns.slice(0, count).map(({ id }) => [id, 5]));
  expect(checkSelection(catalog, { ...team, addOns: addOns(19) }).ok).toBe(true);
  expect(checkSelection(catalog, { ...team, addOns: addOns(20) })).toEqual({ ok: false, code: 'too_many_items' });
});

describe('the nearest quantity', () => {
  it.each([
    [7, 5],
    [8, 10],
    [0, 5],
    [999, 50],
    [Number.NaN, 5],
  ])('to %d in fives from 5 to 50 is %d', (wished, nearest) => {
    expect(nearestQuantity({ min: 5, max: 50, step: 5, default: 0 }, wished)).toBe(nearest);
  });
  it('is always allowed, and nothing allowed is nearer', () => {
    const rule = fc.record({ min: fc.nat(20), steps: fc.nat(40), step: fc.integer({ min: 1, max: 12 }) });
    fc.assert(
      fc.property(rule, fc.double({ min: -50, max: 900, noNaN: true }), ({ min, steps, step }, wished) => {
        const allowed = Array.from({ length: steps + 1 }, (_, index) => min + index * step);
        const nearest = nearestQuantity({ min, max: min + steps * step, step, default: 0 }, wished);
        expect(allowed).toContain(nearest);
        expect(Math.abs(nearest - wished)).toBe(Math.min(...allowed.map((quantity) => Math.abs(quantity - wished))));
      }),
      { numRuns: 2000 },
    );
  });
});

it('accepts whatever a random buyer ends up with, and a refusal changes nothing', () => {
  for (const catalog of [suite, redis, everything]) {
    const ids = [...catalog.plans, ...catalog.addOns].map(({ id }) => id);
    const wish = fc.tuple(
      fc.nat(4),
      fc.constantFrom(...ids, 'gone'),
      fc.constantFrom(...catalog.intervals, 'week'),
      fc.constantFrom(...catalog.currencies, 'chf'),
      fc.integer({ min: -2, max: 120 }),
    );
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 30 }), (wishes) => {
        let selection = chosen(defaultSelection(catalog));
        for (const [kind, id, interval, currency, quantity] of wishes) {
          const before = JSON.stringify(selection);
          const results = [
            () => selectPlan(catalog, selection, id),
            () => selectInterval(catalog, selection, interval),
            () => selectCurrency(catalog, selection, currency),
            () => setSeats(catalog, selection, quantity),
            () => setAddOn(catalog, selection, id, quantity),
          ];
          const result = results[kind]?.() ?? ({ ok: false, code: 'unknown_plan' } as const);
          expect(JSON.stringify(selection)).toBe(before);
          if (result.ok) selection = result.selection;
          expect(checkSelection(catalog, selection)).toMatchObject({ ok: true });
        }
      }),
      { numRuns: 400 },
    );
  }
});
