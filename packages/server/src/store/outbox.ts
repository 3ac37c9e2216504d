import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

export interface OutboxEntry {
  readonly type: string;
  /** Two entries of one key are one. */
  readonly dedupeKey: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What the owner and the customer shall hear, written together with its cause. */
export function outboxTable(db: Kysely<Schema>) {
  return {
    async add({ type, dedupeKey, payload }: OutboxEntry, now: number): Promise<void> {
      await db
        .insertInto('outbox')
        .values({ id: randomUUID(), type, dedupeKey, payload: JSON.stringify(payload), status: 'pending', createdAt: now })
        .onConflict((conflict) => conflict.column('dedupeKey').doNothing())
        .execute();
    },

    async list(): Promise<OutboxEntry[]> {
      const rows = await db.selectFrom('outbox').selectAll().orderBy('createdAt').orderBy('id').execute();
      return rows.map(({ type, dedupeKey, payload }) => ({ type, dedupeKey, payload: JSON.parse(payload) as OutboxEntry['payload'] }));
    },
  };
}
