/**
 * Everything the server remembers, one member per table.
 *
 * Promise: Stripe stays the source of truth; if this is lost, sign-ins and open checkouts are lost, no subscription.
 */
import { CamelCasePlugin, CompiledQuery, Kysely } from 'kysely';
import { checkoutIntentsTable } from './checkout-intents.ts';
import { checkoutSlotsTable } from './checkout-slots.ts';
import type { Database } from './database.ts';
import { erasedTable } from './erased.ts';
import { addressesDue, formerCustomers, identitiesTable } from './identities.ts';
import { inboxReview, inboxState } from './inbox-review.ts';
import { inboxTable } from './inbox.ts';
import { migrate, NewerSchema, ownMigrations, schemaState, type MigrationSet, type SchemaState } from './migrations.ts';
import { openSqlite } from './node-sqlite.ts';
import { outboxDeliveriesTable } from './outbox-deliveries.ts';
import { outboxTable } from './outbox.ts';
import { paymentSetupsTable } from './payment-setups.ts';
import { pendingChangesTable } from './pending-changes.ts';
import { purchasesTable } from './purchases.ts';
import { rateTurnsTable } from './rate-turns.ts';
import type { Schema } from './schema.ts';
import { secretsTable } from './secrets.ts';
import { lockPerson, ownerTokensTable, sessionRotation, sessionsTable } from './sessions.ts';
import { subscriptionsTable } from './subscriptions.ts';
import { cursorsTable, turnsTable } from './turns.ts';

function tables(db: Kysely<Schema>, database: Database) {
  /** In a transaction: lets no other transaction go on that locks the same name, until this one ends. */
  const lock = async (name: string): Promise<void> => {
    const { sql, parameters } = database.lock?.(name) ?? {};
    if (sql) await db.executeQuery(CompiledQuery.raw(sql, [...parameters!]));
  };
  return {
    checkoutIntents: checkoutIntentsTable(db),
    checkoutSlots: checkoutSlotsTable(db),
    cursors: cursorsTable(db),
    erased: erasedTable(db, lock),
    identities: { ...identitiesTable(db, lock), ...formerCustomers(db, lock), ...addressesDue(db) },
    inbox: { ...inboxTable(db, database), ...inboxState(db), ...inboxReview(db) },
    outbox: outboxTable(db, lock),
    outboxDeliveries: outboxDeliveriesTable(db),
    ownerTokens: ownerTokensTable(db),
    paymentSetups: paymentSetupsTable(db),
    pendingChanges: pendingChangesTable(db),
    purchases: purchasesTable(db),
    rateTurns: rateTurnsTable(db),
    secrets: secretsTable(db),
    sessions: { ...sessionsTable(db, lockPerson(lock)), ...sessionRotation(db, lockPerson(lock)) },
    subscriptions: subscriptionsTable(db),
    turns: turnsTable(db),
    lock,
    /** Tables of a module, which only that module knows. */
    own: <ModuleSchema>(): Kysely<ModuleSchema> => db as unknown as Kysely<ModuleSchema>,
  };
}

export type Tables = ReturnType<typeof tables>;

export interface Store extends Tables {
  /** Whether other processes work on the same tables. */
  readonly shared: boolean;
  /** `sqlite` or `postgres`. */
  readonly kind: Database['name'];
  /** All or nothing of what `work` writes through the tables it is given. */
  transaction<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result>;
  /** How many steps of the schema were taken when it was opened. */
  readonly migrationsTaken: number;
  /** How far the schema is, seen from this version. */
  schemaState(): Promise<SchemaState>;
  /** Writes a row and tells how far the schema is; throws when the database cannot be written. */
  check(now: number): Promise<SchemaState>;
  /** Overwrites what was deleted, where the database does not do so by itself. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenStoreOptions {
  /** For a command beside the running server: takes no hold of a SQLite file and leaves the schema as it is. */
  readonly guest?: boolean;
}

/** Opens a database (a SQLite file is made at need), with the schema of the server and its modules up to date; throws when a newer version changed it. */
export async function openStore(
  place: string | Database,
  modules: readonly { name: string; migrations?: MigrationSet['migrations'] }[] = [],
  { guest = false }: OpenStoreOptions = {},
): Promise<Store> {
  const database = typeof place === 'string' ? openSqlite(place, { guest }) : place;
  const db = new Kysely<Schema>({ dialect: database.dialect, plugins: [new CamelCasePlugin()] });
  const sets = [ownMigrations, ...modules.flatMap(({ name, migrations }) => (migrations ? [{ name, migrations }] : []))];
  const close = async (): Promise<void> => {
    await db.destroy();
    database.release();
  };
  let migrationsTaken = 0;
  try {
    if (!guest) migrationsTaken = await migrate(db, sets);
  } catch (error) {
    await close();
    if (error instanceof NewerSchema) throw error;
    const { message = '', code = '' } = error as { message?: string; code?: string };
    throw new Error(`The database cannot be used: ${message || code}.`, { cause: error });
  }
  return {
    ...tables(db, database),
    shared: database.shared,
    kind: database.name,
    migrationsTaken,
    schemaState: () => schemaState(db, sets),
    transaction: (work) => db.transaction().execute((transaction) => work(tables(transaction, database))),
    async check(now) {
      const row = { name: 'ready', value: now };
      await db
        .insertInto('counters')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute();
      return schemaState(db, sets);
    },
    async compact() {
      if (database.name !== 'sqlite') return;
      for (const sql of ['vacuum', 'pragma wal_checkpoint(truncate)']) await db.executeQuery(CompiledQuery.raw(sql));
    },
    close,
  };
}
