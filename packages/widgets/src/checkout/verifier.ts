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
  return toVerifier(base64url(crypto.getRandomValues(new Uint8Array(32))));
}

async function toVerifier(secret: string): Promise<Verifier> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
  return { secret, hash: base64url(new Uint8Array(digest)) };
}

const browserKey = 'till:browser';
/** A checkout that was not finished is forgotten after two days. */
const keptMilliseconds = 2 * 86_400_000;

/**
 * This browser's own secret with its hash: the same in every tab until something was bought with it, so that two tabs
 * which want the same are given the same checkout.
 */
export async function browserVerifier(): Promise<Verifier> {
  const secret = localStorage.getItem(browserKey);
  const verifier = secret ? await toVerifier(secret) : await createVerifier();
  localStorage.setItem(browserKey, verifier.secret);
  return verifier;
}

/** Keeps the secret until the buyer comes back, in whichever tab. */
export function keepVerifier(checkoutSessionId: string, verifier: Verifier): void {
  for (const name of Object.keys(localStorage)) {
    const keptAt = Number(localStorage.getItem(name)?.split(' ')[1]);
    if (name.startsWith(key('')) && !(Date.now() - keptAt < keptMilliseconds)) localStorage.removeItem(name);
  }
  localStorage.setItem(key(checkoutSessionId), `${verifier.secret} ${Date.now()}`);
}

/** The secret of a checkout, once: it is forgotten afterwards, and the browser's next purchase begins with another. */
export function takeVerifier(checkoutSessionId: string): string | undefined {
  const secret = localStorage.getItem(key(checkoutSessionId))?.split(' ')[0];
  localStorage.removeItem(key(checkoutSessionId));
  if (secret !== undefined && secret === localStorage.getItem(browserKey)) localStorage.removeItem(browserKey);
  return secret;
}
