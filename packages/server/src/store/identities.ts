import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** Who somebody is: the issuer's name for a person. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export interface KnownIdentity extends Identity {
  readonly customerId?: string;
  readonly email?: string;
}

/** Which Stripe customer belongs to which identity; the only bridge between the two. */
export function identitiesTable(db: Kysely<Schema>) {
  return {
    async find({ issuer, subject }: Identity): Promise<KnownIdentity | undefined> {
      const row = await db
        .selectFrom('identities')
        .selectAll()
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .executeTakeFirst();
      if (!row) return undefined;
      return { issuer, subject, ...(row.customerId && { customerId: row.customerId }), ...(row.email && { email: row.email }) };
    },

    /** Remembers somebody; what is not given stays as it was. */
    async save(identity: KnownIdentity, now: number): Promise<void> {
      const { issuer, subject, customerId, email } = identity;
      const known = { ...(customerId && { customerId }), ...(email && { email }) };
      await db
        .insertInto('identities')
        .values({ issuer, subject, customerId: customerId ?? null, email: email ?? null, createdAt: now })
        .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doUpdateSet({ subject, ...known }))
        .execute();
    },
  };
}
