import type { Kysely, Selectable } from 'kysely';
import type { Schema } from './schema.ts';

export type InboxRow = Selectable<Schema['inbox']>;

/** An acknowledged event before it is applied. */
export type InboxEvent = Pick<InboxRow, 'eventId' | 'type' | 'subjectKind' | 'subjectId' | 'receivedAt'>;

/** Tries before an event is left to a person. */
const maxAttempts = 12;
const longestPause = 3600;

/** Step 5, webhook: events that Stripe may forget because they are committed here. */
export function inboxTable(db: Kysely<Schema>) {
  return {
    /** Commits an event; false when it was here already. */
    async add(event: InboxEvent): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('inbox')
        .values({ ...event, status: 'pending', attempts: 0, nextAt: event.receivedAt, lastError: null, appliedAt: null })
        .onConflict((conflict) => conflict.column('eventId').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },

    /** What waits to be applied by now, oldest first. */
    async due(now: number): Promise<InboxRow[]> {
      return db
        .selectFrom('inbox')
        .selectAll()
        .where('status', '=', 'pending')
        .where('nextAt', '<=', now)
        .orderBy('receivedAt')
        .orderBy('eventId')
        .limit(500)
        .execute();
    },

    async markApplied(eventIds: readonly string[], now: number): Promise<void> {
      await db.updateTable('inbox').set({ status: 'applied', appliedAt: now, lastError: null }).where('eventId', 'in', eventIds).execute();
    },

    /** Puts an event off: 1 s, 2 s, 4 s … up to an hour, then gives it up as dead. */
    async markFailed(row: InboxRow, error: string, now: number): Promise<void> {
      const attempts = row.attempts + 1;
      await db
        .updateTable('inbox')
        .set({
          attempts,
          lastError: error.slice(0, 300),
          nextAt: now + Math.min(2 ** row.attempts, longestPause),
          status: attempts < maxAttempts ? 'pending' : 'dead',
        })
        .where('eventId', '=', row.eventId)
        .execute();
    },

    /** When the next put-off event is due; undefined when none waits. */
    async nextDue(): Promise<number | undefined> {
      const row = await db
        .selectFrom('inbox')
        .select((expression) => expression.fn.min('nextAt').as('nextAt'))
        .where('status', '=', 'pending')
        .executeTakeFirst();
      return row?.nextAt ?? undefined;
    },

    async count(status: InboxRow['status']): Promise<number> {
      const row = await db
        .selectFrom('inbox')
        .select((expression) => expression.fn.countAll<number>().as('rows'))
        .where('status', '=', status)
        .executeTakeFirstOrThrow();
      return Number(row.rows);
    },
  };
}
