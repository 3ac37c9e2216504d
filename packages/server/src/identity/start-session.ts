/**
 * The end of every way in: a session for whoever has come.
 *
 * Promise: who proved who they are (an address by its code, anybody by the word of the site's owner) and who only finished a
 * checkout are never in one customer at the same time, however close together they come.
 */
import { BillingError } from '../http/billing-error.ts';
import type { KnownIdentity } from '../store/identities.ts';
import type { Tables } from '../store/store.ts';
import type { Till } from '../till.ts';
import { noteChangedAddress, tellSoon } from './changed-address.ts';
import { checkoutMethod } from './principal.ts';
import { hashSecret, newSessionToken } from './session-token.ts';
import type { FoundIdentity, SignedIn } from './sign-in.ts';
import { closePages, customerByCode, emailIssuer, endFormerAddresses, endWeakerWays, isProved, vouchesForAnother } from './take-over.ts';

const absoluteSeconds = 8 * 60 * 60;

/** Remembers somebody and starts a session for them on one origin; `method` is how they proved who they are, `take` uses the proof up. */
export async function startSession(
  till: Pick<Till, 'stripe' | 'store' | 'now' | 'log'>,
  identity: FoundIdentity,
  origin: string,
  method: string,
  take?: SignedIn['take'],
): Promise<{ token: string; expiresAt: number; subject: string }> {
  const { store, now } = till;
  const { issuer, subject } = identity;
  const token = newSessionToken();
  const tokenHash = hashSecret(token);
  const at = now();
  const expiresAt = at + absoluteSeconds;
  await store.sessions.sweep(at);
  // an erasure comes before both rows or after both
  const { left, takenOver, addressChanged } = await store.transaction(async (tables) => {
    await tables.identities.lock(identity);
    if (method === checkoutMethod) await refuseTakenOver(tables, identity);
    const familyId = (await take?.(tables, tokenHash)) ?? tokenHash;
    const before = await tables.identities.find(identity);
    const isWithout = identity.customerId === undefined && before?.customerId === undefined;
    const customerId = isWithout ? await customerByCode(tables, identity) : undefined;
    const reaching = await withoutOutdated(tables, customerId === undefined ? identity : { ...identity, customerId }, method, before);
    const left = await keepFormer(tables, reaching, before);
    await tables.identities.save(reaching, at);
    const addressChanged = await noteChangedAddress(tables, identity, before);
    const former = addressChanged ? await endFormerAddresses(tables, identity, before?.email) : undefined;
    const takenOver = (await endWeakerWays(tables, identity)) ?? former;
    const times = { authTime: at, issuedAt: at, lastUsedAt: at, expiresAt };
    await tables.sessions.add({ tokenHash, familyId, issuer, subject, origin, method, ...times });
    return { left, takenOver, addressChanged };
  });
  for (const customerId of [left, takenOver]) if (customerId !== undefined) await closePages(till, customerId);
  if (addressChanged) await tellSoon(till, identity);
  return { token, expiresAt, subject: subjectHash(identity) };
}

/** Who somebody is, so that a page can tell whether it is still the same person and learns nothing else. */
const subjectHash = ({ issuer, subject }: KnownIdentity): string => hashSecret(JSON.stringify([issuer, subject]));

/** What was found out before the transaction and does not hold in it: the customer of a checkout, or of an address, that is another's by now. */
async function withoutOutdated(
  tables: Tables,
  identity: FoundIdentity,
  method: string,
  before: KnownIdentity | undefined,
): Promise<KnownIdentity> {
  const { customerId, finding, ...rest } = identity;
  // the owner may have named another customer while the checkout was open
  if (method === checkoutMethod && before?.customerId !== undefined) return rest;
  // or have deleted the checkout's at Stripe, with which nothing can be done any more
  if (method === checkoutMethod && (await tables.identities.formerCustomersOf(identity)).some((id) => id === customerId)) return rest;
  if (identity.issuer !== emailIssuer || customerId === undefined) return identity;
  const holders = await tables.identities.holdersOf(customerId);
  // another address may have taken it over since Stripe was asked whose it is
  const came = holders.some(
    ({ issuer, subject }) => issuer === emailIssuer && subject !== rest.subject && !finding?.others.includes(subject),
  );
  const isOvertaken = finding !== undefined && (came || (finding.isKnownOnly && before?.customerId !== customerId));
  return isOvertaken || vouchesForAnother(holders, rest.subject) ? rest : { ...rest, customerId };
}

/**
 * A code leads from a customer with nothing that runs to another with something: what was paid for once as the one before stays
 * theirs, whoever has bought with their address. Where the owner names another, what the owner says holds, and nothing
 * of the one before stays theirs. Answers the one before, whose pages lead to what they would not reach.
 */
async function keepFormer(
  tables: Tables,
  { issuer, subject, customerId }: KnownIdentity,
  before: KnownIdentity | undefined,
): Promise<string | undefined> {
  const former = before?.customerId;
  if (former === undefined || customerId === undefined || customerId === former) return undefined;
  // an erased one is nobody's, and leads nobody away
  if (issuer !== emailIssuer) return (await tables.erased.has(customerId)) ? undefined : former;
  // another address may have taken it over at this very moment
  const isStill = (await tables.identities.holdersOf(former)).some((holder) => holder.issuer === issuer && holder.subject === subject);
  if (!isStill) return undefined;
  await tables.identities.addFormer({ issuer, subject }, former);
  return former;
}

/** A checkout that ends after its customer was taken over opens nothing; who took it over may come back from one of their own. */
async function refuseTakenOver(tables: Tables, { issuer, subject, customerId }: KnownIdentity): Promise<void> {
  if (customerId === undefined) return;
  // a code may have led who proved it to another since
  const holders = [...(await tables.identities.holdersOf(customerId)), ...(await tables.identities.formerHoldersOf(customerId))];
  const isHolder = holders.some((holder) => holder.issuer === issuer && holder.subject === subject);
  if (!isHolder && holders.some(isProved))
    throw new BillingError('checkout_not_yours', { detail: 'Somebody has proved that they are this buyer; sign in as they did.' });
}
