import type { Kysely } from 'kysely';
import { erasedTable } from './erased.ts';
import type { Schema } from './schema.ts';

/** Who somebody is: the issuer's name for a person. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export interface KnownIdentity extends Identity {
  readonly customerId?: string;
  readonly email?: string;
  /** A proved address that Stripe's customer does not have yet. */
  readonly emailDue?: string;
}

/** Which Stripe customer belongs to which identity; the only bridge between the two. */
export function identitiesTable(db: Kysely<Schema>, lock: (name: string) => Promise<void>) {
  return {
    /** In a transaction: nobody erases this person until it ends, and whoever is being erased is gone afterwards. */
    lock: ({ issuer, subject }: Identity): Promise<void> => lock(`person:${JSON.stringify([issuer, subject])}`),

    async find({ issuer, subject }: Identity): Promise<KnownIdentity | undefined> {
      const row = await db
        .selectFrom('identities')
        .selectAll()
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .executeTakeFirst();
      if (!row) return undefined;
      return {
        issuer,
        subject,
        ...(row.customerId && { customerId: row.customerId }),
        ...(row.email && { email: row.email }),
        ...(row.emailDue && { emailDue: row.emailDue }),
      };
    },

    /** Remembers somebody; what is not given stays as it was. An erased customer is nobody's any more. */
    async save(identity: KnownIdentity, now: number): Promise<void> {
      const { issuer, subject, email } = identity;
      const isErased = identity.customerId !== undefined && (await erasedTable(db, lock).has(identity.customerId));
      const customerId = isErased ? undefined : identity.customerId;
      const known = { ...(customerId && { customerId }), ...(email && { email }) };
      await db
        .insertInto('identities')
        .values({ issuer, subject, customerId: customerId ?? null, email: email ?? null, emailDue: null, createdAt: now })
        .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doUpdateSet({ subject, ...known }))
        .execute();
    },

    /** Notes the customer of somebody who is known; false when they are not (any more). */
    async link({ issuer, subject }: Identity, customerId: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('identities')
        .set({ customerId })
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    /** Everybody who reaches a customer; in a transaction nobody else comes to it or goes before the end. */
    async holdersOf(customerId: string): Promise<KnownIdentity[]> {
      await lock(`customer:${customerId}`);
      const rows = await db.selectFrom('identities').selectAll().where('customerId', '=', customerId).execute();
      return rows.map(({ issuer, subject, email }) => ({ issuer, subject, customerId, ...(email && { email }) }));
    },

    async remove({ issuer, subject }: Identity): Promise<void> {
      await db.deleteFrom('identities').where('issuer', '=', issuer).where('subject', '=', subject).execute();
    },

    /** Whether a customer belongs to anybody who is known. */
    async isLinked(customerId: string): Promise<boolean> {
      return (await db.selectFrom('identities').select('subject').where('customerId', '=', customerId).executeTakeFirst()) !== undefined;
    },
  };
}

