import type { Kysely } from 'kysely';
import type { OutboxEntry, WrittenEntry } from './outbox.ts';
import type { Schema } from './schema.ts';
import { isOver } from './term.ts';

/** Nothing is put off for longer than these seconds. */
export const longestPause = 11 * 3600;

/** An entry that a consumer has still to deal with. */
export interface PendingDelivery extends WrittenEntry {
  /** Tries before this one. */
  readonly attempts: number;
}

/** Gives a consumer a row for each entry that it has none for yet; with `before` only older ones, which count as done. */
async function begin(db: Kysely<Schema>, consumer: string, before?: number): Promise<void> {
  await db
    .insertInto('outboxDeliveries')
    .columns(['outboxId', 'consumer', 'status', 'attempts', 'nextAt'])
    .expression((from) =>
      from
        .selectFrom('outbox')
        .leftJoin('outboxDeliveries as known', (join) => join.onRef('known.outboxId', '=', 'outbox.id').on('known.consumer', '=', consumer))
        .where('known.outboxId', 'is', null)
        .$if(before !== undefined, (query) => query.where('outbox.createdAt', '<', before!))
        .select((row) => [
          'outbox.id',
          row.val(consumer).as('consumer'),
          row.val(before === undefined ? 'pending' : 'done').as('status'),
          row.lit(0).as('attempts'),
          'outbox.createdAt',
        ])
        .$if(before === undefined, (query) => query.limit(1000)),
    )
    .onConflict((conflict) => conflict.columns(['outboxId', 'consumer']).doNothing())
    .execute();
}

function claimFrom(db: Kysely<Schema>) {
  return async (consumer: string, now: number, until: number, limit = 50): Promise<PendingDelivery[]> => {
    await begin(db, consumer);
    const due = await db
      .selectFrom('outboxDeliveries')
      .innerJoin('outbox', 'outbox.id', 'outboxDeliveries.outboxId')
      .select([
        'outbox.id',
        'outbox.type',
        'outbox.dedupeKey',
        'outbox.payload',
        'outbox.createdAt',
        'outboxDeliveries.attempts',
        'outboxDeliveries.nextAt',
      ])
      .where('outboxDeliveries.consumer', '=', consumer)
      .where('outboxDeliveries.status', '=', 'pending')
      .where(isOver('outboxDeliveries.nextAt', now, longestPause))
      .orderBy('outbox.createdAt')
      .orderBy('outbox.id')
      .limit(limit)
      .execute();
    const claimed: PendingDelivery[] = [];
    for (const { payload, nextAt, ...entry } of due) {
      const { numUpdatedRows } = await db
        .updateTable('outboxDeliveries')
        .set({ nextAt: until })
        .where('outboxId', '=', entry.id)
        .where('consumer', '=', consumer)
        .where('nextAt', '=', nextAt)
        .where('status', '=', 'pending')
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 1n) claimed.push({ ...entry, payload: JSON.parse(payload) as OutboxEntry['payload'] });
    }
    return claimed;
  };
}

/** How far each consumer of the outbox is. */
export function outboxDeliveriesTable(db: Kysely<Schema>) {
  return {
    /** What was written before a moment is none of a new consumer's business. */
    skipBefore: (consumer: string, moment: number): Promise<void> => begin(db, consumer, moment),

    /** Takes what a consumer has to do by now, oldest first; nobody else gets it until `until`. */
    claim: claimFrom(db),

    /** Gives back what was claimed and not begun. */
    async release(outboxIds: readonly string[], consumer: string, now: number): Promise<void> {
      if (outboxIds.length === 0) return;
      await db
        .updateTable('outboxDeliveries')
        .set({ nextAt: now })
        .where('outboxId', 'in', outboxIds)
        .where('consumer', '=', consumer)
        .where('status', '=', 'pending')
        .execute();
    },

    /** Notes how a delivery ended: done, given up, or to be tried again at `nextAt`. One that another finished meanwhile stays so. */
    async settle(
      outboxId: string,
      consumer: string,
      result: {
        readonly status: 'pending' | 'done' | 'dead';
        readonly attempts: number;
        readonly nextAt: number;
        readonly lastError?: string;
      },
    ): Promise<void> {
      await db
        .updateTable('outboxDeliveries')
        .set({ lastError: null, ...result })
        .where('outboxId', '=', outboxId)
        .where('consumer', '=', consumer)
        .where('status', '=', 'pending')
        .execute();
    },

    /** Whether a delivery still waits to be done. */
    async isPending(outboxId: string, consumer: string): Promise<boolean> {
      const row = await db
        .selectFrom('outboxDeliveries')
        .select('status')
        .where('outboxId', '=', outboxId)
        .where('consumer', '=', consumer)
        .executeTakeFirst();
      return row?.status === 'pending';
    },

    /** When a consumer has something to do next; undefined when nothing waits. */
    async nextDue(consumer: string): Promise<number | undefined> {
      const row = await db
        .selectFrom('outboxDeliveries')
        .select((expression) => expression.fn.min('nextAt').as('nextAt'))
        .where('consumer', '=', consumer)
        .where('status', '=', 'pending')
        .executeTakeFirst();
      return row?.nextAt ?? undefined;
    },

    async count(status: Schema['outboxDeliveries']['status']): Promise<number> {
      const row = await db
        .selectFrom('outboxDeliveries')
        .select((expression) => expression.fn.countAll<number>().as('rows'))
        .where('status', '=', status)
        .executeTakeFirstOrThrow();
      return Number(row.rows);
    },
  };
}
