import type { Kysely, Selectable } from 'kysely';
import type { Selection } from '@tillkit/core/selection/selection';
import type { Identity } from './identities.ts';
import type { Schema } from './schema.ts';

/** A checkout that one browser started: what it chose, and the hash of the secret that proves it was this browser. */
export interface CheckoutIntent {
  readonly id: string;
  readonly checkoutSessionId: string;
  readonly verifierHash: string;
  readonly origin: string;
  /** Who was signed in when it started. */
  readonly identity?: Identity;
  readonly selection: Selection;
  readonly status: 'open' | 'complete' | 'exchanged' | 'expired';
  readonly createdAt: number;
  /** When this server first saw it complete, by its own clock. */
  readonly completedAt?: number;
  /** Family of the session that it was exchanged for. */
  readonly sessionFamily?: string;
}

export function checkoutIntentsTable(db: Kysely<Schema>) {
  return {
    /** Remembers an intent; the same request repeated reaches the same Stripe session and changes nothing. */
    async add({ identity, selection, completedAt, sessionFamily, ...intent }: CheckoutIntent): Promise<void> {
      await db
        .insertInto('checkoutIntents')
        .values({
          ...intent,
          issuer: identity?.issuer ?? null,
          subject: identity?.subject ?? null,
          selection: JSON.stringify(selection),
          completedAt: completedAt ?? null,
          sessionFamily: sessionFamily ?? null,
        })
        .onConflict((conflict) => conflict.column('checkoutSessionId').doNothing())
        .execute();
    },

    async find(checkoutSessionId: string): Promise<CheckoutIntent | undefined> {
      const row = await db.selectFrom('checkoutIntents').selectAll().where('checkoutSessionId', '=', checkoutSessionId).executeTakeFirst();
      return row && toIntent(row);
    },

    /** Notes the completion, keeping the moment it was first seen. */
    async complete(checkoutSessionId: string, now: number): Promise<void> {
      await db
        .updateTable('checkoutIntents')
        .set({ status: 'complete', completedAt: now })
        .where('checkoutSessionId', '=', checkoutSessionId)
        .where('status', '=', 'open')
        .execute();
    },

    async expire(checkoutSessionId: string): Promise<void> {
      await db
        .updateTable('checkoutIntents')
        .set({ status: 'expired' })
        .where('checkoutSessionId', '=', checkoutSessionId)
        .where('status', '=', 'open')
        .execute();
    },

    /** Closes everything that somebody began and that was not exchanged yet. */
    async expireOf({ issuer, subject }: Identity): Promise<void> {
      await db
        .updateTable('checkoutIntents')
        .set({ status: 'expired' })
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .where('status', '!=', 'exchanged')
        .execute();
    },

    /** Forgets checkouts that began before a moment. */
    async forget(before: number): Promise<void> {
      await db.deleteFrom('checkoutIntents').where('createdAt', '<', before).execute();
    },

    /** True for the first who exchanges a checkout that was complete by `since` or later, however many try at once. */
    async takeOnce(checkoutSessionId: string, sessionFamily: string, since = 0): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('checkoutIntents')
        .set({ status: 'exchanged', sessionFamily })
        .where('checkoutSessionId', '=', checkoutSessionId)
        .where('status', '=', 'complete')
        .where('completedAt', '>=', since)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
  };
}

function toIntent({
  issuer,
  subject,
  selection,
  completedAt,
  sessionFamily,
  ...row
}: Selectable<Schema['checkoutIntents']>): CheckoutIntent {
  return {
    ...row,
    ...(issuer !== null && subject !== null && { identity: { issuer, subject } }),
    selection: JSON.parse(selection) as Selection,
    ...(completedAt !== null && { completedAt }),
    ...(sessionFamily !== null && { sessionFamily }),
  };
}
