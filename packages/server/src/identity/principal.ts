/**
 * Who is asking.
 *
 * Promise: every way in ends in the same opaque token, bound to the page's origin; no route sees a JWT, and a customer id
 * never comes from a client.
 */
import type { Context } from 'hono';
import { BillingError } from '../http/billing-error.ts';
import type { Identity, KnownIdentity } from '../store/identities.ts';
import type { SessionRow } from '../store/sessions.ts';
import type { Tables } from '../store/store.ts';
import { createCustomer, isDeletedCustomer } from '../stripe/customers.ts';
import { pastKeptAnswer } from '../stripe/kept-answers.ts';
import type { Till, TillEnv } from '../till.ts';
import { tellOrPutOff } from './changed-address.ts';
import { hashSecret, newSessionToken } from './session-token.ts';

/** Somebody signed in, with the Stripe customer that belongs to them once there is one. */
export interface Principal extends KnownIdentity {
  readonly familyId: string;
  /** How they proved who they are. */
  readonly method: string;
  /** When they did (Unix seconds). */
  readonly authTime: number;
}

const idleSeconds = 30 * 60;
/** The last use is written down at most this often. */
const touchSeconds = 60;
/** A token older than this is followed by a fresh one. */
const rotationSeconds = 10 * 60;
/** Requests that were on their way with the old token, other tabs, and answers that got lost. */
const graceSeconds = 30;
/** How fresh a sign-in must be for what cannot be undone. */
const stepUpSeconds = 15 * 60;

/** How somebody came in who returned from a checkout. */
export const checkoutMethod = 'checkout';

/** The header in which an answer hands over a fresh token; the page goes on with that one. */
export const sessionHeader = 'Till-Session';

/** The one who asks; throws `signed_out` without a valid token. */
export async function requirePrincipal(c: Context<TillEnv>, till: Pick<Till, 'store' | 'now'>): Promise<Principal> {
  const principal = await findPrincipal(c, till);
  if (!principal) throw new BillingError('signed_out');
  return principal;
}

/**
 * For what cannot be undone: throws `step_up_required` when the sign-in is older than a quarter of an hour. The return from
 * a checkout is none: with a copied token anybody can buy something small, and would have a fresh one.
 */
export function requireRecent({ authTime, method }: Principal, now: number): void {
  if (method === checkoutMethod || now - authTime > stepUpSeconds) throw new BillingError('step_up_required');
}

/** The one who asks, or undefined for a request without a token. A token that is not valid is refused, not ignored. */
export async function findPrincipal(c: Context<TillEnv>, till: Pick<Till, 'store' | 'now'>): Promise<Principal | undefined> {
  const header = c.req.header('authorization');
  if (header === undefined) return undefined;
  const { store, now } = till;
  const at = now();
  const token = /^Bearer (till_[\w-]{43})$/u.exec(header)?.[1];
  const session = token === undefined ? undefined : await store.sessions.find(hashSecret(token));
  if (!session || !(await isValid(session, c.get('origin'), till))) throw new BillingError('signed_out');

  const { issuer, subject, familyId, method, authTime } = session;
  const identity = await store.identities.find({ issuer, subject });
  // erased since the session was found
  if (!identity) throw new BillingError('signed_out');
  if (session.parentHash !== null) await store.transaction((tables) => tables.sessions.arrive(session, at));
  if (at - session.lastUsedAt >= touchSeconds) await store.sessions.touch(session.tokenHash, at);
  if (session.retiredAt === null && at - session.issuedAt >= rotationSeconds) await handOver(c, session, till);
  if (identity.customerId !== undefined) c.set('customerId', identity.customerId);
  return { ...identity, familyId, method, authTime };
}

/** A token that was replaced and comes again was copied: everything that came of its sign-in ends. */
async function isValid(session: SessionRow, origin: string | undefined, { store, now }: Pick<Till, 'store' | 'now'>): Promise<boolean> {
  const at = now();
  if (session.retiredAt !== null && at - session.retiredAt > graceSeconds) {
    await store.transaction((tables) => tables.sessions.removeFamily(session));
    return false;
  }
  const inTime = at < session.expiresAt && at - session.lastUsedAt < idleSeconds;
  return inTime && (origin === undefined || origin === session.origin);
}

/** Sends a fresh token with the answer, to one of the requests that could have it. */
async function handOver(c: Context<TillEnv>, session: SessionRow, { store, now }: Pick<Till, 'store' | 'now'>): Promise<void> {
  const fresh = newSessionToken();
  const won = await store.transaction((tables) => tables.sessions.rotate(session, hashSecret(fresh), now(), graceSeconds));
  if (won) c.header(sessionHeader, fresh);
}

/**
 * The Stripe customer of somebody signed in, made at the first need, once however often it is asked for. Stripe answers a
 * repeated request of one day with the customer it made first: when that one was erased or deleted, or is another's by now, another
 * is asked for. The address is told afterwards, as it may be another by the time of a repetition, and Stripe takes one and the same
 * request under a key.
 */
export async function ensureCustomer(till: Pick<Till, 'stripe' | 'store' | 'now' | 'log'>, principal: KnownIdentity): Promise<string> {
  if (principal.customerId) return principal.customerId;
  const { stripe, store, now } = till;
  const { issuer, subject } = principal;
  const identity = { issuer, subject };
  for (let attempt = 'v2'; ;) {
    const idempotencyKey = `customer:${hashSecret(JSON.stringify([issuer, subject]))}:${attempt}`;
    const customerId = await pastKeptAnswer(idempotencyKey, now(), (key) => createCustomer(stripe, { ...identity, idempotencyKey: key }));
    // one that was made earlier today, and that the owner deleted at Stripe since
    const isDeleted = await isDeletedCustomer(stripe, customerId);
    const outcome = await store.transaction(async (tables) => {
      await tables.identities.lock(identity);
      if (isDeleted || (await tables.erased.has(customerId))) return 'gone';
      const known = await tables.identities.find(identity);
      // who asked was erased meanwhile
      if (!known) return 'unknown';
      if (known.customerId !== undefined && known.customerId !== customerId) return 'another';
      // one that was made for them earlier today, and that another way in took over since
      if (known.customerId === undefined && (await isOfAnother(tables, identity, customerId))) return 'gone';
      await tables.identities.link(identity, customerId);
      if (known.customerId === undefined && known.email !== undefined) await tables.identities.setEmailDue(identity, known.email);
      return 'linked';
    });
    if (outcome === 'linked') {
      await tellOrPutOff(till, identity);
      return customerId;
    }
    if (outcome === 'unknown') throw new BillingError('signed_out');
    // the owner named another customer meanwhile, of whom the request has checked nothing
    if (outcome === 'another') throw new BillingError('not_possible_now');
    attempt = `after:${hashSecret(customerId)}`;
  }
}

/** In a transaction: whether a customer is, or was, reached by anybody else. */
async function isOfAnother({ identities }: Tables, { issuer, subject }: Identity, customerId: string): Promise<boolean> {
  const holders = [...(await identities.holdersOf(customerId)), ...(await identities.formerHoldersOf(customerId))];
  return holders.some((holder) => holder.issuer !== issuer || holder.subject !== subject);
}
