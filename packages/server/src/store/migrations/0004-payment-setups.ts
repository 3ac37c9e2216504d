import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Payment methods that customers are about to add. */
export const paymentSetups: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('paymentSetups')
      .addColumn('checkoutSessionId', 'text', (column) => column.primaryKey())
      .addColumn('customerId', 'text', (column) => column.notNull())
      .addColumn('subscriptionId', 'text')
      .addColumn('invoiceId', 'text')
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('createdAt', 'bigint', (column) => column.notNull())
      .execute();
  },
};
