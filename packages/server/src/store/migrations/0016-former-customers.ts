import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Customers that somebody reached until the owner deleted them at Stripe, or a code led to another. */
export const formerCustomers: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('formerCustomers')
      .addColumn('issuer', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('customerId', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('formerCustomersKey', ['issuer', 'subject', 'customerId'])
      .execute();
  },
};
