import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Events that one of several processes is working on, and how far each consumer of the outbox is. */
export const claimsAndDeliveries: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .alterTable('inbox')
      .addColumn('claimedUntil', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
    await schema
      .createTable('outboxDeliveries')
      .addColumn('outboxId', 'text', (column) => column.notNull())
      .addColumn('consumer', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('nextAt', 'bigint', (column) => column.notNull())
      .addColumn('lastError', 'text')
      .addPrimaryKeyConstraint('outboxDeliveriesKey', ['outboxId', 'consumer'])
      .execute();
    await schema.createIndex('outboxDeliveriesDue').on('outboxDeliveries').columns(['consumer', 'status', 'nextAt']).execute();
    await schema.createIndex('outboxByCreation').on('outbox').columns(['createdAt', 'id']).execute();
  },
};
