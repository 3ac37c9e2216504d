/**
 * Who is asking.
 *
 * Promise: every way in ends in the same opaque token, bound to the page's origin; no route sees a JWT, and a customer id
 * never comes from a client.
 */
import type { Context } from 'hono';
import { BillingError } from '../http/billing-error.ts';
import type { Identity, KnownIdentity } from '../store/identities.ts';
import { createCustomer } from '../stripe/customers.ts';
import type { Till, TillEnv } from '../till.ts';
import { hashSecret, newSessionToken } from './session-token.ts';

/** Somebody signed in, with the Stripe customer that belongs to them once there is one. */
export interface Principal extends KnownIdentity {
  readonly tokenHash: string;
}

const idleSeconds = 30 * 60;
const absoluteSeconds = 8 * 60 * 60;
/** The last use is written down at most this often. */
const touchSeconds = 60;

/** Starts a session for an identity on one origin. */
export async function startSession(
  { store, now }: Pick<Till, 'store' | 'now'>,
  { issuer, subject }: Identity,
  origin: string,
): Promise<{ token: string; expiresAt: number }> {
  const token = newSessionToken();
  const at = now();
  const expiresAt = at + absoluteSeconds;
  await store.sessions.sweep(at);
  await store.sessions.add({ tokenHash: hashSecret(token), issuer, subject, origin, authTime: at, lastUsedAt: at, expiresAt });
  return { token, expiresAt };
}

/** The one who asks; throws `signed_out` without a valid token. */
export async function requirePrincipal(c: Context<TillEnv>, till: Till): Promise<Principal> {
  const principal = await findPrincipal(c, till);
  if (!principal) throw new BillingError('signed_out');
  return principal;
}

/** The one who asks, or undefined for a request without a token. A token that is not valid is refused, not ignored. */
export async function findPrincipal(c: Context<TillEnv>, { store, now }: Till): Promise<Principal | undefined> {
  const header = c.req.header('authorization');
  if (header === undefined) return undefined;
  const token = /^Bearer (till_[\w-]{43})$/u.exec(header)?.[1];
  const tokenHash = token === undefined ? '' : hashSecret(token);
  const session = await store.sessions.find(tokenHash);
  const origin = c.get('origin');
  const at = now();
  const valid =
    session && at < session.expiresAt && at - session.lastUsedAt < idleSeconds && (origin === undefined || origin === session.origin);
  if (!valid) throw new BillingError('signed_out');
  if (at - session.lastUsedAt >= touchSeconds) await store.sessions.touch(tokenHash, at);
  const { issuer, subject } = session;
  return { issuer, subject, ...(await store.identities.find({ issuer, subject })), tokenHash };
}

/** The Stripe customer of somebody signed in, made at the first need, once however often it is asked for. */
export async function ensureCustomer(
  { stripe, store, now }: Pick<Till, 'stripe' | 'store' | 'now'>,
  principal: KnownIdentity,
): Promise<string> {
  if (principal.customerId) return principal.customerId;
  const { issuer, subject, email } = principal;
  const idempotencyKey = `customer:${hashSecret(JSON.stringify([issuer, subject]))}:v1`;
  const customerId = await createCustomer(stripe, { issuer, subject, ...(email && { email }), idempotencyKey });
  await store.identities.save({ issuer, subject, customerId }, now());
  return customerId;
}
