import { createHash, randomBytes } from 'node:crypto';

/** A fresh opaque token of 256 bit. */
export function newSessionToken(): string {
  return `till_${randomBytes(32).toString('base64url')}`;
}

/** SHA-256, base64url: what is stored of a token or a verifier. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
