import { checkAddOnRules, followAddOnRules } from '@tillkit/core/selection/add-on-rules';
import { checkSelection } from '@tillkit/core/selection/check-selection';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogFile, joined } from '../../support/catalogs.ts';

const price = (amount: number) => [{ interval: 'month', amounts: { usd: amount } }];
const catalog = joined(
  catalogFile({
    locales: ['en'],
    defaultCurrency: 'usd',
    currencies: ['usd'],
    plans: [{ id: 'team', name: 'Team', prices: price(2900) }],
    addOnGroups: [{ id: 'support', name: 'Support', max: 1 }],
    addOns: [
      { id: 'email', name: 'E-mail', prices: price(500), group: 'support' },
      { id: 'phone', name: 'Telephone', prices: price(1500), group: 'support' },
      { id: 'storage', name: 'Storage', prices: price(600), quantity: { min: 2, max: 10 } },
      { id: 'backup', name: 'Backup', prices: price(700), requires: ['storage'] },
      { id: 'archive', name: 'Archive', prices: price(800), requires: ['backup'], excludes: ['phone'] },
    ],
  }),
);
const buy = (addOns: Record<string, number>): PlanSelection => ({ planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns });
const follow = (before: Record<string, number>, wished: Record<string, number>) => {
  const result = followAddOnRules(catalog, buy(before), buy(wished));
  return result.ok ? [Object.keys(result.selection.addOns).toSorted().join(' '), result.dropped.join(' ')] : result.code;
};

describe('rules between add-ons', () => {
  it.each([
    [{ backup: 1 }, 'add_on_requires_another', 'backup'],
    [{ archive: 1, backup: 1, storage: 2, phone: 1 }, 'add_on_excludes_another', 'archive'],
    [{ email: 1, phone: 1 }, 'add_on_group_full', 'email'],
  ] as const)('refuse %j as %s', (addOns, code, subject) => {
    expect(checkSelection(catalog, buy(addOns))).toEqual({ ok: false, code, subject });
  });

  it('are told to the catalog’s page, which then loads them', () => expect(catalog.extended).toBe(true));

  it('bring along what a new add-on needs, in its smallest quantity', () => {
    const result = followAddOnRules(catalog, buy({}), buy({ archive: 1 }));
    expect(result).toMatchObject({ ok: true, selection: { addOns: { archive: 1, backup: 1, storage: 2 } }, dropped: [] });
  });

  it('let the newer one of a group stay', () => expect(follow({ email: 1 }, { email: 1, phone: 1 })).toEqual(['phone', 'email']));
  it('take out what stands without its base', () =>
    expect(follow({ storage: 2, backup: 1, archive: 1 }, { backup: 1, archive: 1 })).toEqual(['', 'backup archive']));
  it('take out what cannot stand beside a new one, from both sides', () => {
    expect(follow({ phone: 1 }, { phone: 1, archive: 1 })).toEqual(['archive backup storage', 'phone']);
    expect(follow({ storage: 2, backup: 1, archive: 1 }, { storage: 2, backup: 1, archive: 1, phone: 1 })).toEqual([
      'backup phone storage',
      'archive',
    ]);
  });

  it('always hold after a wish was made to fit', () => {
    const ids = catalog.addOns.map(({ id }) => id);
    const some = fc.subarray(ids).map((chosen) => Object.fromEntries(chosen.map((id) => [id, 2])));
    fc.assert(
      fc.property(some, some, (before, wished) => {
        const fitted = followAddOnRules(catalog, buy(before), buy(wished));
        expect(fitted.ok && checkAddOnRules(catalog, fitted.selection).ok).toBe(true);
      }),
    );
  });

  it('take out a new one whose base the plan does not offer, so that every later choice is still possible', () => {
    const other = {
      ...catalog,
      addOns: catalog.addOns.map((addOn) => (addOn.id === 'storage' ? { ...addOn, plans: ['company'] } : addOn)),
    };
    expect(followAddOnRules(other, buy({}), buy({ archive: 1, email: 1 }))).toMatchObject({
      ok: true,
      selection: { addOns: { email: 1 } },
      dropped: ['archive'],
    });
    const yearly = { ...buy({ backup: 1 }), interval: 'year' };
    expect(followAddOnRules(catalog, buy({}), yearly)).toMatchObject({ selection: { addOns: {} }, dropped: ['backup'] });
  });
});
