/*
 * Proof that this browser started a checkout: the server stores only the SHA-256 of the secret, and the session id in
 * the return address alone opens nothing (see docs/decisions/0003). It is kept until the return has succeeded or is finally
 * refused (0034), and is shown to no server but the one that it was made for.
 */
import { TillError } from '../provider/client.ts';
import { toBase64url } from '../provider/owner.ts';
import type { Kept } from '../provider/storage.ts';

const key = (checkoutSessionId: string): string => `till:verifier:${checkoutSessionId}`;

export interface Verifier {
  readonly secret: string;
  /** SHA-256 of `secret`, base64url. */
  readonly hash: string;
}

/** What is known about a checkout that this browser started. */
export interface StartedCheckout {
  readonly secret: string;
  readonly server: string;
  /** Whom the owner's site named then; empty for nobody. */
  readonly owner: string;
}

/** A fresh 256-bit secret with its hash. Throws `insecure_context` on plain http, where a browser computes no hash. */
export async function createVerifier(): Promise<Verifier> {
  return toVerifier(toBase64url(crypto.getRandomValues(new Uint8Array(32))));
}

async function toVerifier(secret: string): Promise<Verifier> {
  // undefined without https, whatever the types say
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (!subtle) throw new TillError('insecure_context');
  const digest = await subtle.digest('SHA-256', new TextEncoder().encode(secret));
  return { secret, hash: toBase64url(new Uint8Array(digest)) };
}

const browserKey = 'till:browser';
/** A checkout that was not finished is forgotten after two days. */
const keptMilliseconds = 2 * 86_400_000;

/**
 * This browser's own secret with its hash: the same in every tab until something was bought with it, so that two tabs
 * which want the same are given the same checkout.
 */
export async function browserVerifier(kept: Kept): Promise<Verifier> {
  const secret = kept.get(browserKey);
  const verifier = secret ? await toVerifier(secret) : await createVerifier();
  kept.set(browserKey, verifier.secret);
  return verifier;
}

/** Keeps the secret until the buyer comes back, in whichever tab. */
export function keepVerifier(kept: Kept, checkoutSessionId: string, { secret, server, owner }: StartedCheckout): void {
  for (const name of kept.names()) {
    const keptAt = Number(name.startsWith(key('')) && kept.get(name)?.split(' ')[1]);
    if (name.startsWith(key('')) && !(Date.now() - keptAt < keptMilliseconds)) kept.remove(name);
  }
  kept.set(key(checkoutSessionId), [secret, Date.now(), server, owner].join(' '));
}

/** What is kept of a checkout that this browser started at `server`; undefined for any other. */
export function findVerifier(kept: Kept, checkoutSessionId: string, server: string): StartedCheckout | undefined {
  const [secret, , madeFor = server, owner = ''] = kept.get(key(checkoutSessionId))?.split(' ') ?? [];
  return secret !== undefined && madeFor === server ? { secret, server, owner } : undefined;
}

/** Forgets the secret of a checkout; the browser's next purchase begins with another. */
export function forgetVerifier(kept: Kept, checkoutSessionId: string): void {
  const secret = kept.get(key(checkoutSessionId))?.split(' ')[0];
  kept.remove(key(checkoutSessionId));
  if (secret !== undefined && secret === kept.get(browserKey)) kept.remove(browserKey);
}
