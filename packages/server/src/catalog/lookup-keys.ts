import type { CatalogFile } from '@tillkit/core/catalog/catalog-file';
import { lookupKeyOf, setupFeeOf } from '@tillkit/core/catalog/lookup-key';
import type { CatalogEntry } from './catalog-source.ts';

/** Every lookup key of the owner's file with what it prices. */
export function lookupKeysOf(file: CatalogFile): ReadonlyMap<string, CatalogEntry> {
  const keys = new Map<string, CatalogEntry>();
  for (const { id, prices, setupFee } of file.plans) {
    for (const price of prices) keys.set(lookupKeyOf(id, price), { kind: 'plan', id });
    if (setupFee) keys.set(setupFeeOf(id, setupFee).lookupKey, { kind: 'plan', id });
  }
  for (const { id, prices } of file.addOns) for (const price of prices) keys.set(lookupKeyOf(id, price), { kind: 'add_on', id });
  for (const { id, price } of file.products) keys.set(lookupKeyOf(id, price), { kind: 'product', id });
  return keys;
}
