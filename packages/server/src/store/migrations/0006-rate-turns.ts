import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Turns that were taken, for limits that hold over processes and restarts. */
export const rateTurns: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('rateTurns')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('turns', 'text', (column) => column.notNull())
      .addColumn('expiresAt', 'bigint', (column) => column.notNull())
      .execute();
    await schema.createIndex('rateTurnsByExpiry').on('rateTurns').column('expiresAt').execute();
  },
};
