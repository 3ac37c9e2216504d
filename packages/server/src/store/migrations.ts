/**
 * Changes of the schema, forward only, each in one transaction; the same SQL for SQLite and PostgreSQL.
 *
 * Promise: of several processes that start at once one migrates and the others wait; a step that fails leaves the
 * database as it was before that step. The server's own steps and those of each module are counted apart, so that a
 * module can be switched on and off.
 */
import { CompiledQuery, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { first } from './migrations/0001-first.ts';
import type { Schema } from './schema.ts';
import { claimsAndDeliveries } from './migrations/0002-claims-and-deliveries.ts';
import { goneSubscriptions } from './migrations/0003-gone-subscriptions.ts';
import { erased } from './migrations/0009-erased.ts';
import { purchases } from './migrations/0008-purchases.ts';
import { checkoutSlots } from './migrations/0007-checkout-slots.ts';
import { rateTurns } from './migrations/0006-rate-turns.ts';
import { sessionFamilies } from './migrations/0005-session-families.ts';
import { paymentSetups } from './migrations/0004-payment-setups.ts';

/** Steps under the name of their owner; the server's own are `till`. */
export interface MigrationSet {
  readonly name: string;
  readonly migrations: Readonly<Record<string, Migration>>;
}

export const ownMigrations: MigrationSet = {
  name: 'till',
  migrations: {
    '0001_first': first,
    '0002_claims_and_deliveries': claimsAndDeliveries,
    '0003_gone_subscriptions': goneSubscriptions,
    '0004_payment_setups': paymentSetups,
    '0005_session_families': sessionFamilies,
    '0006_rate_turns': rateTurns,
    '0007_checkout_slots': checkoutSlots,
    '0008_purchases': purchases,
    '0009_erased': erased,
  },
};

const tableOf = ({ name }: MigrationSet): string => (name === 'till' ? 'kysely_migration' : `${name.replaceAll('-', '_')}_migration`);

function migratorOf(db: Kysely<Schema>, set: MigrationSet): Migrator {
  const table = tableOf(set);
  return new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...set.migrations }) },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
  });
}

/** Steps of a set that were not taken yet, told by one reading; a database without the table has taken none. */
async function missing(db: Kysely<Schema>, set: MigrationSet): Promise<string[]> {
  const names = Object.keys(set.migrations);
  try {
    const taken = await db.executeQuery<{ name: string }>(CompiledQuery.raw(`select name from ${tableOf(set)}`));
    return names.filter((name) => !taken.rows.some((row) => row.name === name));
  } catch {
    return names;
  }
}

/** Brings the schema up to date; throws when a step fails. Answers how many steps were taken. */
export async function migrate(db: Kysely<Schema>, sets: readonly MigrationSet[]): Promise<number> {
  let taken = 0;
  for (const set of sets) {
    if ((await missing(db, set)).length === 0) continue;
    const { error, results = [] } = await migratorOf(db, set).migrateToLatest();
    if (error) throw error instanceof Error ? error : new Error(String(error));
    taken += results.filter(({ status }) => status === 'Success').length;
  }
  return taken;
}

/** Number of steps that the database still lacks; throws when it cannot be read. */
export async function pendingMigrations(db: Kysely<Schema>, sets: readonly MigrationSet[]): Promise<number> {
  let pending = 0;
  for (const set of sets) pending += (await missing(db, set)).length;
  return pending;
}
