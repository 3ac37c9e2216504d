/**
 * Who is meant, and everything by which they are known.
 *
 * Promise: all identities that share a customer or a proved address are one person. An address that somebody typed at
 * Stripe proves nobody, so that it counts only where the owner asks for exactly that address, in whatever capitals.
 */
import { toComparableAddress, toEmailAddress } from '@tillkit/core/contract/email-address';
import type { Kysely } from 'kysely';
import { slotOwnersOf } from '../../checkout/one-open-checkout.ts';
import { hasBoughtAlone } from '../../entitlement/purchases.ts';
import { formerCustomersOf, type KnownIdentity } from '../../store/identities.ts';
import type { KnownPerson } from '../../store/personal-data.ts';
import type { Schema } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';
import { checkoutSessionsOf, type CustomersCheckout } from '../../stripe/checkout-sessions.ts';
import { listCustomersOfAddress } from '../../stripe/customers.ts';
import type { Till } from '../../till.ts';

/** How the owner names somebody. */
export type Person = { readonly email: string } | { readonly customer: string } | { readonly subject: string; readonly issuer?: string };

/** What Stripe had to be asked for. */
export interface Findings {
  readonly person: Person;
  /** Customers with exactly the address that was asked for, in whatever capitals. */
  readonly customersOfAddress: readonly string[];
  /** Customers that were theirs when the erasure began, whoever they are of by now. */
  readonly metBefore: readonly string[];
  readonly checkouts: readonly CustomersCheckout[];
}

/** Asks Stripe what only it knows: customers by the address, and their checkouts. Reads, and writes nothing. */
export async function askStripe(till: Till, person: Person, metBefore: readonly string[] = []): Promise<Findings> {
  const db = till.store.own<Schema>();
  const customersOfAddress = 'email' in person ? await knownOfAddress(till, person.email) : [];
  const { customer } = await findPerson(db, { person, customersOfAddress, metBefore, checkouts: [] });
  const checkouts = await Promise.all(customer.map((id) => checkoutSessionsOf(till.stripe, id)));
  return { person, customersOfAddress, metBefore, checkouts: checkouts.flat() };
}

/** Somebody else's customer in the same Stripe account, whom this server never saw, is none of its business. */
async function knownOfAddress({ stripe, store }: Till, email: string): Promise<string[]> {
  const known = [];
  for (const { id, isOurs } of await listCustomersOfAddress(stripe, toEmailAddress(email) ?? email))
    if (isOurs || (await hasSeen(store, id))) known.push(id);
  return known;
}

async function hasSeen(store: Store, customerId: string): Promise<boolean> {
  const { subscriptions } = store;
  if ((await subscriptions.customerSeenAt(customerId)) !== undefined || (await hasBoughtAlone(store, customerId))) return true;
  return (await subscriptions.ofCustomer(customerId)).length > 0;
}

/** Everything by which they are known, by what Stripe said before and what the tables say now. */
export async function findPerson(db: Kysely<Schema>, findings: Findings): Promise<KnownPerson> {
  const { person, customersOfAddress, metBefore, checkouts } = findings;
  const customers = new Set([...customersOfAddress, ...metBefore, ...('customer' in person ? [person.customer] : [])]);
  const emails = new Set('email' in person ? [toComparableAddress(person.email) ?? person.email.toLowerCase()] : []);
  const identities = await allIdentities(db, person, customers, emails);
  const customer = [...customers].toSorted();

  const sessions = await checkoutSessionsHere(db, identities, customer);
  const checkoutSession = [...new Set([...checkouts.map(({ id }) => id), ...sessions])].toSorted();
  const subscriptions = await db.selectFrom('subscriptions').select('id').where('customerId', 'in', orNone(customer)).execute();
  const subscription = subscriptions.map(({ id }) => id);
  return {
    identities,
    email: [...emails],
    customer,
    subscription,
    checkoutSession,
    row: [...slotOwnersOf(identities, customer), ...(await toldAbout(db, customer))],
    stripe: [...customer, ...subscription, ...checkoutSession],
  };
}

/** A list for `in`, which SQL does not allow to be empty. */
const orNone = (values: readonly string[]): readonly string[] => (values.length > 0 ? values : ['']);

/**
 * Identities that share a customer, also one that was deleted at Stripe, or an address, and so on until none is left; adds their
 * customers and addresses.
 */
async function allIdentities(db: Kysely<Schema>, person: Person, customers: Set<string>, emails: Set<string>): Promise<KnownIdentity[]> {
  const named = 'subject' in person ? { issuer: person.issuer ?? 'owner', subject: person.subject } : undefined;
  for (let known = -1; ;) {
    const rows = await db
      .selectFrom('identities')
      .selectAll()
      .where((row) =>
        row.or([
          row('customerId', 'in', orNone([...customers])),
          row('email', 'in', orNone([...emails])),
          ...(named ? [row.and([row('issuer', '=', named.issuer), row('subject', '=', named.subject)])] : []),
          row.exists(
            row
              .selectFrom('formerCustomers')
              .select('customerId')
              .where('customerId', 'in', orNone([...customers]))
              .whereRef('formerCustomers.issuer', '=', 'identities.issuer')
              .whereRef('formerCustomers.subject', '=', 'identities.subject'),
          ),
        ]),
      )
      .orderBy('issuer')
      .orderBy('subject')
      .execute();
    for (const { customerId, email } of rows) {
      if (customerId !== null) customers.add(customerId);
      if (email !== null) emails.add(email);
    }
    for (const row of rows) for (const id of await formerCustomersOf(db, row)) customers.add(id);
    if (rows.length === known)
      return rows.map(({ issuer, subject, customerId }) => ({ issuer, subject, ...(customerId !== null && { customerId }) }));
    known = rows.length;
  }
}

async function checkoutSessionsHere(
  db: Kysely<Schema>,
  identities: readonly KnownIdentity[],
  customers: readonly string[],
): Promise<string[]> {
  const found = identities.flatMap(({ issuer, subject }) => (issuer === 'checkout' ? [subject] : []));
  for (const table of ['purchases', 'paymentSetups'] as const) {
    const rows = await db.selectFrom(table).select('checkoutSessionId').where('customerId', 'in', orNone(customers)).execute();
    found.push(...rows.map(({ checkoutSessionId }) => checkoutSessionId));
  }
  for (const { issuer, subject } of identities) {
    const ofIdentity = db
      .selectFrom('checkoutIntents')
      .select('checkoutSessionId')
      .where('issuer', '=', issuer)
      .where('subject', '=', subject);
    found.push(...(await ofIdentity.execute()).map(({ checkoutSessionId }) => checkoutSessionId));
  }
  return found;
}

/** Entries of the outbox whose payload names one of the customers. */
async function toldAbout(db: Kysely<Schema>, customers: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const customer of customers) {
    const rows = await db.selectFrom('outbox').select(['id', 'payload']).where('payload', 'like', `%"${customer}"%`).execute();
    // an underscore in a pattern stands for any character
    found.push(...rows.filter(({ payload }) => payload.includes(`"${customer}"`)).map(({ id }) => id));
  }
  return found;
}
