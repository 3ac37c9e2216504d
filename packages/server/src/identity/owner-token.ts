/**
 * The first way in: a JWT that the owner's backend minted for somebody it has signed in.
 *
 * Promise: only the configured algorithm, a short life, one audience and one use; what the JWT library would let pass
 * (a life of ten years, an empty subject, an unverified address) is refused here.
 */
import type { JWTPayload } from 'jose';
import * as v from 'valibot';
import { toComparableAddress } from '@tillkit/core/contract/email-address';
import { BillingError } from '../http/billing-error.ts';
import { isStorable } from '../http/storable.ts';
import { jwksAlgorithms, type OwnerJwks } from './owner-jwks.ts';
import type { OwnerKey } from './owner-key.ts';
import { checkoutIssuer, emailIssuer, erasureIssuer } from './take-over.ts';

const audience = 'till';
const maxLifeSeconds = 600;
const clockToleranceSeconds = 30;

/** What is stored, and compared by: text that every database keeps as it is. */
const text = (min: number, max: number) => v.pipe(v.string(), v.minLength(min), v.maxLength(max), v.check(isStorable));
/** Ways in of ours, which a token cannot speak for. */
const ownIssuers: readonly string[] = [checkoutIssuer, emailIssuer, erasureIssuer];

const claimsSchema = v.object({
  iss: v.optional(
    v.pipe(
      text(1, 255),
      v.check((issuer) => !ownIssuers.includes(issuer)),
    ),
    'owner',
  ),
  aud: v.literal(audience),
  sub: text(1, 255),
  iat: v.pipe(v.number(), v.safeInteger()),
  exp: v.pipe(v.number(), v.safeInteger()),
  jti: text(16, 128),
  email: v.exactOptional(v.pipe(v.string(), v.check(isStorable))),
  email_verified: v.exactOptional(v.boolean()),
  customer: v.exactOptional(v.pipe(v.string(), v.regex(/^cus_\w{1,200}$/u))),
});

export interface OwnerClaims {
  readonly issuer: string;
  readonly subject: string;
  /** Only when the owner says that it is verified. */
  readonly email?: string;
  /** A Stripe customer that the owner knows to be this person. */
  readonly customerId?: string;
  readonly jti: string;
  readonly expiresAt: number;
}

export interface OwnerTokenRules {
  /** Keys of the owner's backend, each with the algorithms that it is for; more than one while they are rotated. */
  readonly ownerKeys?: readonly OwnerKey[];
  /** Looks a key of the owner's key set up. */
  readonly ownerJwks?: OwnerJwks;
  readonly ownerIssuer?: string;
}

/** The claims of a valid token; throws `token_invalid` for any other, without saying why. */
export async function verifyOwnerToken(token: string, rules: OwnerTokenRules, now: number): Promise<OwnerClaims> {
  const { ownerKeys = [], ownerJwks, ownerIssuer } = rules;
  if (ownerKeys.length === 0 && !ownerJwks)
    throw new BillingError('token_invalid', { detail: 'This server knows no key of the owner’s site.' });
  // base64 readers pass over spaces, so that one token would have many spellings
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/u.test(token)) throw new BillingError('token_invalid');
  const { jwtVerify } = await import('jose');
  const demands = {
    audience,
    clockTolerance: clockToleranceSeconds,
    currentDate: new Date(now * 1000),
    maxTokenAge: maxLifeSeconds,
    ...(ownerIssuer !== undefined && { issuer: ownerIssuer }),
  };
  const tries = [
    ...ownerKeys.map(
      ({ key, algorithms }) =>
        () =>
          jwtVerify(token, key, { ...demands, algorithms: [...algorithms] }),
    ),
    ...(ownerJwks ? [() => jwtVerify(token, ownerJwks, { ...demands, algorithms: [...jwksAlgorithms] })] : []),
  ];
  let cause: unknown;
  for (const attempt of tries) {
    try {
      return toClaims((await attempt()).payload);
    } catch (error) {
      cause ??= error; // the next key may be the one: two are valid while one is rotated
    }
  }
  throw new BillingError('token_invalid', { cause });
}

function toClaims(payload: JWTPayload): OwnerClaims {
  const result = v.safeParse(claimsSchema, payload);
  if (!result.success) throw new BillingError('token_invalid');
  const { iss, sub, iat, exp, jti, email, email_verified: verified, customer } = result.output;
  if (exp - iat > maxLifeSeconds || exp <= iat) throw new BillingError('token_invalid');
  return {
    issuer: iss,
    subject: sub,
    jti,
    expiresAt: exp,
    ...(email !== undefined && verified === true && verifiedAddress(email)),
    ...(customer !== undefined && { customerId: customer }),
  };
}

/**
 * The address that the owner vouches for. One that is an address, and yet none that a mail of ours could go to (letters beyond
 * ASCII before the `@`), is left out: the person is who they are without it. What is no address at all is refused.
 */
function verifiedAddress(claimed: string): Pick<OwnerClaims, 'email'> {
  const email = toComparableAddress(claimed);
  if (email !== undefined) return { email };
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(claimed)) throw new BillingError('token_invalid');
  return {};
}
