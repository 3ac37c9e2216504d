import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Subscriptions that Stripe does not have. */
export const goneSubscriptions: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('goneSubscriptions')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('fetchToken', 'bigint', (column) => column.notNull())
      .addColumn('goneAt', 'bigint', (column) => column.notNull())
      .execute();
  },
};
