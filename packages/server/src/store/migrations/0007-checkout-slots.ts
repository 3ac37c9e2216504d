import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The one checkout that a person has open in each plan group. */
export const checkoutSlots: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('checkoutSlots')
      .addColumn('owner', 'text', (column) => column.notNull())
      .addColumn('planGroup', 'text', (column) => column.notNull())
      .addColumn('intentId', 'text')
      .addColumn('checkoutSessionId', 'text')
      .addColumn('attempt', 'integer', (column) => column.notNull())
      .addColumn('startedAt', 'bigint', (column) => column.notNull())
      .addColumn('holder', 'text')
      .addColumn('heldUntil', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('checkoutSlotsKey', ['owner', 'planGroup'])
      .execute();
  },
};
