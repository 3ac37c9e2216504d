import type { Kysely } from 'kysely';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Schema } from './schema.ts';

/** The mirror of Stripe's subscriptions; Stripe stays the truth and can fill it again. */
export function subscriptionsTable(db: Kysely<Schema>) {
  return {
    /** Draws the token that orders answers from Stripe; take it before asking. */
    async nextFetchToken(): Promise<number> {
      const row = await db
        .insertInto('counters')
        .values({ name: 'fetch', value: 1 })
        .onConflict((conflict) => conflict.column('name').doUpdateSet((row) => ({ value: row('counters.value', '+', 1) })))
        .returning('value')
        .executeTakeFirstOrThrow();
      return row.value;
    },

    /** Writes unless an answer to a later question stands there already; whether it was written. In a transaction that locks the id. */
    async write(fact: SubscriptionFact, fetchToken: number, now: number): Promise<boolean> {
      const gone = await db.selectFrom('goneSubscriptions').select('fetchToken').where('id', '=', fact.id).executeTakeFirst();
      if (gone && gone.fetchToken > fetchToken) return false;
      const row = { customerId: fact.customerId, fact: JSON.stringify(fact), fetchToken, seenAt: now };
      const { numInsertedOrUpdatedRows = 0n } = await db
        .insertInto('subscriptions')
        .values({ id: fact.id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row).where('subscriptions.fetchToken', '<', fetchToken))
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows > 0n;
    },

    /** Forgets what Stripe does not have any more, unless an answer to a later question stands there. In a transaction that locks the id. */
    async remove(id: string, fetchToken: number, now: number): Promise<void> {
      await db.deleteFrom('subscriptions').where('id', '=', id).where('fetchToken', '<', fetchToken).execute();
      const row = { fetchToken, goneAt: now };
      await db
        .insertInto('goneSubscriptions')
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row).where('goneSubscriptions.fetchToken', '<', fetchToken))
        .execute();
    },

    /** Forgets that subscriptions were found gone before a moment: no question from then is still open. */
    async forgetGone(before: number): Promise<void> {
      await db.deleteFrom('goneSubscriptions').where('goneAt', '<', before).execute();
    },

    /** Every subscription that is known, in pages by id. */
    async page(after: string, limit: number): Promise<SubscriptionFact[]> {
      const rows = await db.selectFrom('subscriptions').select('fact').where('id', '>', after).orderBy('id').limit(limit).execute();
      return rows.map((row) => JSON.parse(row.fact) as SubscriptionFact);
    },

    async find(id: string): Promise<SubscriptionFact | undefined> {
      const row = await db.selectFrom('subscriptions').select('fact').where('id', '=', id).executeTakeFirst();
      return row && (JSON.parse(row.fact) as SubscriptionFact);
    },

    /** A customer's subscriptions, newest first. */
    async ofCustomer(customerId: string): Promise<SubscriptionFact[]> {
      const rows = await db.selectFrom('subscriptions').select('fact').where('customerId', '=', customerId).execute();
      return rows
        .map((row) => JSON.parse(row.fact) as SubscriptionFact)
        .toSorted((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
    },

    /** When all of a customer's subscriptions were last read from Stripe. */
    async customerSeenAt(customerId: string): Promise<number | undefined> {
      return (await db.selectFrom('customers').select('seenAt').where('id', '=', customerId).executeTakeFirst())?.seenAt;
    },

    async markCustomerSeen(id: string, seenAt: number): Promise<void> {
      await db
        .insertInto('customers')
        .values({ id, seenAt })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ seenAt }))
        .execute();
    },
  };
}
