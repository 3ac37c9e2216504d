import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Proved addresses that Stripe's customer does not have yet. */
export const changedAddresses: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema.alterTable('identities').addColumn('emailDue', 'text').execute();
  },
};
