import type { EventFamily } from '../event-family.ts';

/** A product or price changed: the catalog is read again, once for any number of such events. */
export const catalogEvents: EventFamily = {
  types: ['product.created', 'product.updated', 'product.deleted', 'price.created', 'price.updated', 'price.deleted'],
  subject: () => ({ kind: 'catalog', id: 'catalog' }),
  async apply(_, { catalog }) {
    await catalog.refresh();
    return undefined;
  },
};
