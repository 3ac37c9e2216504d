import { CompiledQuery, type Kysely, type Selectable } from 'kysely';
import type { Database } from './database.ts';
import { groupCommit } from './group-commit.ts';
import type { Schema } from './schema.ts';
import { isOver } from './term.ts';

export type InboxRow = Selectable<Schema['inbox']>;

/** An acknowledged event before it is applied. */
export type InboxEvent = Pick<InboxRow, 'eventId' | 'type' | 'subjectKind' | 'subjectId' | 'receivedAt'>;

/** Tries of what fails by itself before it is left to a person: about half an hour. */
export const maxAttempts = 12;
/** No try later than this after the event came. */
const maxAgeSeconds = 72 * 3600;
const longestPause = 3600;
/**
 * How long a process may work on what it claimed before another takes it up. Nothing is begun in the second half, which
 * is longer than all tries of a Stripe call; should one take longer still, it is done twice, which does no harm.
 */
const claimSeconds = 120;
/** Up to when after a claim something of it may be begun. */
export const beginSeconds = claimSeconds / 2;
const claimLimit = 200;

/** What is known of a failed try. */
export interface Failure {
  /** 0 to 1; spreads what failed together. */
  readonly random?: number;
  /** Seconds that Stripe asks to wait. */
  readonly retryAfter?: number;
  /** Stripe failed, not the event: it is tried for as long as its age allows. */
  readonly outage?: boolean;
}

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

/** Who works on what. */
function claimsOf(db: Kysely<Schema>, database: Way) {
  return {
    /** Takes what waits to be applied by now, oldest first: nobody else gets it for two minutes. */
    async claim(now: number): Promise<InboxRow[]> {
      const waiting = db
        .selectFrom('inbox')
        .select('eventId')
        .where('status', '=', 'pending')
        .where(isOver('nextAt', now, longestPause))
        .where(isOver('claimedUntil', now, claimSeconds))
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

    /** Gives back what was claimed and not begun. */
    async release(rows: readonly InboxRow[]): Promise<void> {
      const [first] = rows;
      if (!first) return;
      await db
        .updateTable('inbox')
        .set({ claimedUntil: 0 })
        .where(
          'eventId',
          'in',
          rows.map((row) => row.eventId),
        )
        .where('status', '=', 'pending')
        .where('claimedUntil', '=', first.claimedUntil)
        .execute();
    },
  };
}

/** Step 5, webhook: events that Stripe may forget because they are committed here. */
export function inboxTable(db: Kysely<Schema>, database: Way) {
  return {
    /** Commits an event, together with those that came meanwhile; false when it was here already. */
    add: groupCommit(insertInto(db, database)),

    ...claimsOf(db, database),

    /** Settles events; whom they were about is not kept, only that they were here. */
    async markApplied(eventIds: readonly string[], now: number): Promise<void> {
      await db
        .updateTable('inbox')
        .set({ status: 'applied', appliedAt: now, subjectId: '', lastError: null, claimedUntil: 0 })
        .where('eventId', 'in', eventIds)
        .execute();
    },

    /**
     * Puts a claimed event off, about 1 s, 2 s, 4 s … up to an hour (or as long as `retryAfter` says), then gives it up as
     * dead. Does nothing when the claim ran out and another took it up.
     */
    async markFailed(
      row: InboxRow,
      error: string,
      now: number,
      { random = 1, retryAfter = 0, outage = false }: Failure = {},
    ): Promise<void> {
      const attempts = row.attempts + 1;
      const pause = Math.max(1, Math.ceil(Math.min(2 ** row.attempts, longestPause) * random), retryAfter);
      const dead = (attempts >= maxAttempts && !outage) || now + pause - row.receivedAt > maxAgeSeconds;
      await db
        .updateTable('inbox')
        .set({ attempts, lastError: error.slice(0, 300), nextAt: now + pause, claimedUntil: 0, status: dead ? 'dead' : 'pending' })
        .where('eventId', '=', row.eventId)
        .where('status', '=', 'pending')
        .where('claimedUntil', '=', row.claimedUntil)
        .execute();
    },
  };
}
