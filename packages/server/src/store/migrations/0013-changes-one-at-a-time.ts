import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Whoever changes a subscription holds its row; a row whose change is `null` is only held. */
export const changesOneAtATime: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema.alterTable('pendingChanges').addColumn('holder', 'text').execute();
    await schema
      .alterTable('pendingChanges')
      .addColumn('heldUntil', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
