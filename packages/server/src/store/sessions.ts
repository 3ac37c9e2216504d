import type { Kysely, Selectable } from 'kysely';
import type { Schema } from './schema.ts';

export type SessionRow = Selectable<Schema['sessions']>;

/** Opaque session tokens, by their hash. */
export function sessionsTable(db: Kysely<Schema>) {
  return {
    async add(session: SessionRow): Promise<void> {
      await db.insertInto('sessions').values(session).execute();
    },

    async find(tokenHash: string): Promise<SessionRow | undefined> {
      return db.selectFrom('sessions').selectAll().where('tokenHash', '=', tokenHash).executeTakeFirst();
    },

    async touch(tokenHash: string, now: number): Promise<void> {
      await db.updateTable('sessions').set({ lastUsedAt: now }).where('tokenHash', '=', tokenHash).execute();
    },

    async remove(tokenHash: string): Promise<void> {
      await db.deleteFrom('sessions').where('tokenHash', '=', tokenHash).execute();
    },

    /** Deletes what ended more than a day ago. */
    async sweep(now: number): Promise<void> {
      await db
        .deleteFrom('sessions')
        .where('expiresAt', '<', now - 86_400)
        .execute();
    },
  };
}

/** Ids of exchanged owner tokens. */
export function ownerTokensTable(db: Kysely<Schema>) {
  return {
    /** True for the first taker of a token id, and for nobody afterwards. */
    async takeOnce(jti: string, expiresAt: number, now: number): Promise<boolean> {
      await db.deleteFrom('ownerTokens').where('expiresAt', '<', now).execute();
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('ownerTokens')
        .values({ jti, expiresAt })
        .onConflict((conflict) => conflict.column('jti').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}
