import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which session a checkout was exchanged for, so that an answer that got lost can be given again. */
export const exchangedSessions: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema.alterTable('checkoutIntents').addColumn('sessionFamily', 'text').execute();
  },
};
