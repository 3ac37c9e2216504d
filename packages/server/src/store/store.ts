/**
 * Everything the server remembers, one member per table.
 *
 * Promise: Stripe stays the source of truth; if this file is lost, sign-ins and open checkouts are lost, no subscription.
 */
import { CamelCasePlugin, Kysely } from 'kysely';
import { checkoutIntentsTable } from './checkout-intents.ts';
import { identitiesTable } from './identities.ts';
import { inboxTable } from './inbox.ts';
import { migrate, pendingMigrations } from './migrations.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import { outboxTable } from './outbox.ts';
import type { Schema } from './schema.ts';
import { secretsTable } from './secrets.ts';
import { ownerTokensTable, sessionsTable } from './sessions.ts';
import { holdAlone } from './single-process.ts';
import { subscriptionsTable } from './subscriptions.ts';

function tables(db: Kysely<Schema>) {
  return {
    checkoutIntents: checkoutIntentsTable(db),
    identities: identitiesTable(db),
    inbox: inboxTable(db),
    outbox: outboxTable(db),
    ownerTokens: ownerTokensTable(db),
    secrets: secretsTable(db),
    sessions: sessionsTable(db),
    subscriptions: subscriptionsTable(db),
  };
}

export type Tables = ReturnType<typeof tables>;

export interface Store extends Tables {
  /** All or nothing of what `work` writes through the tables it is given. */
  transaction<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result>;
  /** Writes a row and counts missing migrations; throws when the database cannot be written. */
  check(now: number): Promise<{ pendingMigrations: number }>;
  close(): Promise<void>;
}

/** Opens (or makes) the database `file`, alone, with its schema up to date. */
export async function openStore(file: string): Promise<Store> {
  const release = holdAlone(file);
  const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(file), plugins: [new CamelCasePlugin()] });
  await migrate(db);
  return {
    ...tables(db),
    transaction: (work) => db.transaction().execute((transaction) => work(tables(transaction))),
    async check(now) {
      const row = { name: 'ready', value: now };
      await db
        .insertInto('counters')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute();
      return { pendingMigrations: await pendingMigrations(db) };
    },
    async close() {
      await db.destroy();
      release();
    },
  };
}
