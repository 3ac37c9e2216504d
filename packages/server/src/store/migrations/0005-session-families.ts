import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Session tokens that follow one another: all that came of one sign-in are one family. */
export const sessionFamilies: Migration = {
  async up(db: Kysely<unknown>) {
    for (const column of ['familyId', 'method'] as const)
      await db.schema
        .alterTable('sessions')
        .addColumn(column, 'text', (text) => text.notNull().defaultTo(''))
        .execute();
    await db.schema
      .alterTable('sessions')
      .addColumn('issuedAt', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
    for (const column of ['rotatedAt', 'retiredAt'] as const) await db.schema.alterTable('sessions').addColumn(column, 'bigint').execute();
    for (const column of ['parentHash', 'successorHash'] as const)
      await db.schema.alterTable('sessions').addColumn(column, 'text').execute();
    await sql`update sessions set family_id = token_hash, issued_at = auth_time`.execute(db);
    await db.schema.createIndex('sessionsByFamily').on('sessions').column('familyId').execute();
    await db.schema.createIndex('sessionsByPerson').on('sessions').columns(['issuer', 'subject']).execute();
  },
};
