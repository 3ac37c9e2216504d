import type { Kysely, Selectable } from 'kysely';
import type { Identity } from './identities.ts';
import type { Schema } from './schema.ts';

export type SessionRow = Selectable<Schema['sessions']>;

/** A token that was just made, before anything happened to it. */
export type NewSession = Omit<SessionRow, 'parentHash' | 'successorHash' | 'rotatedAt' | 'retiredAt'>;

const untouched = { parentHash: null, successorHash: null, rotatedAt: null, retiredAt: null };

/** Lets no other transaction go on that works on the sessions of the same person, until this one ends. */
type LockPerson = (person: Identity) => Promise<void>;

export const lockPerson =
  (lock: (name: string) => Promise<void>): LockPerson =>
  ({ issuer, subject }) =>
    lock(`sessions:${JSON.stringify([issuer, subject])}`);

/** Opaque session tokens, by their hash. */
export function sessionsTable(db: Kysely<Schema>, lock: LockPerson) {
  return {
    /** In a transaction: nobody ends a session of this person until it ends, and what is being ended is gone afterwards. */
    lock,

    async add(session: NewSession): Promise<void> {
      await db
        .insertInto('sessions')
        .values({ ...session, ...untouched })
        .execute();
    },

    async find(tokenHash: string): Promise<SessionRow | undefined> {
      return db.selectFrom('sessions').selectAll().where('tokenHash', '=', tokenHash).executeTakeFirst();
    },

    /** When the sign-in was of which a family of tokens comes, the first where it was repeated; undefined once it was ended. */
    async signedInAt(familyId: string): Promise<number | undefined> {
      const row = await db
        .selectFrom('sessions')
        .select(({ fn }) => fn.min('authTime').as('signedInAt'))
        .where('familyId', '=', familyId)
        .executeTakeFirst();
      return row?.signedInAt ?? undefined;
    },

    async touch(tokenHash: string, now: number): Promise<void> {
      await db.updateTable('sessions').set({ lastUsedAt: now }).where('tokenHash', '=', tokenHash).execute();
    },

    /** In a transaction: ends all that came of one sign-in, a token that is just being handed over included. */
    async removeFamily({ familyId, ...person }: Pick<SessionRow, 'familyId' | 'issuer' | 'subject'>): Promise<void> {
      await lock(person);
      await db.deleteFrom('sessions').where('familyId', '=', familyId).execute();
    },

    /** In a transaction: ends every session of a person. */
    async removePerson({ issuer, subject }: Identity): Promise<void> {
      await lock({ issuer, subject });
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
export function sessionRotation(db: Kysely<Schema>, lock: LockPerson) {
  return {
    /**
     * In a transaction: lets a token be followed by another; true for one of many who try at once. A follower that nobody
     * has used for `patience` seconds may be lost, and gets a sibling; whichever is used first is the one that counts.
     */
    async rotate(session: SessionRow, successorHash: string, now: number, patience: number): Promise<boolean> {
      await lock(session);
      const { numUpdatedRows } = await db
        .updateTable('sessions')
        .set({ successorHash, rotatedAt: now })
        .where('tokenHash', '=', session.tokenHash)
        .where('retiredAt', 'is', null)
        .where((row) => row.or([row('rotatedAt', 'is', null), row('rotatedAt', '<=', now - patience)]))
        .executeTakeFirstOrThrow();
      if (numUpdatedRows !== 1n) return false;
      const { tokenHash: parentHash } = session;
      await db
        .insertInto('sessions')
        .values({ ...session, ...untouched, parentHash, tokenHash: successorHash, issuedAt: now, lastUsedAt: now })
        .execute();
      return true;
    },

    /**
     * In a transaction: notes the first use of a token that follows another, which is good for a little while from now on.
     * A sibling of it was lost on the way: whoever comes with that one later is taken for a thief.
     */
    async arrive(session: SessionRow, now: number): Promise<void> {
      const { tokenHash, parentHash, familyId } = session;
      if (parentHash === null) return;
      await lock(session);
      const retire = (at: number) => db.updateTable('sessions').set({ retiredAt: at }).where('retiredAt', 'is', null);
      await retire(now).where('tokenHash', '=', parentHash).execute();
      await retire(0).where('familyId', '=', familyId).where('parentHash', '=', parentHash).where('tokenHash', '!=', tokenHash).execute();
      await db.updateTable('sessions').set({ parentHash: null }).where('tokenHash', '=', tokenHash).execute();
    },
  };
}

/** Ids of exchanged owner tokens. */
export function ownerTokensTable(db: Kysely<Schema>) {
  /** Forgets tokens that have run out. */
  async function forget(now: number): Promise<void> {
    await db.deleteFrom('ownerTokens').where('expiresAt', '<', now).execute();
  }

  return {
    forget,

    /** True for the first taker of a token id, and for nobody afterwards. */
    async takeOnce(jti: string, expiresAt: number, now: number): Promise<boolean> {
      await forget(now);
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('ownerTokens')
        .values({ jti, expiresAt })
        .onConflict((conflict) => conflict.column('jti').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}
