/**
 * The owner's published key set (RFC 7517), at one address that the configuration names.
 *
 * Promise: no token says where a key is; only signatures with public keys are taken from a set; and a token with an unknown
 * key id cannot make this server fetch more often than every half minute.
 */
import type { JWTVerifyGetKey } from 'jose';

export type OwnerJwks = JWTVerifyGetKey;

/** What a key of a set may be used with; a secret has no place in something published. */
export const jwksAlgorithms = ['EdDSA', 'Ed25519', 'ES256', 'RS256'] as const;

const timeoutMilliseconds = 5000;
const cooldownMilliseconds = 30_000;
const maxAgeMilliseconds = 600_000;
const maxBytes = 64 * 1024;

/** Looks keys up by their id; the set is fetched at the first token. `fetch` replaces the network. */
export function createOwnerJwks(address: URL, fetch: typeof globalThis.fetch = globalThis.fetch): OwnerJwks {
  let set: Promise<JWTVerifyGetKey> | undefined;
  const load = async (): Promise<JWTVerifyGetKey> => {
    const { createRemoteJWKSet, customFetch } = await import('jose');
    return createRemoteJWKSet(address, {
      timeoutDuration: timeoutMilliseconds,
      cooldownDuration: cooldownMilliseconds,
      cacheMaxAge: maxAgeMilliseconds,
      [customFetch]: (url: string, options: RequestInit) => limited(fetch, url, options),
    });
  };
  return async (header, token) => (await (set ??= load()))(header, token);
}

/** No redirects, and no more than a set of keys needs. */
async function limited(fetch: typeof globalThis.fetch, url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...options, redirect: 'error' });
  const text = await response.text();
  if (text.length > maxBytes) throw new Error('The key set is too large.');
  return new Response(text, { status: response.status });
}
