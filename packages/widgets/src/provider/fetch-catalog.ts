import type { Catalog } from '@tillkit/core/catalog/catalog';
import { paths } from '@tillkit/core/contract/paths';
import type { Texts } from '../text/texts.ts';
import { connect, TillError } from './client.ts';
import { run } from './run.ts';
import type { Store } from './store.ts';

/**
 * Reads the catalog in the page's language from the server, unless it is `known`; texts, catalog and what it needs appear together.
 * Where the code that it needs is lost that is said, and it is asked for again on demand.
 */
export async function fetchCatalog(store: Store, texts: Texts | Promise<Texts>, known?: Catalog | null): Promise<void> {
  let isLost = false;
  const work = async (): Promise<Catalog> => {
    const [catalog, words] = await Promise.all([known ?? connect(store).request<Catalog>('GET', paths.catalog), texts]);
    if (!Array.isArray(catalog?.plans) || !Array.isArray(catalog.products)) throw new TillError('catalog_unavailable');
    if (catalog.extended) await import('../extended/extended.ts').catch(() => (isLost = true));
    store.set({ texts: words });
    return catalog;
  };
  await run(store, 'catalog', work, () => !isLost);
  if (isLost) store.set({ catalog: { status: 'error', code: 'offline', message: store.state.texts.offline } });
}
