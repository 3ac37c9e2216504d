import type { Kysely, Selectable } from 'kysely';
import type { Schema } from './schema.ts';

export type SessionRow = Selectable<Schema['sessions']>;

/** A token that was just made, before anything happened to it. */
export type NewSession = Omit<SessionRow, 'parentHash' | 'successorHash' | 'rotatedAt' | 'retiredAt'>;

const untouched = { parentHash: null, successorHash: null, rotatedAt: null, retiredAt: null };

/** Opaque session tokens, by their hash. */
export function sessionsTable(db: Kysely<Schema>) {
  return {
    async add(session: NewSession): Promise<void> {
      await db
        .insertInto('sessions')
        .values({ ...session, ...untouched })
        .execute();
    },

    async find(tokenHash: string): Promise<SessionRow | undefined> {
      return db.selectFrom('sessions').selectAll().where('tokenHash', '=', tokenHash).executeTakeFirst();
    },

    async touch(tokenHash: string, now: number): Promise<void> {
      await db.updateTable('sessions').set({ lastUsedAt: now }).where('tokenHash', '=', tokenHash).execute();
    },

    async removeFamily(familyId: string): Promise<void> {
      await db.deleteFrom('sessions').where('familyId', '=', familyId).execute();
    },

    /** Ends every session of a person. */
    async removePerson(issuer: string, subject: string): Promise<void> {
      await db.deleteFrom('sessions').where('issuer', '=', issuer).where('subject', '=', subject).execute();
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

/** How session tokens follow one another. */
export function sessionRotation(db: Kysely<Schema>) {
  const retire = (tokenHash: string, at: number) =>
    db.updateTable('sessions').set({ retiredAt: at }).where('tokenHash', '=', tokenHash).where('retiredAt', 'is', null).execute();
  return {
    /**
     * Lets a token be followed by another; true for one of many who try at once. A follower that nobody has used for
     * `patience` seconds did not arrive: it is replaced, and whoever comes with it later is taken for a thief.
     */
    async rotate(session: SessionRow, successorHash: string, now: number, patience: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('sessions')
        .set({ successorHash, rotatedAt: now })
        .where('tokenHash', '=', session.tokenHash)
        .where('retiredAt', 'is', null)
        .where((row) => row.or([row('rotatedAt', 'is', null), row('rotatedAt', '<=', now - patience)]))
        .executeTakeFirstOrThrow();
      if (numUpdatedRows !== 1n) return false;
      if (session.successorHash) await retire(session.successorHash, 0);
      const { tokenHash: parentHash } = session;
      await db
        .insertInto('sessions')
        .values({ ...session, ...untouched, parentHash, tokenHash: successorHash, issuedAt: now, lastUsedAt: now })
        .execute();
      return true;
    },

    /** Notes the first use of a token that follows another, whose days are counted from now on. */
    async arrive({ tokenHash, parentHash }: SessionRow, now: number): Promise<void> {
      if (parentHash === null) return;
      await retire(parentHash, now);
      await db.updateTable('sessions').set({ parentHash: null }).where('tokenHash', '=', tokenHash).execute();
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
