import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowanceOf, type Grants, type Holding } from '@tillkit/core/entitlement/allowance';

const holding = (kind: Holding['kind'], quantity: number, grants: Grants): Holding => ({ kind, quantity, grants });

describe('allowanceOf', () => {
  it.each<[string, Holding[], string[], Record<string, number | 'unlimited'>]>([
    ['nothing', [], [], {}],
    ['a list of names', [holding('plan', 3, ['sso', 'exports'])], ['exports', 'sso'], {}],
    ['a number of a plan, once for all its seats', [holding('plan', 3, { projects: 10 })], ['projects'], { projects: 10 }],
    ['a number for each seat of a plan', [holding('plan', 3, { storage: { perSeat: 10 } })], ['storage'], { storage: 30 }],
    ['a number for each unit of an add-on', [holding('add_on', 3, { projects: 10 })], ['projects'], { projects: 30 }],
    ['a number for each unit of a product', [holding('product', 2, { credits: 50 })], ['credits'], { credits: 100 }],
    [
      'a plan and its add-ons, summed',
      [holding('plan', 1, { seats: 5, sso: true }), holding('add_on', 4, { seats: 1 }), holding('add_on', 1, { seats: 10 })],
      ['seats', 'sso'],
      { seats: 19 },
    ],
    [
      'unlimited, whatever comes on top',
      [holding('plan', 1, { a: 'unlimited' }), holding('add_on', 9, { a: 5 })],
      ['a'],
      { a: 'unlimited' },
    ],
    ['no feature of a limit of none', [holding('plan', 1, { projects: 0 })], [], { projects: 0 }],
    ['nothing of what nobody has', [holding('add_on', 0, { projects: 5, sso: true })], [], {}],
    ['names that mean something else to JavaScript', [holding('plan', 1, ['constructor', 'valueof'])], ['constructor', 'valueof'], {}],
  ])('gives %s', (_, holdings, features, limits) => {
    expect(allowanceOf(holdings)).toEqual({ features, limits });
  });

  const grants = fc.oneof(
    fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
    fc.dictionary(
      fc.constantFrom('x', 'y', 'z'),
      fc.oneof(fc.nat(1_000_000_000), fc.constant('unlimited' as const), fc.record({ perSeat: fc.nat(1_000_000_000) })),
      { noNullPrototype: true },
    ),
  );
  const holdings = fc.array(fc.record({ kind: fc.constantFrom('plan', 'add_on', 'product'), quantity: fc.nat(999_999), grants }), {
    maxLength: 8,
  });

  it('does not mind the order, and is exact', () => {
    fc.assert(
      fc.property(holdings, fc.nat(), (all: Holding[], turn) => {
        const at = all.length ? turn % all.length : 0;
        const { features, limits } = allowanceOf(all);
        expect(allowanceOf([...all.slice(at), ...all.slice(0, at)])).toEqual({ features, limits });
        for (const limit of Object.values(limits)) expect(limit === 'unlimited' || Number.isSafeInteger(limit)).toBe(true);
      }),
    );
  });

  it('never takes anything away by one thing more', () => {
    fc.assert(
      fc.property(holdings, (all: Holding[]) => {
        const [less, more] = [allowanceOf(all.slice(1)), allowanceOf(all)];
        for (const feature of less.features) expect(more.features).toContain(feature);
        for (const [name, limit] of Object.entries(less.limits))
          expect(more.limits[name] === 'unlimited' || Number(more.limits[name]) >= Number(limit)).toBe(true);
      }),
    );
  });
});