/** Customers that somebody reaches no more, and whose they were: the owner deleted them at Stripe, or a code led to another. */
export function formerCustomers(db: Kysely<Schema>, lock: (name: string) => Promise<void>) {
  return {
    /** In a transaction: lets nobody reach a customer any more, and notes whose it was: what they paid for once stays theirs. */
    async unlink(customerId: string): Promise<void> {
      await lock(`customer:${customerId}`);
      await noteFormer(db, customerId);
      await db.updateTable('identities').set({ customerId: null }).where('customerId', '=', customerId).execute();
    },

    /** Notes whose a customer was: what they paid for once stays theirs. */
    async addFormer({ issuer, subject }: Identity, customerId: string): Promise<void> {
      await db
        .insertInto('formerCustomers')
        .values({ issuer, subject, customerId })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    /** What somebody paid for once as a customer is theirs no more. */
    async forgetFormer({ issuer, subject }: Identity, customerId: string): Promise<void> {
      const own = db.deleteFrom('formerCustomers').where('issuer', '=', issuer).where('subject', '=', subject);
      await own.where('customerId', '=', customerId).execute();
    },

    /** Lets somebody reach their customer no more, of whom something is kept as of one before. */
    async letGo({ issuer, subject }: Identity): Promise<void> {
      const own = db.updateTable('identities').where('issuer', '=', issuer).where('subject', '=', subject);
      await own.set({ customerId: null }).execute();
    },

    /** In a transaction that removes somebody: what was theirs before is that of whoever takes their customer over. */
    async handOverFormer(from: Identity, to: Identity): Promise<void> {
      await shareFormer(db, from, to);
      await db.deleteFrom('formerCustomers').where('issuer', '=', from.issuer).where('subject', '=', from.subject).execute();
    },

    formerCustomersOf: (identity: Identity): Promise<string[]> => formerCustomersOf(db, identity),

    /** Everybody who keeps what was paid for once as a customer that they reach no more: the owner deleted it, or a code led to another. */
    async formerHoldersOf(customerId: string): Promise<Identity[]> {
      return db.selectFrom('formerCustomers').select(['issuer', 'subject']).where('customerId', '=', customerId).execute();
    },
  };
}

/** Customers that were somebody's, of which they keep what they paid for once. */
export async function formerCustomersOf(db: Kysely<Schema>, { issuer, subject }: Identity): Promise<string[]> {
  const former = db.selectFrom('formerCustomers').select('customerId').where('issuer', '=', issuer).where('subject', '=', subject);
  return (await former.orderBy('customerId').execute()).map(({ customerId }) => customerId);
}

async function shareFormer(db: Kysely<Schema>, from: Identity, { issuer, subject }: Identity): Promise<void> {
  const ofFrom = db.selectFrom('formerCustomers').where('issuer', '=', from.issuer).where('subject', '=', from.subject);
  await db
    .insertInto('formerCustomers')
    .columns(['issuer', 'subject', 'customerId'])
    .expression(ofFrom.select(({ val }) => [val(issuer).as('issuer'), val(subject).as('subject'), 'customerId']))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function noteFormer(db: Kysely<Schema>, customerId: string): Promise<void> {
  const holders = db
    .selectFrom('identities')
    .select((row) => ['issuer', 'subject', row.ref('customerId').$notNull().as('customerId')])
    .where('customerId', '=', customerId);
  await db
    .insertInto('formerCustomers')
    .columns(['issuer', 'subject', 'customerId'])
    .expression(holders)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Proved addresses that have changed, until Stripe has them. */
export function addressesDue(db: Kysely<Schema>) {
  return {
    /** Notes an address that Stripe is still to be told. */
    async setEmailDue({ issuer, subject }: Identity, emailDue: string): Promise<void> {
      await db.updateTable('identities').set({ emailDue }).where('issuer', '=', issuer).where('subject', '=', subject).execute();
    },

    /**
     * Notes that Stripe was told an address, of the customer that somebody had then or of none. False when either is another by
     * now: the newest address is due then, also where Stripe had been told it before.
     */
    async emailTold({ issuer, subject }: Identity, told: string, customerId: string | undefined): Promise<boolean> {
      const own = db.updateTable('identities').where('issuer', '=', issuer).where('subject', '=', subject);
      const settled = await own
        .set({ emailDue: null })
        .where('email', '=', told)
        .where('customerId', customerId === undefined ? 'is' : '=', customerId ?? null)
        .executeTakeFirstOrThrow();
      if (settled.numUpdatedRows === 1n) return true;
      const { numUpdatedRows } = await own.set(({ ref }) => ({ emailDue: ref('email') })).executeTakeFirstOrThrow();
      return numUpdatedRows === 0n;
    },

    /** Everybody with an address that Stripe is still to be told. */
    async withEmailDue(): Promise<Identity[]> {
      return db.selectFrom('identities').select(['issuer', 'subject']).where('emailDue', 'is not', null).execute();
    },
  };
}
