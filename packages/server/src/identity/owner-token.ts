/**
 * The first way in: a JWT that the owner's backend minted for somebody it has signed in.
 *
 * Promise: only the configured algorithm, a short life, one audience and one use; what the JWT library would let pass
 * (a life of ten years, an empty subject, an unverified address) is refused here.
 */
import type { JWTPayload } from 'jose';
import * as v from 'valibot';
import { BillingError } from '../http/billing-error.ts';
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
  readonly ownerKey?: OwnerKey;
  readonly ownerIssuer?: string;
}

/** The claims of a valid token; throws `token_invalid` for any other, without saying why. */
export async function verifyOwnerToken(token: string, { ownerKey, ownerIssuer }: OwnerTokenRules, now: number): Promise<OwnerClaims> {
  if (!ownerKey) throw new BillingError('token_invalid', { detail: 'This server knows no key of the owner’s site.' });
  const { jwtVerify } = await import('jose');
  const verified = await jwtVerify(token, ownerKey.key, {
    algorithms: [...ownerKey.algorithms],
    audience,
    clockTolerance: clockToleranceSeconds,
    currentDate: new Date(now * 1000),
    maxTokenAge: maxLifeSeconds,
    ...(ownerIssuer !== undefined && { issuer: ownerIssuer }),
  }).catch((error: unknown) => {
    throw new BillingError('token_invalid', { cause: error });
  });
  return toClaims(verified.payload);
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
