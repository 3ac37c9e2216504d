/** Which plan is sold with what Stripe lists. */
import { expect, it } from 'vitest';
import type { CatalogEntry, Offer } from '@tillkit/server/catalog/catalog-source';
import { planOf } from '@tillkit/server/subscription/plan-of';

const entries: Record<string, CatalogEntry> = {
  prod_storage: { kind: 'add_on', id: 'storage' },
  prod_plus: { kind: 'plan', id: 'plus' },
};
const offer = { entryOf: (productId: string) => entries[productId] } as Offer;
const sold = (...names: readonly string[]) => names.map((name) => ({ productId: `prod_${name}` }));

it('is the plan among them, wherever it stands', () => {
  expect(planOf(sold('storage', 'owners', 'plus'), offer)).toBe('plus');
});

it('is none where there is no plan among them, or no catalog at hand', () => {
  expect(planOf(sold('storage', 'owners'), offer)).toBeUndefined();
  expect(planOf(sold('plus'), undefined)).toBeUndefined();
});
