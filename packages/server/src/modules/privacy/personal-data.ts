/** What the server's own tables hold about a person: found, and deleted. */
import type { Kysely } from 'kysely';
import type { Schema } from '../../store/schema.ts';
import type { Tables } from '../../store/store.ts';

export interface Person {
  readonly issuer?: string;
  readonly subject?: string;
  readonly email?: string;
}

/** The identities that a person is known by, and their customers. */
export interface Known {
  readonly identities: readonly Schema['identities'][];
  readonly customerIds: readonly string[];
}

export interface TableExport {
  readonly table: string;
  /** What it is kept for. */
  readonly purpose: string;
  readonly rows: readonly unknown[];
}

const bySubject = (known: Known) => known.identities.map(({ issuer, subject }) => ({ issuer, subject }));

/** Everybody who is meant: one identity by its name, or all of one address. */
export async function findPerson(db: Kysely<Schema>, { issuer, subject, email }: Person): Promise<Known> {
  const query = db.selectFrom('identities').selectAll();
  const identities =
    email !== undefined
      ? await query.where('email', '=', email.toLowerCase()).execute()
      : await query
          .where('subject', '=', subject ?? '')
          .where('issuer', '=', issuer ?? 'owner')
          .execute();
  return { identities, customerIds: [...new Set(identities.flatMap(({ customerId }) => customerId ?? []))] };
}

/** All rows about a person, without the hashes that would open a session. */
export async function exportPerson(db: Kysely<Schema>, known: Known): Promise<TableExport[]> {
  const { identities, customerIds } = known;
  const ofCustomer = customerIds.length > 0 ? customerIds : [''];
  const subscriptions = await db.selectFrom('subscriptions').selectAll().where('customerId', 'in', ofCustomer).execute();
  const outbox = await db.selectFrom('outbox').selectAll().execute();
  const sessions = [];
  const checkoutIntents = [];
  for (const { issuer, subject } of bySubject(known)) {
    sessions.push(
      ...(await db
        .selectFrom('sessions')
        .select(['issuer', 'subject', 'origin', 'method', 'authTime', 'lastUsedAt', 'expiresAt'])
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .execute()),
    );
    checkoutIntents.push(
      ...(await db
        .selectFrom('checkoutIntents')
        .select(['checkoutSessionId', 'origin', 'selection', 'status', 'createdAt', 'completedAt'])
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .execute()),
    );
  }
  const subjects = [...ofCustomer, ...subscriptions.map(({ id }) => id)];
  return [
    { table: 'identities', purpose: 'Which Stripe customer belongs to whom.', rows: identities },
    { table: 'sessions', purpose: 'Sign-ins that have not ended for a day.', rows: sessions },
    { table: 'checkoutIntents', purpose: 'Checkouts that were begun, for 35 days.', rows: checkoutIntents },
    {
      table: 'subscriptions',
      purpose: 'A copy of what Stripe has.',
      rows: subscriptions.map(({ fact, ...row }) => ({ ...row, fact: JSON.parse(fact) as unknown })),
    },
    {
      table: 'purchases',
      purpose: 'What was paid once.',
      rows: await db.selectFrom('purchases').selectAll().where('customerId', 'in', ofCustomer).execute(),
    },
    {
      table: 'paymentSetups',
      purpose: 'Cards that were to be added, for 35 days.',
      rows: await db.selectFrom('paymentSetups').selectAll().where('customerId', 'in', ofCustomer).execute(),
    },
    {
      table: 'outbox',
      purpose: 'What was told to the owner and to them, for 35 days.',
      rows: outbox.filter(({ payload }) => customerIds.some((id) => payload.includes(`"${id}"`))),
    },
    {
      table: 'inbox',
      purpose: 'Ids of Stripe’s events about them, for 35 days.',
      rows: await db.selectFrom('inbox').select(['eventId', 'type', 'receivedAt']).where('subjectId', 'in', subjects).execute(),
    },
  ];
}

/** Deletes all rows about a person and leaves a mark by which nothing comes back. */
export async function erasePerson(tables: Tables, known: Known, now: number): Promise<void> {
  const db = tables.own<Schema>();
  const { customerIds } = known;
  for (const customerId of customerIds) {
    await tables.erased.add(customerId, now);
    const ids = (await db.selectFrom('subscriptions').select('id').where('customerId', '=', customerId).execute()).map(({ id }) => id);
    // the events' own ids stay, so that none is taken for a new one
    await db
      .updateTable('inbox')
      .set({ subjectId: 'erased', lastError: null })
      .where('subjectId', 'in', [customerId, ...ids])
      .execute();
    const told = (await db.selectFrom('outbox').select(['id', 'payload']).execute()).filter(({ payload }) =>
      payload.includes(`"${customerId}"`),
    );
    const entries = ['', ...told.map(({ id }) => id)];
    await db.deleteFrom('outboxDeliveries').where('outboxId', 'in', entries).execute();
    await db.deleteFrom('outbox').where('id', 'in', entries).execute();
    await db.deleteFrom('subscriptions').where('customerId', '=', customerId).execute();
    await db.deleteFrom('purchases').where('customerId', '=', customerId).execute();
    await db.deleteFrom('paymentSetups').where('customerId', '=', customerId).execute();
    await db.deleteFrom('customers').where('id', '=', customerId).execute();
  }
  for (const { issuer, subject } of bySubject(known)) {
    await tables.sessions.removePerson({ issuer, subject });
    await db.deleteFrom('checkoutIntents').where('issuer', '=', issuer).where('subject', '=', subject).execute();
    await db.deleteFrom('identities').where('issuer', '=', issuer).where('subject', '=', subject).execute();
  }
}
