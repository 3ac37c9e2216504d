import type { Catalog } from '@tillkit/core/catalog/catalog';
import { paths } from '@tillkit/core/contract/paths';
import type { Texts } from '../text/texts.ts';
import { connect, TillError } from './client.ts';
import { run } from './run.ts';
import type { Store } from './store.ts';

/** Reads the catalog in the page's language from the server, unless it is `known`; texts, catalog and what it needs appear together. */
export async function fetchCatalog(store: Store, texts: Texts | Promise<Texts>, known?: Catalog | null): Promise<void> {
  await run(store, 'catalog', async () => {
    const [catalog, words] = await Promise.all([known ?? connect(store).request<Catalog>('GET', paths.catalog), texts]);
    if (!Array.isArray(catalog?.plans) || !Array.isArray(catalog.products)) throw new TillError('catalog_unavailable');
    if (catalog.extended) await import('../extended/extended.ts');
    store.set({ texts: words });
    return catalog;
  });
}
