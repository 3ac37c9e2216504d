/*
 * Proof that this browser started a checkout: the server stores only the SHA-256 of the secret, and the session id in
 * the return address alone opens nothing (see docs/decisions/0003).
 */
const key = (checkoutSessionId: string): string => `till:verifier:${checkoutSessionId}`;

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

export interface Verifier {
  readonly secret: string;
  /** SHA-256 of `secret`, base64url. */
  readonly hash: string;
}

/** A fresh 256-bit secret with its hash. Needs a secure context (https, or localhost), as Stripe does. */
export async function createVerifier(): Promise<Verifier> {
  const secret = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
  return { secret, hash: base64url(new Uint8Array(digest)) };
}

/** Keeps the secret in this tab until the buyer comes back. */
export function keepVerifier(checkoutSessionId: string, verifier: Verifier): void {
  sessionStorage.setItem(key(checkoutSessionId), verifier.secret);
}

/** The secret of a checkout, once: it is forgotten afterwards. */
export function takeVerifier(checkoutSessionId: string): string | undefined {
  const secret = sessionStorage.getItem(key(checkoutSessionId)) ?? undefined;
  sessionStorage.removeItem(key(checkoutSessionId));
  return secret;
}
