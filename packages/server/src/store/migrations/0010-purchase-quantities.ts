import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How many of a product were bought; one, until a purchase is read again. */
export const purchaseQuantities: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .alterTable('purchases')
      .addColumn('quantity', 'integer', (column) => column.notNull().defaultTo(1))
      .execute();
  },
};
