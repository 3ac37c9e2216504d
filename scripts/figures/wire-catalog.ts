import { readFileSync } from 'node:fs';
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { parseCatalogFile, type CatalogFile } from '@tillkit/core/catalog/catalog-file';
import { joinCatalog, type StripePriceFact } from '@tillkit/core/catalog/join-catalog';
import { lookupKeyOf } from '@tillkit/core/catalog/lookup-key';
import { at } from '../paths.ts';

/** The prices that Stripe would have after `till catalog apply`: those of the file. */
function priceFacts(file: CatalogFile): StripePriceFact[] {
  const owners = [...file.plans, ...file.addOns, ...file.products.map((product) => ({ ...product, prices: [product.price] }))];
  return owners.flatMap(({ id, prices }) =>
    prices.map((price) => ({
      id: `price_${lookupKeyOf(id, price)}`,
      productId: `prod_${id}`,
      lookupKey: lookupKeyOf(id, price),
      active: true,
      currency: file.defaultCurrency,
      unitAmount: price.amounts[file.defaultCurrency] ?? null,
      currencyOptions: price.amounts,
      ...('interval' in price && price.interval !== undefined && { interval: price.interval }),
    })),
  );
}

/** What `GET /v1/catalog` answers for one of examples/catalogs, as Stripe has the file's own prices. */
export function wireCatalog(name: string, locale = 'en'): Catalog {
  const parsed = parseCatalogFile(JSON.parse(readFileSync(at(`examples/catalogs/${name}.json`), 'utf8')));
  if (!parsed.ok)
    throw new Error(`examples/catalogs/${name}.json: ${parsed.problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`);
  const { catalog, problems } = joinCatalog(parsed.file, priceFacts(parsed.file), { locale });
  if (problems.length > 0) throw new Error(`examples/catalogs/${name}.json: ${problems.map(({ message }) => message).join('; ')}`);
  return catalog;
}
