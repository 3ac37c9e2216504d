import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What the customer was shown that resuming costs, before they left to enter a card for it. */
export const agreedResumptions: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema.alterTable('paymentSetups').addColumn('resumption', 'text').execute();
  },
};
