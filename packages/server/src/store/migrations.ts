/**
 * Changes of the schema, forward only, each in one transaction; the same SQL for SQLite and PostgreSQL.
 *
 * Promise: of several processes that start at once one migrates and the others wait; a step that fails leaves the
 * database as it was before that step. The server's own steps and those of each module are counted apart, so that a
 * module can be switched on and off.
 */
import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { first } from './migrations/0001-first.ts';
import type { Schema } from './schema.ts';
import { claimsAndDeliveries } from './migrations/0002-claims-and-deliveries.ts';
import { goneSubscriptions } from './migrations/0003-gone-subscriptions.ts';

/** Steps under the name of their owner; the server's own are `till`. */
export interface MigrationSet {
  readonly name: string;
  readonly migrations: Readonly<Record<string, Migration>>;
}

export const ownMigrations: MigrationSet = {
  name: 'till',
  migrations: { '0001_first': first, '0002_claims_and_deliveries': claimsAndDeliveries, '0003_gone_subscriptions': goneSubscriptions },
};

function migratorOf(db: Kysely<Schema>, { name, migrations }: MigrationSet): Migrator {
  const table = name === 'till' ? 'kysely_migration' : `${name.replaceAll('-', '_')}_migration`;
  return new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
  });
}

/** Brings the schema up to date; throws when a step fails. Answers how many steps were taken. */
export async function migrate(db: Kysely<Schema>, sets: readonly MigrationSet[]): Promise<number> {
  let taken = 0;
  for (const set of sets) {
    const { error, results = [] } = await migratorOf(db, set).migrateToLatest();
    if (error) throw error instanceof Error ? error : new Error(String(error));
    taken += results.filter(({ status }) => status === 'Success').length;
  }
  return taken;
}

/** Number of steps that the database still lacks. */
export async function pendingMigrations(db: Kysely<Schema>, sets: readonly MigrationSet[]): Promise<number> {
  let pending = 0;
  for (const set of sets) {
    const steps = await migratorOf(db, set).getMigrations();
    pending += steps.filter((step) => step.executedAt === undefined).length;
  }
  return pending;
}
