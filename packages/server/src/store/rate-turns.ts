import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** When the visitors of one network took their turns; names and addresses are keyed hashes. */
export function rateTurnsTable(db: Kysely<Schema>) {
  return {
    /** Moments of the turns of a key, in order. */
    async read(key: string): Promise<readonly number[]> {
      const row = await db.selectFrom('rateTurns').select('turns').where('key', '=', key).executeTakeFirst();
      return row ? (JSON.parse(row.turns) as number[]) : [];
    },

    async write(key: string, moments: readonly number[], expiresAt: number): Promise<void> {
      const row = { turns: JSON.stringify(moments), expiresAt };
      await db
        .insertInto('rateTurns')
        .values({ key, ...row })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
        .execute();
    },

    async forget(now: number): Promise<void> {
      await db.deleteFrom('rateTurns').where('expiresAt', '<=', now).execute();
    },
  };
}
