/**
 * Step 1, catalog: fields that are accepted and that no widget shows yet.
 *
 * Promise: an owner who writes one is told so, instead of looking for it on the page.
 */
import type { CatalogFile, CatalogProblem } from './catalog-file.ts';

const notShown = 'Accepted, but no widget shows it yet.';

/** Every field of a file that has no effect on a page. */
export function silentFields({ plans, addOns, addOnGroups, products }: CatalogFile): readonly CatalogProblem[] {
  const found: CatalogProblem[] = [];
  const tell = (path: string, isThere: boolean, message = notShown): void => void (isThere && found.push({ path, message }));
  plans.forEach(({ kind, callToAction, features }, index) => {
    const path = `plans[${index}]`;
    tell(
      `${path}.callToAction`,
      callToAction !== undefined && kind !== 'contact',
      'Only the link of a contact plan says this; a paid or free plan’s button does not yet.',
    );
    features.forEach(({ group }, at) => tell(`${path}.features[${at}].group`, group !== undefined));
  });
  addOns.forEach(({ included }, index) => {
    tell(
      `addOns[${index}].included`,
      included !== undefined && Object.keys(included).length > 0,
      'Checked, but nothing counts or shows what a plan contains yet.',
    );
  });
  addOnGroups.forEach((_, index) => tell(`addOnGroups[${index}].name`, true, 'The group’s rule holds; no widget shows its name yet.'));
  products.forEach(({ image }, index) => tell(`products[${index}].image`, image !== undefined));
  return found;
}
