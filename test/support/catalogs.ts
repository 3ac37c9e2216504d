/** The example catalogs as a page would get them, with the prices that `till catalog apply` would have made. */
import { parseCatalogFile, type CatalogFile } from '@tillkit/core/catalog/catalog-file';
import { joinCatalog, type StripePriceFact } from '@tillkit/core/catalog/join-catalog';
import { lookupKeyOf } from '@tillkit/core/catalog/lookup-key';
import type { Catalog } from '@tillkit/core/catalog/catalog';
import everything from '../../examples/catalogs/everything.json' with { type: 'json' };
import redisHosting from '../../examples/catalogs/redis-hosting.json' with { type: 'json' };
import teamSuite from '../../examples/catalogs/team-suite.json' with { type: 'json' };

export const catalogJson = { 'team-suite': teamSuite, 'redis-hosting': redisHosting, everything } as const;
export type CatalogName = keyof typeof catalogJson;

/** The parsed file; throws with its problems when it is not valid. */
export function catalogFile(value: unknown): CatalogFile {
  const result = parseCatalogFile(value);
  if (!result.ok) throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return result.file;
}

/** The prices that Stripe has once a file is applied. */
export function appliedPrices(file: CatalogFile): StripePriceFact[] {
  const items = [...file.plans, ...file.addOns, ...file.products.map(({ id, price }) => ({ id, prices: [price] }))];
  return items.flatMap((item) =>
    item.prices.map((price) => {
      const lookupKey = lookupKeyOf(item.id, price);
      const { interval } = price as { interval?: string };
      return {
        id: `price_${lookupKey}`,
        productId: `prod_${item.id}`,
        lookupKey,
        active: true,
        currency: file.defaultCurrency,
        unitAmount: price.amounts[file.defaultCurrency] ?? null,
        currencyOptions: price.amounts,
        ...(interval && { interval }),
      };
    }),
  );
}

export function joined(file: CatalogFile, locale = 'en'): Catalog {
  return joinCatalog(file, appliedPrices(file), { locale }).catalog;
}

/** An example catalog in one language. */
export const exampleCatalog = (name: CatalogName, locale = 'en'): Catalog => joined(catalogFile(catalogJson[name]), locale);
