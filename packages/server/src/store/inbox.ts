import { CompiledQuery, type Kysely, type Selectable } from 'kysely';
import type { Database } from './database.ts';
import { groupCommit } from './group-commit.ts';
import type { Schema } from './schema.ts';

export type InboxRow = Selectable<Schema['inbox']>;

/** An acknowledged event before it is applied. */
export type InboxEvent = Pick<InboxRow, 'eventId' | 'type' | 'subjectKind' | 'subjectId' | 'receivedAt'>;

/** Tries before an event is left to a person: the longest pauses add up to about two days. */
export const maxAttempts = 12;
/** No try later than this after the event came. */
const maxAgeSeconds = 72 * 3600;
const longestPause = 3600;
/** How long a process may work on what it claimed before another takes it up: more than all tries of one Stripe call. */
const claimSeconds = 60;
const claimLimit = 200;

type Way = Pick<Database, 'eventsOfJson' | 'skipLocked'>;

/** One statement for all; in one order everywhere, so that two processes never wait for each other. */
function insertInto(db: Kysely<Schema>, { eventsOfJson }: Way) {
  const insertSql =
    'insert into inbox (event_id, type, subject_kind, subject_id, received_at, status, attempts, next_at) ' +
    `select event_id, type, subject_kind, subject_id, received_at, 'pending', 0, received_at from ${eventsOfJson} ` +
    'where true on conflict (event_id) do nothing returning event_id';

  return async (events: readonly InboxEvent[]): Promise<boolean[]> => {
    const rows = events
      .map(({ eventId, type, subjectKind, subjectId, receivedAt }) => [eventId, type, subjectKind, subjectId, receivedAt] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    const inserted = await db.executeQuery<{ eventId: string }>(CompiledQuery.raw(insertSql, [JSON.stringify(rows)]));
    const fresh = new Set(inserted.rows.map(({ eventId }) => eventId));
    return events.map(({ eventId }) => fresh.delete(eventId));
  };
}

/** Step 5, webhook: events that Stripe may forget because they are committed here. */
export function inboxTable(db: Kysely<Schema>, database: Way) {
  return {
    /** Commits an event, together with those that came meanwhile; false when it was here already. */
    add: groupCommit(insertInto(db, database)),

    /** Takes what waits to be applied by now, oldest first: nobody else gets it for a minute. */
    async claim(now: number): Promise<InboxRow[]> {
      const waiting = db
        .selectFrom('inbox')
        .select('eventId')
        .where('status', '=', 'pending')
        .where('nextAt', '<=', now)
        .where('claimedUntil', '<=', now)
        .orderBy('receivedAt')
        .orderBy('eventId')
        .limit(claimLimit)
        .$if(database.skipLocked, (query) => query.forUpdate().skipLocked());
      const rows = await db
        .updateTable('inbox')
        .set({ claimedUntil: now + claimSeconds })
        .where('eventId', 'in', waiting)
        .returningAll()
        .execute();
      return rows.toSorted((a, b) => a.receivedAt - b.receivedAt || (a.eventId < b.eventId ? -1 : 1));
    },

    /** Frees what a process that is gone had claimed. Only where there is never a second process. */
    async releaseClaims(): Promise<void> {
      await db.updateTable('inbox').set({ claimedUntil: 0 }).where('status', '=', 'pending').where('claimedUntil', '>', 0).execute();
    },

    async markApplied(eventIds: readonly string[], now: number): Promise<void> {
      await db
        .updateTable('inbox')
        .set({ status: 'applied', appliedAt: now, lastError: null, claimedUntil: 0 })
        .where('eventId', 'in', eventIds)
        .execute();
    },

    /**
     * Puts an event off, about 1 s, 2 s, 4 s … up to an hour (or as long as `retryAfter` says), then gives it up as dead.
     * `random` (0 to 1) spreads what failed together.
     */
    async markFailed(
      row: InboxRow,
      error: string,
      now: number,
      { random = 1, retryAfter = 0 }: { random?: number; retryAfter?: number } = {},
    ): Promise<void> {
      const attempts = row.attempts + 1;
      const pause = Math.max(1, Math.ceil(Math.min(2 ** row.attempts, longestPause) * random), retryAfter);
      const dead = attempts >= maxAttempts || now + pause - row.receivedAt > maxAgeSeconds;
      await db
        .updateTable('inbox')
        .set({ attempts, lastError: error.slice(0, 300), nextAt: now + pause, claimedUntil: 0, status: dead ? 'dead' : 'pending' })
        .where('eventId', '=', row.eventId)
        .execute();
    },
  };
}
