import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

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

/** At most one for each subscription; what it consists of is known to whoever begins it. */
export function pendingChangesTable(db: Kysely<Schema>) {
  return {
    /** False when another one of the same subscription is not done yet. */
    async begin<Change>({ change, ...row }: PendingChange<Change>): Promise<boolean> {
      const { numInsertedOrUpdatedRows = 0n } = await db
        .insertInto('pendingChanges')
        .values({ ...row, change: JSON.stringify(change) })
        .onConflict((conflict) => conflict.column('subscriptionId').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows > 0n;
    },

    async find<Change>(subscriptionId: string): Promise<PendingChange<Change> | undefined> {
      const row = await db.selectFrom('pendingChanges').selectAll().where('subscriptionId', '=', subscriptionId).executeTakeFirst();
      return row && { ...row, change: JSON.parse(row.change) as Change };
    },

    async finish(id: string): Promise<void> {
      await db.deleteFrom('pendingChanges').where('id', '=', id).execute();
    },

    /** Subscriptions of which one was begun before a moment and is not done. */
    async begunBefore(moment: number): Promise<string[]> {
      const rows = await db.selectFrom('pendingChanges').select('subscriptionId').where('createdAt', '<', moment).limit(100).execute();
      return rows.map(({ subscriptionId }) => subscriptionId);
    },
  };
}
