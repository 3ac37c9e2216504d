import { readFileSync } from 'node:fs';
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { appliedPrices } from '@tillkit/core/catalog/applied-prices';
import { parseCatalogFile } from '@tillkit/core/catalog/catalog-file';
import { joinCatalog } from '@tillkit/core/catalog/join-catalog';
import { at } from '../paths.ts';

/** What `GET /v1/catalog` answers for one of examples/catalogs, as Stripe has the file's own prices. */
export function wireCatalog(name: string, locale = 'en'): Catalog {
  const parsed = parseCatalogFile(JSON.parse(readFileSync(at(`examples/catalogs/${name}.json`), 'utf8')));
  if (!parsed.ok)
    throw new Error(`examples/catalogs/${name}.json: ${parsed.problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`);
  const { catalog, problems } = joinCatalog(parsed.file, appliedPrices(parsed.file), { locale });
  if (problems.length > 0) throw new Error(`examples/catalogs/${name}.json: ${problems.map(({ message }) => message).join('; ')}`);
  return catalog;
}
