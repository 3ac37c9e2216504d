/**
 * Whose customer somebody is who has just proved an e-mail address.
 *
 * Promise: exactly this address in whatever capitals, as Stripe's list has it this moment; only customers that came about through
 * Tillkit, unless the owner wants all; one of them, never a mixture, and nobody who was erased. A customer of somebody whom
 * the site's owner signed in is reached by the address that the owner vouches for, and by none that was only typed.
 */
import { toComparableAddress } from '@tillkit/core/contract/email-address';
import { hasBoughtAlone, holdsOnce } from '../../../entitlement/purchases.ts';
import { emailIssuer, vouchesForAnother } from '../../../identity/take-over.ts';
import type { FoundIdentity } from '../../../identity/sign-in.ts';
import type { KnownIdentity } from '../../../store/identities.ts';
import { hasLiveSubscription, listCustomersOfAddress, type CustomerOfAddress } from '../../../stripe/customers.ts';
import type { Till } from '../../../till.ts';

/** How often it is looked for whose a customer is, where another address comes to it each time. */
const maxLooks = 3;

/**
 * The identity that a proved address stands for, with the customer that it reaches. Where another address reaches it, Stripe is asked
 * once that is known: what it said before may be the reason why the other one came.
 */
export async function identityOfAddress(
  till: Pick<Till, 'stripe' | 'store'>,
  typed: string,
  linkExistingCustomers: boolean,
): Promise<FoundIdentity> {
  let others: readonly string[] = [];
  for (let look = 1; ; look += 1) {
    const { isKnownOnly, ...identity } = await findIdentity(till, typed, linkExistingCustomers);
    const now = await otherAddresses(till, identity);
    if (look === maxLooks || now.every((address) => others.includes(address))) return { ...identity, finding: { others, isKnownOnly } };
    others = now;
  }
}

async function otherAddresses({ store }: Pick<Till, 'store'>, { subject, customerId }: KnownIdentity): Promise<string[]> {
  const holders = customerId === undefined ? [] : await store.identities.holdersOf(customerId);
  return holders.filter((holder) => holder.issuer === emailIssuer && holder.subject !== subject).map((holder) => holder.subject);
}

async function findIdentity(
  { stripe, store }: Pick<Till, 'stripe' | 'store'>,
  typed: string,
  linkExistingCustomers: boolean,
): Promise<KnownIdentity & { readonly isKnownOnly: boolean }> {
  const email = toComparableAddress(typed) ?? typed.toLowerCase();
  const identity = { issuer: emailIssuer, subject: email };
  const linked = (await store.identities.find(identity))?.customerId;
  const reachable: CustomerOfAddress[] = [];
  const listed = await listCustomersOfAddress(stripe, typed);
  for (const customer of listed) {
    const allowed = customer.isOurs || linkExistingCustomers || (await hasBoughtAlone(store, customer.id));
    const reached = customer.id === linked || (allowed && !(await belongsToAnother(customer.id)));
    if (reached && !(await store.erased.has(customer.id))) reachable.push(customer);
  }
  const live = reachable.filter(({ isLive }) => isLive);
  // somebody else may buy with this address: that takes nobody away from a subscription that runs
  const isKept = linked !== undefined && reachable.some(({ id }) => id !== linked) && (await runs(linked));
  const customerId = (isKept ? linked : live[0]?.id) ?? (await holding()) ?? linked ?? reachable[0]?.id;
  const isKnownOnly = customerId === linked && !reachable.some(({ id }) => id === linked);
  return { ...identity, email, ...(customerId && { customerId }), isKnownOnly };

  /** Also of a customer that Stripe does not list: it lists the newest, by the address that they have now. */
  async function runs(customerId: string): Promise<boolean> {
    return listed.find(({ id }) => id === customerId)?.isLive ?? hasLiveSubscription(stripe, customerId);
  }

  /** Where nothing runs: of those with something that was paid for once the one that they reached before, else the newest. */
  async function holding(): Promise<string | undefined> {
    for (const id of [...(linked === undefined ? [] : [linked]), ...reachable.map((customer) => customer.id)])
      if (await holdsOnce(store, id)) return id;
    return undefined;
  }

  /** Whether the site's owner says that it is somebody's, and not that this is their address. */
  async function belongsToAnother(id: string): Promise<boolean> {
    return vouchesForAnother(await store.identities.holdersOf(id), email);
  }
}
