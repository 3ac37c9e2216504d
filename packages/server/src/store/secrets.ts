import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** Keys that the server makes once and keeps, such as the one that signs previews. */
export function secretsTable(db: Kysely<Schema>) {
  return {
    /** The 256-bit key of this name, made at the first call. */
    async key(name: string): Promise<Buffer> {
      await db
        .insertInto('secrets')
        .values({ name, value: randomBytes(32).toString('base64url') })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute();
      const row = await db.selectFrom('secrets').select('value').where('name', '=', name).executeTakeFirstOrThrow();
      return Buffer.from(row.value, 'base64url');
    },
  };
}
