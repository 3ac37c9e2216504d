import type { Offer } from '../catalog/catalog-source.ts';

/** The catalog's plan among Stripe's products; undefined when it sells none of them, or is not at hand. */
export function planOf(items: readonly { readonly productId: string }[], offer: Offer | undefined): string | undefined {
  return items.map(({ productId }) => offer?.entryOf(productId)).find((entry) => entry?.kind === 'plan')?.id;
}
