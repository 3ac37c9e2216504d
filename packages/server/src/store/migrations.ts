/**
 * Changes of the schema, forward only, each in one transaction; the same SQL for SQLite and PostgreSQL.
 *
 * Promise: of several processes that start at once one migrates and the others wait; a step that fails leaves the
 * database as it was before that step. The server's own steps and those of each module are counted apart, so that a
 * module can be switched on and off. A version that is older than the schema refuses it (decision 0027).
 */
import { CompiledQuery, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { first } from './migrations/0001-first.ts';
import type { Schema } from './schema.ts';
import { claimsAndDeliveries } from './migrations/0002-claims-and-deliveries.ts';
import { goneSubscriptions } from './migrations/0003-gone-subscriptions.ts';
import { purchaseQuantities } from './migrations/0010-purchase-quantities.ts';
import { erased } from './migrations/0009-erased.ts';
import { purchases } from './migrations/0008-purchases.ts';
import { checkoutSlots } from './migrations/0007-checkout-slots.ts';
import { rateTurns } from './migrations/0006-rate-turns.ts';
import { sessionFamilies } from './migrations/0005-session-families.ts';
import { paymentSetups } from './migrations/0004-payment-setups.ts';
import { pendingChanges } from './migrations/0011-pending-changes.ts';
import { agreedResumptions } from './migrations/0015-agreed-resumptions.ts';
import { changedAddresses } from './migrations/0014-changed-addresses.ts';
import { exchangedSessions } from './migrations/0012-exchanged-sessions.ts';
import { formerCustomers } from './migrations/0016-former-customers.ts';
import { changesOneAtATime } from './migrations/0013-changes-one-at-a-time.ts';

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
    '0010_purchase_quantities': purchaseQuantities,
    '0011_pending_changes': pendingChanges,
    '0012_exchanged_sessions': exchangedSessions,
    '0013_changes_one_at_a_time': changesOneAtATime,
    '0014_changed_addresses': changedAddresses,
    '0015_agreed_resumptions': agreedResumptions,
    '0016_former_customers': formerCustomers,
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

/** How far the schema of a database is, seen from this version. */
export interface SchemaState {
  /** Number of steps that it still lacks. */
  readonly missing: number;
  /** Steps that only a newer version knows, each as `owner: name`. */
  readonly unknown: readonly string[];
}

/** A newer version has worked on the database: this one might write what that one misreads (decision 0027). */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema';

  constructor([step = '', ...more]: readonly string[]) {
    const steps = more.length > 0 ? `"${step}" and ${more.length} more` : `"${step}"`;
    super(
      `A newer version of Tillkit has changed this database (${steps}): start that version or a later one, or put the copy back ` +
        'that was made before the upgrade.',
    );
  }
}

/** What one reading tells of a set; a database without the table has taken no step. */
async function compare(db: Kysely<Schema>, set: MigrationSet): Promise<SchemaState> {
  const names = Object.keys(set.migrations);
  try {
    const { rows } = await db.executeQuery<{ name: string }>(CompiledQuery.raw(`select name from ${tableOf(set)} order by name`));
    const taken = new Set(rows.map(({ name }) => name));
    return {
      missing: names.filter((name) => !taken.has(name)).length,
      unknown: [...taken].filter((name) => !Object.hasOwn(set.migrations, name)).map((name) => `${set.name}: ${name}`),
    };
  } catch {
    return { missing: names.length, unknown: [] };
  }
}

/** How far the schema is; modules that are switched off do not count. */
export async function schemaState(db: Kysely<Schema>, sets: readonly MigrationSet[]): Promise<SchemaState> {
  let missing = 0;
  const unknown: string[] = [];
  for (const set of sets) {
    const state = await compare(db, set);
    missing += state.missing;
    unknown.push(...state.unknown);
  }
  return { missing, unknown };
}

/**
 * Brings the schema up to date; throws when a step fails, and `NewerSchema` before any step when a newer version was here.
 * Answers how many steps were taken.
 */
export async function migrate(db: Kysely<Schema>, sets: readonly MigrationSet[]): Promise<number> {
  const behind: MigrationSet[] = [];
  const unknown: string[] = [];
  for (const set of sets) {
    const state = await compare(db, set);
    if (state.missing > 0) behind.push(set);
    unknown.push(...state.unknown);
  }
  if (unknown.length > 0) throw new NewerSchema(unknown);
  let taken = 0;
  for (const set of behind) {
    const { error, results = [] } = await migratorOf(db, set).migrateToLatest();
    if (error) throw error instanceof Error ? error : new Error(String(error));
    taken += results.filter(({ status }) => status === 'Success').length;
  }
  return taken;
}
