import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Changes whose difference is being charged, until they are done. */
export const pendingChanges: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('pendingChanges')
      .addColumn('subscriptionId', 'text', (column) => column.primaryKey())
      .addColumn('customerId', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('change', 'text', (column) => column.notNull())
      .addColumn('createdAt', 'bigint', (column) => column.notNull())
      .execute();
  },
};
