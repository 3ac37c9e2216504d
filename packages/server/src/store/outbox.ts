import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { erasedTable } from './erased.ts';
import type { Schema } from './schema.ts';

export interface OutboxEntry {
  readonly type: string;
  /** Two entries of one key are one. */
  readonly dedupeKey: string;
  /** Plain JSON with Stripe's ids; nothing personal, which is read from Stripe when it is needed. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** An entry as it was written down. */
export interface WrittenEntry extends OutboxEntry {
  readonly id: string;
  readonly createdAt: number;
}

/** A UUID of version 7 with microseconds, so that what is written in one second keeps its order. */
function timedId(): string {
  const milliseconds = performance.timeOrigin + performance.now();
  const whole = Math.floor(milliseconds);
  const fraction = Math.floor((milliseconds - whole) * 4096);
  const random = randomBytes(8);
  random[0] = (random[0]! & 0x3f) | 0x80;
  const hex = whole.toString(16).padStart(12, '0') + (0x7000 + fraction).toString(16) + random.toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
}

/** What the owner and the customer shall hear, written together with its cause. */
export function outboxTable(db: Kysely<Schema>, lock: (name: string) => Promise<void>) {
  return {
    /** Writes an entry once, in a transaction; about somebody who was erased nothing is written. */
    async add({ type, dedupeKey, payload }: OutboxEntry, now: number): Promise<void> {
      // in one order everywhere, so that two processes never wait for each other
      const customers = [payload.customerId, payload.otherCustomerId].filter((id) => typeof id === 'string').toSorted();
      for (const customerId of customers) if (await erasedTable(db, lock).has(customerId)) return;
      await db
        .insertInto('outbox')
        .values({ id: timedId(), type, dedupeKey, payload: JSON.stringify(payload), status: 'pending', createdAt: now })
        .onConflict((conflict) => conflict.column('dedupeKey').doNothing())
        .execute();
    },

    /** Which of these keys were told. */
    async known(dedupeKeys: readonly string[]): Promise<ReadonlySet<string>> {
      const rows = await db.selectFrom('outbox').select('dedupeKey').where('dedupeKey', 'in', dedupeKeys).execute();
      return new Set(rows.map(({ dedupeKey }) => dedupeKey));
    },

    async list(): Promise<OutboxEntry[]> {
      const rows = await db.selectFrom('outbox').selectAll().orderBy('createdAt').orderBy('id').execute();
      return rows.map(({ type, dedupeKey, payload }) => ({ type, dedupeKey, payload: JSON.parse(payload) as OutboxEntry['payload'] }));
    },

    /** Forgets entries, with what became of them, that were written before a moment. */
    async forget(before: number): Promise<void> {
      const old = db.selectFrom('outbox').select('id').where('createdAt', '<', before);
      await db.deleteFrom('outboxDeliveries').where('outboxId', 'in', old).execute();
      await db.deleteFrom('outbox').where('createdAt', '<', before).execute();
    },
  };
}
