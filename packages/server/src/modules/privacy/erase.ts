/**
 * An erasure, step by step.
 *
 * Promise: Stripe comes first and the tables last, in one transaction: whatever fails on the way, nothing here is half
 * erased, and the same request again goes on where it stopped. Who came to be known meanwhile is seen before anything is
 * deleted.
 */
import { toComparableAddress } from '@tillkit/core/contract/email-address';
import { BillingError } from '../../http/billing-error.ts';
import type { Identity } from '../../store/identities.ts';
import { eraseRows, type AnyTables, type KnownPerson, type TableDescriptions } from '../../store/personal-data.ts';
import type { Schema } from '../../store/schema.ts';
import type { Tables } from '../../store/store.ts';
import { cancelNow } from '../../stripe/cancel-now.ts';
import { expireIfOpen } from '../../stripe/checkout-sessions.ts';
import { deleteCustomer } from '../../stripe/customers.ts';
import { listRunning } from '../../stripe/subscriptions.ts';
import type { Till } from '../../till.ts';
import { askStripe, findPerson, type Findings, type Person } from './find-person.ts';

export interface Erasure {
  readonly person: Person;
  readonly cancel: boolean;
  readonly deleteCustomer: boolean;
}

/** How often somebody may come to be known by more while they are being erased. */
const mostRounds = 3;

/** Subscriptions that Stripe would go on charging, as it has them now. */
export async function stillRunning({ stripe }: Pick<Till, 'stripe'>, { customer }: KnownPerson): Promise<string[]> {
  return (await Promise.all(customer.map((id) => listRunning(stripe, id)))).flat().map(({ id }) => id);
}

/** Throws `not_possible_now` when something still runs that was not to be ended. */
export function refuseRunning(running: readonly string[], cancel: boolean): void {
  if (running.length > 0 && !cancel) throw new BillingError('not_possible_now', { detail: `${running.length} subscriptions still run.` });
}

/** Erases somebody at last; answers who that was. */
export async function erase(till: Till, tables: TableDescriptions, erasure: Erasure): Promise<KnownPerson> {
  let met: readonly string[] = [];
  for (let round = 1; round <= mostRounds; round += 1) {
    const findings = await askStripe(till, erasure.person, met);
    await noteCustomers(till, findings);
    const known = await findPerson(till.store.own<Schema>(), findings);
    await endAtStripe(till, findings, known, erasure);
    const done = await till.store.transaction((all) => eraseHere(all, { findings, known, tables, now: till.now() }));
    if (done) {
      await till.store.compact();
      return known;
    }
    met = known.customer;
  }
  throw new BillingError('not_possible_now', { detail: 'The person is busy here: ask again.' });
}

/** A customer whom only Stripe's list of addresses led to is written down: once deleted there, that list has them no more. */
async function noteCustomers({ store, now }: Till, { person, customersOfAddress }: Findings): Promise<void> {
  if (!('email' in person)) return;
  for (const customerId of customersOfAddress)
    if (!(await store.identities.isLinked(customerId)))
      await store.identities.save(
        { issuer: 'erasure', subject: customerId, customerId, email: toComparableAddress(person.email) ?? person.email.toLowerCase() },
        now(),
      );
}

/** Nothing is left at Stripe that could charge them or start anew. */
async function endAtStripe(till: Till, { checkouts }: Findings, known: KnownPerson, erasure: Erasure): Promise<void> {
  const { stripe, store } = till;
  const open = new Set(checkouts.flatMap(({ id, isOpen }) => (isOpen ? [id] : [])));
  const listed = new Set(checkouts.map(({ id }) => id));
  for (const id of known.checkoutSession) if (!listed.has(id) && (await store.checkoutIntents.find(id))?.status === 'open') open.add(id);
  for (const id of open) await expireIfOpen(stripe, id);

  const running = await stillRunning(till, known);
  refuseRunning(running, erasure.cancel);
  for (const id of running) await cancelNow(stripe, id);
  if (erasure.deleteCustomer) for (const id of known.customer) await deleteCustomer(stripe, id);
}

interface Erasable {
  readonly findings: Findings;
  readonly known: KnownPerson;
  readonly tables: TableDescriptions;
  readonly now: number;
}

/** False, and nothing done, when they are known by anything else than what was ended at Stripe. */
async function eraseHere(all: Tables, { findings, known, tables, now }: Erasable): Promise<boolean> {
  for (const identity of known.identities) await all.identities.lock(identity);
  // lets no reading that is under way be written down after this
  for (const customerId of known.customer) await all.erased.has(customerId);
  const present = await findPerson(all.own<Schema>(), findings);
  if (!isWithin(present, known)) return false;
  for (const customerId of known.customer) await all.erased.add(customerId, now);
  // waits for a token that is just being handed over
  for (const identity of present.identities) await all.sessions.removePerson(identity);
  await eraseRows(all.own<AnyTables>(), tables, present, now);
  return true;
}

/** Whether somebody is known by nothing but what they were known by before; as many of each may be others by now. */
function isWithin(present: KnownPerson, known: KnownPerson): boolean {
  const people = new Set(known.identities.map(nameOf));
  const customers = new Set(known.customer);
  return present.identities.every((identity) => people.has(nameOf(identity))) && present.customer.every((id) => customers.has(id));
}

const nameOf = ({ issuer, subject }: Identity): string => JSON.stringify([issuer, subject]);
