import type { Kysely } from 'kysely';
import type { Store, Tables } from '../../../store/store.ts';
import { isOver } from '../../../store/term.ts';
import type { CodesSchema } from './tables.ts';

/** Guesses that are looked at, for each code. */
export const maxTries = 5;
/** ASVS 6.5.5: at most ten minutes. */
export const codeSeconds = 10 * 60;
/** How long a process may take to send one mail. */
const claimSeconds = 60;

export type Challenge = CodesSchema['mailerChallenges'];

export interface NewChallenge {
  readonly challengeHash: string;
  readonly verifierHash: string;
  readonly origin: string;
  readonly email: string;
  readonly locale: string | undefined;
  readonly allowed: boolean;
}

/** Writes a challenge down; one that may send no mail is written all the same. */
export async function addChallenge(tables: Tables, { allowed, locale, ...challenge }: NewChallenge, now: number): Promise<void> {
  await tables
    .own<CodesSchema>()
    .insertInto('mailerChallenges')
    .values({
      ...challenge,
      locale: locale ?? null,
      status: allowed ? 'queued' : 'withheld',
      codeHash: null,
      expiresAt: now + codeSeconds,
      tries: 0,
      attempts: 0,
      nextAt: now,
      claimedUntil: 0,
      createdAt: now,
    })
    .execute();
}

export interface Proof {
  readonly challengeHash: string;
  readonly verifierHash: string;
  readonly origin: string;
}

/** What becomes of challenges; each step is one statement, so that any number of processes and requests agree. */
export function challengesTable(store: Store) {
  const db = store.own<CodesSchema>();
  return {
    ...guesses(db),
    ...sendings(db),

    /** Forgets challenges and turns that were made before these moments. */
    async forget(challengesBefore: number, turnsBefore: number): Promise<void> {
      await db.deleteFrom('mailerChallenges').where('createdAt', '<', challengesBefore).execute();
      await db.deleteFrom('mailerTurns').where('at', '<=', turnsBefore).execute();
    },
  };
}

export type Challenges = ReturnType<typeof challengesTable>;

function guesses(db: Kysely<CodesSchema>) {
  return {
    /**
     * Takes one of the guesses of a code; undefined when there is none to take. Whoever is not the browser that asked, on
     * the page where it asked, takes none.
     */
    async takeGuess({ challengeHash, verifierHash, origin }: Proof, now: number): Promise<Challenge | undefined> {
      return db
        .updateTable('mailerChallenges')
        .set(({ eb }) => ({ tries: eb('tries', '+', 1) }))
        .where('challengeHash', '=', challengeHash)
        .where('verifierHash', '=', verifierHash)
        .where('origin', '=', origin)
        .where('status', '!=', 'used')
        .where('expiresAt', '>', now)
        .where('tries', '<', maxTries)
        .returningAll()
        .executeTakeFirst();
    },

    /** True for the first who uses a code, however many have it. */
    async takeOnce(challengeHash: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('mailerChallenges')
        .set({ status: 'used' })
        .where('challengeHash', '=', challengeHash)
        .where('status', '!=', 'used')
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
  };
}

function sendings(db: Kysely<CodesSchema>) {
  return {
    /** Claims mails that are due, oldest first; nobody else gets them meanwhile. */
    async claimDue(now: number, limit: number): Promise<Challenge[]> {
      const due = await db
        .selectFrom('mailerChallenges')
        .select('challengeHash')
        .where('status', '=', 'queued')
        .where(isOver('nextAt', now, codeSeconds))
        .where(isOver('claimedUntil', now, claimSeconds))
        .orderBy('nextAt')
        .limit(limit)
        .execute();
      const claimed: Challenge[] = [];
      for (const { challengeHash } of due) {
        const row = await db
          .updateTable('mailerChallenges')
          .set({ claimedUntil: now + claimSeconds })
          .where('challengeHash', '=', challengeHash)
          .where('status', '=', 'queued')
          .where(isOver('claimedUntil', now, claimSeconds))
          .returningAll()
          .executeTakeFirst();
        if (row) claimed.push(row);
      }
      return claimed;
    },

    /** Puts a code in the place of the one before it, with the moment at which it ends. */
    async setCode(challengeHash: string, code: Pick<Challenge, 'codeHash' | 'expiresAt'>): Promise<void> {
      await db.updateTable('mailerChallenges').set(code).where('challengeHash', '=', challengeHash).execute();
    },

    /** Notes what became of a mail; one whose code was used meanwhile stays used. */
    async settle(challengeHash: string, outcome: Partial<Pick<Challenge, 'status' | 'attempts' | 'nextAt'>>): Promise<void> {
      await db
        .updateTable('mailerChallenges')
        .set({ ...outcome, claimedUntil: 0 })
        .where('challengeHash', '=', challengeHash)
        .where('status', '=', 'queued')
        .execute();
    },

    /** Mails of the last hour that were given up. */
    async countFailed(): Promise<number> {
      const { count } = await db
        .selectFrom('mailerChallenges')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('status', '=', 'failed')
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}
