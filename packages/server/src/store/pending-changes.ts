import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import { isOver } from './term.ts';

/** A change of a subscription that was begun at Stripe and is not known to be done. */
export interface PendingChange<Change> {
  readonly subscriptionId: string;
  readonly customerId: string;
  /** Under which Stripe is asked, the first time and each time again. */
  readonly id: string;
  readonly change: Change;
  /** Unix seconds. */
  readonly createdAt: number;
}

/** Longer than any one call to Stripe lasts with its repetitions; whoever dies leaves the subscription to the next after that. */
const holdSeconds = 40;
/** Held, and nothing asked of Stripe: JSON, as an export reads every row. */
const none = 'null';

/**
 * One row for each subscription that somebody is changing: held by one request at a time, in whatever process, and with the
 * change that Stripe was asked for until it is known what became of it.
 */
export function pendingChangesTable(db: Kysely<Schema>) {
  return { ...turnsOf(db), ...changesOf(db) };
}

const rowOf = (db: Kysely<Schema>, subscriptionId: string, holder: string) =>
  db.updateTable('pendingChanges').where('subscriptionId', '=', subscriptionId).where('holder', '=', holder);

/** Who works on which subscription. */
function turnsOf(db: Kysely<Schema>) {
  return {
    /** Takes a subscription for one request; false while another one changes it. */
    async hold(subscriptionId: string, customerId: string, holder: string, now: number): Promise<boolean> {
      const mine = { holder, heldUntil: now + holdSeconds };
      const { numInsertedOrUpdatedRows = 0n } = await db
        .insertInto('pendingChanges')
        .values({ subscriptionId, customerId, id: '', change: none, createdAt: now, ...mine })
        .onConflict((conflict) =>
          conflict
            .column('subscriptionId')
            .doUpdateSet(mine)
            .where(isOver('pendingChanges.heldUntil', now, holdSeconds)),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows > 0n;
    },

    /** The time to work on it begins anew; false when it took too long and is another request's, or nobody's, by now. */
    async renew(subscriptionId: string, holder: string, now: number): Promise<boolean> {
      const { numUpdatedRows } = await rowOf(db, subscriptionId, holder)
        .set({ heldUntil: now + holdSeconds })
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    /** Lets the next request have the subscription. */
    async release(subscriptionId: string, holder: string): Promise<void> {
      const mine = db.deleteFrom('pendingChanges').where('subscriptionId', '=', subscriptionId).where('holder', '=', holder);
      await mine.where('change', '=', none).execute();
      await rowOf(db, subscriptionId, holder).set({ holder: null, heldUntil: 0 }).execute();
    },

    /** Deletes what was only held, by a request that died. */
    async forget(now: number): Promise<void> {
      await db.deleteFrom('pendingChanges').where('change', '=', none).where('heldUntil', '<', now).execute();
    },
  };
}

/** What Stripe was asked for. */
function changesOf(db: Kysely<Schema>) {
  return {
    /** Notes what Stripe is about to be asked for; false like `renew`, and then Stripe must not be asked. */
    async begin<Change>(holder: string, { subscriptionId, id, change, createdAt }: PendingChange<Change>): Promise<boolean> {
      const { numUpdatedRows } = await rowOf(db, subscriptionId, holder)
        .set({ id, change: JSON.stringify(change), createdAt, heldUntil: createdAt + holdSeconds })
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    /** The change of a subscription of which it is not known what became. */
    async find<Change>(subscriptionId: string): Promise<PendingChange<Change> | undefined> {
      const row = await db
        .selectFrom('pendingChanges')
        .select(['subscriptionId', 'customerId', 'id', 'change', 'createdAt'])
        .where('subscriptionId', '=', subscriptionId)
        .where('change', '<>', none)
        .executeTakeFirst();
      return row && { ...row, change: JSON.parse(row.change) as Change };
    },

    /** What became of it is known; its subscription stays held. */
    async finish(id: string): Promise<void> {
      await db.updateTable('pendingChanges').set({ id: '', change: none }).where('id', '=', id).execute();
    },

    /** Subscriptions of which a change was begun before a moment and is not done, in order. */
    async begunBefore(moment: number): Promise<string[]> {
      const rows = await db
        .selectFrom('pendingChanges')
        .select('subscriptionId')
        .where('change', '<>', none)
        .where('createdAt', '<', moment)
        .orderBy('subscriptionId')
        .execute();
      return rows.map(({ subscriptionId }) => subscriptionId);
    },
  };
}
