/**
 * Who comes to a customer by proof takes it over from those who did not prove as much.
 *
 * Promise: a purchase may have been begun with a stranger's address, so whoever only finished a checkout is out as soon as
 * the address is proved: their sessions end, and the pages that they opened at Stripe lead nowhere.
 */
import type { Identity, KnownIdentity } from '../store/identities.ts';
import type { Tables } from '../store/store.ts';
import { checkoutSessionsOf, expireIfOpen } from '../stripe/checkout-sessions.ts';
import type { Till } from '../till.ts';

/** Issuer of somebody known by a finished checkout only: nobody has proved the address that stands in it. */
export const checkoutIssuer = 'checkout';
/** Issuer of somebody who proved an address by a code; the address is the subject. */
export const emailIssuer = 'email';
/** Issuer of a row that an erasure makes, which nobody can come in as. */
export const erasureIssuer = 'erasure';

/** Whether somebody proved who they are, as opposed to having paid. */
export const isProved = ({ issuer }: Pick<Identity, 'issuer'>): boolean => issuer !== checkoutIssuer && issuer !== erasureIssuer;

/**
 * In a transaction, after the identity was saved: ends the ways into its customer that are worth less than this one. These
 * are finished checkouts and, for a proved address, other addresses, which the customer had before. Answers the customer when
 * there were any.
 */
export async function endWeakerWays(tables: Tables, identity: Identity): Promise<string | undefined> {
  const reached = isProved(identity) ? await reachedBy(tables, identity) : undefined;
  if (reached === undefined) return undefined;
  return endWays(tables, { ...reached, identity, isOver: (holder) => isWeaker(holder, identity) });
}

/**
 * In a transaction, after the owner's word has changed somebody's address from `before`: ends the ways in by other addresses, which
 * may be in somebody else's hands by now, unless the owner vouches for one as that of another person of the same customer. Answers
 * the customer when there were any.
 */
export async function endFormerAddresses(tables: Tables, identity: Identity, before: string | undefined): Promise<string | undefined> {
  for (const former of await tables.identities.formerCustomersOf(identity)) await endFormerHolders(tables, former);
  const reached = await reachedBy(tables, identity);
  if (reached === undefined) return undefined;
  const isOver = ({ issuer, subject }: Identity): boolean => issuer === emailIssuer && vouchesForAnother(reached.holders, subject);
  return endWays(tables, { ...reached, identity, before, isOver });
}

/** What was paid for once as a customer of before is no address's that the site's owner vouches for no more, either. */
async function endFormerHolders({ identities }: Tables, customerId: string): Promise<void> {
  const former = await identities.formerHoldersOf(customerId);
  const known = await Promise.all(former.map(async (holder) => (await identities.find(holder)) ?? holder));
  for (const holder of former)
    if (holder.issuer === emailIssuer && vouchesForAnother(known, holder.subject)) await identities.forgetFormer(holder, customerId);
}

/**
 * In a transaction: the customer to which somebody came by a code to the very address that the site's owner vouches for now, for a
 * person of the site who has none; what was theirs before is that person's too. What the owner has given to anybody is left alone:
 * several people of a site may have one address.
 */
export async function customerByCode(tables: Tables, identity: KnownIdentity): Promise<string | undefined> {
  const { email } = identity;
  if (email === undefined || !isVouchedFor(identity)) return undefined;
  const byCode = { issuer: emailIssuer, subject: email };
  const areTheirs = (holders: readonly Identity[]): boolean =>
    holders.every(({ issuer, subject }) => issuer === emailIssuer && subject === email);
  const reached = await reachedBy(tables, byCode);
  // before its holders were locked it may have become somebody else's, or nobody's
  if (reached && !(reached.holders.length > 0 && areTheirs(reached.holders))) return undefined;
  for (const former of await tables.identities.formerCustomersOf(byCode)) {
    const holders = [...(await tables.identities.holdersOf(former)), ...(await tables.identities.formerHoldersOf(former))];
    if (areTheirs(holders)) await tables.identities.addFormer(identity, former);
  }
  return reached?.customerId;
}

interface Reached {
  readonly customerId: string;
  /** Everybody who reaches it. */
  readonly holders: readonly KnownIdentity[];
}

/** In a transaction: the customer that somebody reaches, if there is one. */
async function reachedBy(tables: Tables, identity: Identity): Promise<Reached | undefined> {
  const customerId = (await tables.identities.find(identity))?.customerId;
  return customerId === undefined ? undefined : { customerId, holders: await tables.identities.holdersOf(customerId) };
}

/** Whether the site's owner says that a customer is somebody's, and not that this is their address. */
export function vouchesForAnother(holders: readonly KnownIdentity[], address: string): boolean {
  const vouched = holders.filter(isVouchedFor);
  return vouched.length > 0 && vouched.every((holder) => holder.email !== address);
}

const isVouchedFor = (holder: Pick<Identity, 'issuer'>): boolean => isProved(holder) && holder.issuer !== emailIssuer;

interface Ending extends Reached {
  /** Who takes it over. */
  readonly identity: Identity;
  /** The address that the owner vouched for as theirs until now. */
  readonly before?: string | undefined;
  readonly isOver: (holder: Identity) => boolean;
}

/** Who bought without a proof, or proved the address that was theirs, is whoever takes it over; anybody else keeps what they had before. */
async function endWays(tables: Tables, { customerId, holders, identity, before, isOver }: Ending): Promise<string | undefined> {
  // whoever a code has led away from it meanwhile comes to it no more either
  for (const left of await tables.identities.formerHoldersOf(customerId))
    if (isOver(left)) await tables.identities.forgetFormer(left, customerId);
  const ended = holders.filter(isOver);
  for (const holder of ended) {
    await tables.sessions.removePerson(holder);
    await tables.checkoutIntents.expireOf(holder);
    if (holder.issuer === checkoutIssuer || holder.subject === before) await tables.identities.handOverFormer(holder, identity);
    const keeps = (await tables.identities.formerCustomersOf(holder)).length > 0;
    await (keeps ? tables.identities.letGo(holder) : tables.identities.remove(holder));
  }
  if (ended.length === 0) return undefined;
  await tables.paymentSetups.finishOf(customerId);
  return customerId;
}

function isWeaker(holder: Identity, { issuer, subject }: Identity): boolean {
  if (holder.issuer === checkoutIssuer) return true;
  return issuer === emailIssuer && holder.issuer === emailIssuer && holder.subject !== subject;
}

/** Closes what is open at Stripe for a customer that was taken over. Where Stripe fails, it comes to nothing here all the same. */
export async function closePages({ stripe, log }: Pick<Till, 'stripe' | 'log'>, customerId: string): Promise<void> {
  try {
    for (const { id, isOpen } of await checkoutSessionsOf(stripe, customerId)) if (isOpen) await expireIfOpen(stripe, id);
  } catch (error) {
    log.warn('customer.pages_left_open', { message: customerId, error });
  }
}
