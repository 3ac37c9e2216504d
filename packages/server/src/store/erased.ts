import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** Stripe's ids are long and random: nobody finds one by its hash. */
const hashOf = (customerId: string): string => createHash('sha256').update(`erased:${customerId}`).digest('base64url');

/** Customers of whom nothing is to be written down any more. */
export function erasedTable(db: Kysely<Schema>, lock: (name: string) => Promise<void>) {
  return {
    /** In a transaction that writes about a customer: no erasure can come between this answer and its end. */
    async has(customerId: string): Promise<boolean> {
      await lock(`customer:${customerId}`);
      return (
        (await db.selectFrom('erased').select('erasedAt').where('customerHash', '=', hashOf(customerId)).executeTakeFirst()) !== undefined
      );
    },

    /** In the transaction that erases. */
    async add(customerId: string, now: number): Promise<void> {
      await lock(`customer:${customerId}`);
      await db
        .insertInto('erased')
        .values({ customerHash: hashOf(customerId), erasedAt: now })
        .onConflict((conflict) => conflict.column('customerHash').doNothing())
        .execute();
    },
  };
}
