/**
 * The first way in: a JWT that the owner's backend minted for somebody it has signed in.
 *
 * Promise: only the configured algorithm, a short life, one audience and one use; what the JWT library would let pass
 * (a life of ten years, an empty subject, an unverified address) is refused here.
 */
import type { JWTPayload } from 'jose';
import * as v from 'valibot';
import { BillingError } from '../http/billing-error.ts';
import { jwksAlgorithms, type OwnerJwks } from './owner-jwks.ts';
import type { OwnerKey } from './owner-key.ts';

const audience = 'till';
const maxLifeSeconds = 600;
const clockToleranceSeconds = 30;

const claimsSchema = v.object({
  iss: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(255)), 'owner'),
  aud: v.literal(audience),
  sub: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  iat: v.pipe(v.number(), v.safeInteger()),
  exp: v.pipe(v.number(), v.safeInteger()),
  jti: v.pipe(v.string(), v.minLength(16), v.maxLength(128)),
  email: v.exactOptional(v.pipe(v.string(), v.email(), v.maxLength(254))),
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
    ...(email !== undefined && verified === true && { email: email.toLowerCase() }),
    ...(customer !== undefined && { customerId: customer }),
  };
}
