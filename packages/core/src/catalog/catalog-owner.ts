/**
 * Step 1, catalog: whose a product or price at Stripe is.
 *
 * Promise: what another catalog or the owner's own hand has made is named before anything is changed. Products that older
 * versions made carry no catalog id and belong to whichever catalog names them; a price belongs to whom its product does, unless
 * it alone carries none: then it was made by hand on a product of the catalog.
 */
import type { CatalogFile } from './catalog-file.ts';
import type { StripeProductFact } from './catalog-steps.ts';
import type { StripePriceFact } from './join-catalog.ts';

/** Of a file that does not name itself. */
const defaultCatalogId = 'till';

export const catalogIdOf = (file: Pick<CatalogFile, 'id'>): string => file.id ?? defaultCatalogId;

/** The catalog that made a product; undefined where none is noted. */
export const ownerOf = ({ metadata }: Pick<StripeProductFact, 'metadata'>): string | undefined => metadata.till_catalog || undefined;

/**
 * What two files without an id on one account cannot tell apart: products which count as this file's and that it does not name.
 * `isAnother`: there are such, and none that it names, so that it is plainly not the file they were made from. Empty for a file with
 * an id.
 */
export function unnamedOwners(
  file: CatalogFile,
  products: readonly StripeProductFact[],
): { readonly unknown: readonly StripeProductFact[]; readonly isAnother: boolean } {
  if (file.id !== undefined) return { unknown: [], isAnother: false };
  const named = namesOf(file);
  const counted = products.filter((product) => product.metadata.till_id && (ownerOf(product) ?? defaultCatalogId) === defaultCatalogId);
  const unknown = counted.filter((product) => !named.has(nameOf(product)));
  return { unknown, isAnother: unknown.length > 0 && unknown.length === counted.length };
}

/** By what a product is found again. */
const nameOf = ({ metadata }: StripeProductFact): string => `${metadata.till_kind}:${metadata.till_id}`;

function namesOf(file: CatalogFile): ReadonlySet<string> {
  const kinds = { plan: file.plans, add_on: file.addOns, product: file.products };
  return new Set(Object.entries(kinds).flatMap(([kind, items]) => items.map(({ id }) => `${kind}:${id}`)));
}

/**
 * A sentence for each product and price that a catalog would take from another; `prices` are those with its lookup keys, `replaced`
 * names the keys that would move to a new price.
 */
export function foreignOwners(
  file: CatalogFile,
  { products, prices }: { readonly products: readonly StripeProductFact[]; readonly prices: readonly StripePriceFact[] },
  replaced: ReadonlySet<string>,
): string[] {
  const own = catalogIdOf(file);
  const named = namesOf(file);
  const isAnothers = (product: StripeProductFact): boolean => (ownerOf(product) ?? own) !== own;
  const takenProducts = products.filter((product) => named.has(nameOf(product)) && isAnothers(product));
  const takenPrices = prices.flatMap((price) => {
    const product = products.find(({ id }) => id === price.productId);
    if (!product?.metadata.till_id)
      return [`The lookup key ${price.lookupKey} is on the price ${price.id}, which no catalog of Tillkit made.`];
    const byHand = ownerOf(product) !== undefined && price.catalogId === undefined;
    if (byHand && price.lookupKey !== null && replaced.has(price.lookupKey))
      return [`The lookup key ${price.lookupKey} is on the price ${price.id}, which was made by hand.`];
    return isAnothers(product)
      ? [`The lookup key ${price.lookupKey} is on the price ${price.id} of the catalog "${ownerOf(product)}".`]
      : [];
  });
  return [
    ...takenProducts.map((product) => `The product "${product.name}" (${product.id}) belongs to the catalog "${ownerOf(product)}".`),
    ...takenPrices,
  ];
}
