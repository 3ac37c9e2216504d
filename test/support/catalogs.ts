/** The example catalogs as a page would get them, with the prices that `till catalog apply` would have made. */
import { parseCatalogFile, type CatalogFile } from '@tillkit/core/catalog/catalog-file';
import { appliedPrices } from '@tillkit/core/catalog/applied-prices';
import { joinCatalog } from '@tillkit/core/catalog/join-catalog';
import type { Catalog } from '@tillkit/core/catalog/catalog';
import everything from '../../examples/catalogs/everything.json' with { type: 'json' };
import priceModels from '../../examples/catalogs/price-models.json' with { type: 'json' };
import redisHosting from '../../examples/catalogs/redis-hosting.json' with { type: 'json' };
import teamSuite from '../../examples/catalogs/team-suite.json' with { type: 'json' };

export const catalogJson = { 'team-suite': teamSuite, 'redis-hosting': redisHosting, everything, 'price-models': priceModels } as const;
export type CatalogName = keyof typeof catalogJson;

/** The parsed file; throws with its problems when it is not valid. */
export function catalogFile(value: unknown): CatalogFile {
  const result = parseCatalogFile(value);
  if (!result.ok) throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return result.file;
}

export function joined(file: CatalogFile, locale = 'en'): Catalog {
  return joinCatalog(file, appliedPrices(file), { locale }).catalog;
}

/** An example catalog in one language. */
export const exampleCatalog = (name: CatalogName, locale = 'en'): Catalog => joined(catalogFile(catalogJson[name]), locale);
