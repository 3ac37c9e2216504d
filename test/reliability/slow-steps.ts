/** A module whose steps take their time, so that a kill meets the middle of them. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const step = (name: string): Migration => ({
  async up(db: Kysely<unknown>) {
    await db.schema.createTable(`slow_${name}`).addColumn('id', 'text').execute();
    await wait(10);
    await db.schema.createIndex(`slow_${name}_by_id`).on(`slow_${name}`).column('id').execute();
    await wait(10);
  },
});

export const slowSteps = {
  name: 'slow',
  migrations: { '0001_one': step('one'), '0002_two': step('two'), '0003_three': step('three') },
};
