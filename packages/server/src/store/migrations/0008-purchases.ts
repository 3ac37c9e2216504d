import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What was paid once, for as long as it gives access. */
export const purchases: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('purchases')
      .addColumn('checkoutSessionId', 'text', (column) => column.primaryKey())
      .addColumn('customerId', 'text', (column) => column.notNull())
      .addColumn('productId', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('fetchToken', 'bigint', (column) => column.notNull())
      .addColumn('seenAt', 'bigint', (column) => column.notNull())
      .execute();
    await schema.createIndex('purchasesByCustomer').on('purchases').column('customerId').execute();
  },
};
