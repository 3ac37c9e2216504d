import type { Kysely } from 'kysely';
import type { InboxRow } from './inbox.ts';
import type { Schema } from './schema.ts';

/** Step 5, webhook: how the inbox stands. */
export function inboxState(db: Kysely<Schema>) {
  return {
    /** When the next put-off or abandoned event is due; undefined when none waits. */
    async nextDue(): Promise<number | undefined> {
      const row = await db
        .selectFrom('inbox')
        .select(({ fn, eb }) =>
          fn.min(eb.case().when('nextAt', '>', eb.ref('claimedUntil')).then(eb.ref('nextAt')).else(eb.ref('claimedUntil')).end()).as('due'),
        )
        .where('status', '=', 'pending')
        .executeTakeFirst();
      return row?.due ?? undefined;
    },

    /** When the oldest event came that is still not applied and not given up. */
    async oldestPending(): Promise<number | undefined> {
      const row = await db
        .selectFrom('inbox')
        .select((expression) => expression.fn.min('receivedAt').as('receivedAt'))
        .where('status', '=', 'pending')
        .executeTakeFirst();
      return row?.receivedAt ?? undefined;
    },

    async count(status: InboxRow['status']): Promise<number> {
      const row = await db
        .selectFrom('inbox')
        .select((expression) => expression.fn.countAll<number>().as('rows'))
        .where('status', '=', status)
        .executeTakeFirstOrThrow();
      return Number(row.rows);
    },

    async find(eventId: string): Promise<InboxRow | undefined> {
      return db.selectFrom('inbox').selectAll().where('eventId', '=', eventId).executeTakeFirst();
    },

    /** Events of one status, newest first. */
    async list(status: InboxRow['status'], limit: number): Promise<InboxRow[]> {
      return db
        .selectFrom('inbox')
        .selectAll()
        .where('status', '=', status)
        .orderBy('receivedAt', 'desc')
        .orderBy('eventId')
        .limit(limit)
        .execute();
    },
  };
}

/** Step 5, webhook: what a person does about events that were given up, and what is forgotten. */
export function inboxReview(db: Kysely<Schema>) {
  return {
    /** Lets a dead event be tried again at once, from the first attempt; false when it is not dead. */
    async replay(eventId: string, now: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('inbox')
        .set({ status: 'pending', attempts: 0, nextAt: now, receivedAt: now, claimedUntil: 0 })
        .where('eventId', '=', eventId)
        .where('status', '=', 'dead')
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    /** Settles a dead event without applying it; its id stays, so that it cannot come again. False when it is not dead. */
    async discard(eventId: string, now: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('inbox')
        .set({ status: 'applied', appliedAt: now, subjectId: '', lastError: null })
        .where('eventId', '=', eventId)
        .where('status', '=', 'dead')
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    /** Forgets what was applied before a moment (Stripe resends nothing older than 30 days), and what was given up and came before it. */
    async forget(before: number): Promise<void> {
      await db.deleteFrom('inbox').where('status', '=', 'applied').where('appliedAt', '<', before).execute();
      await db.deleteFrom('inbox').where('status', '=', 'dead').where('receivedAt', '<', before).execute();
    },
  };
}
