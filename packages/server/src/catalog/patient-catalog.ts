import type { CatalogSource } from './catalog-source.ts';

/** Real milliseconds. */
const pause = 1000;

/**
 * The same catalog for work in the background: within a second of a failure Stripe is not asked again, or every event of
 * an outage would ask for the whole catalog.
 */
export function patientCatalog(source: CatalogSource): CatalogSource {
  let failure: { readonly at: number; readonly error: unknown } | undefined;
  return {
    refresh: () => source.refresh(),
    async current() {
      if (failure && performance.now() - failure.at < pause) throw failure.error;
      try {
        return await source.current();
      } catch (error) {
        failure = { at: performance.now(), error };
        throw error;
      }
    },
  };
}
