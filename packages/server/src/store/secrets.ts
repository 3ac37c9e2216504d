import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** Keys that the server makes once and keeps, such as the one that signs previews. */
export function secretsTable(db: Kysely<Schema>) {
  async function find(name: string): Promise<Buffer | undefined> {
    const row = await db.selectFrom('secrets').select('value').where('name', '=', name).executeTakeFirst();
    return row && Buffer.from(row.value, 'base64url');
  }

  return {
    /** The 256-bit key of this name, made at the first call. */
    async key(name: string): Promise<Buffer> {
      const known = await find(name);
      if (known) return known;
      await db
        .insertInto('secrets')
        .values({ name, value: randomBytes(32).toString('base64url') })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute();
      return (await find(name))!;
    },

    /** Forgets keys whose name begins so, but for the ones named. */
    async forget(prefix: string, keep: readonly string[]): Promise<void> {
      await db
        .deleteFrom('secrets')
        .where('name', 'like', `${prefix}%`)
        .where('name', 'not in', [...keep, ''])
        .execute();
    },
  };
}
