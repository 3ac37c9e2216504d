import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Customers who were erased, by a hash, so that no later event or sweep brings them back. */
export const erased: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('erased')
      .addColumn('customerHash', 'text', (column) => column.primaryKey())
      .addColumn('erasedAt', 'bigint', (column) => column.notNull())
      .execute();
  },
};
