import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';

/** The key of the owner's backend with the only algorithms that may be used with it; never chosen by a token. */
export interface OwnerKey {
  readonly key: KeyObject;
  readonly algorithms: readonly string[];
}

/** A shared secret (HS256), or a sentence that says what is wrong with it. */
export function parseOwnerSecret(secret: string): OwnerKey | string {
  if (Buffer.byteLength(secret) < 32) return 'TILL_JWT_SECRET must have at least 32 bytes; `openssl rand -base64 32` makes one.';
  return { key: createSecretKey(secret, 'utf8'), algorithms: ['HS256'] };
}

/** One secret or several, separated by commas, while they are rotated; or a sentence that says what is wrong. */
export function parseOwnerSecrets(text: string): OwnerKey[] | string {
  const parts = text.split(',').map((part) => part.trim());
  // a comma may also stand within one secret
  const secrets = parts.every((part) => Buffer.byteLength(part) >= 32) ? parts : [text];
  return allOrFault(secrets.map(parseOwnerSecret));
}

/** One public key in PEM form or several, one after the other; or a sentence that says what is wrong. */
export function parseOwnerPublicKeys(text: string): OwnerKey[] | string {
  const blocks = text.match(/-----BEGIN [A-Z ]+-----[^-]+-----END [A-Z ]+-----/gu) ?? [text];
  return allOrFault(blocks.map(parseOwnerPublicKey));
}

function allOrFault(keys: readonly (OwnerKey | string)[]): OwnerKey[] | string {
  const fault = keys.find((key) => typeof key === 'string');
  return fault ?? keys.filter((key) => typeof key !== 'string');
}

/** A public key in PEM form, or a sentence that says what is wrong with it. */
export function parseOwnerPublicKey(pem: string): OwnerKey | string {
  const key = pem.startsWith('-----BEGIN PUBLIC KEY-----') ? readKey(pem) : undefined;
  const algorithms = key && algorithmsOf(key);
  if (!key || !algorithms) return 'TILL_JWT_PUBLIC_KEY must be a P-256, Ed25519 or RSA (2048 bits or more) public key in PEM form.';
  return { key, algorithms };
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}

function algorithmsOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string[] | undefined {
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return ['ES256'];
  if (type === 'ed25519') return ['EdDSA', 'Ed25519'];
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= 2048) return ['RS256'];
  return undefined;
}
