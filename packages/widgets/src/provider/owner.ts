/**
 * Who is logged in on the owner's site, as its `token-url` says.
 *
 * Promise: the token that it answers is read, not used: its `iss` and `sub` tell whether it is still the same person, and it
 * stays good for one sign-in.
 */
import type { Page } from './page.ts';

/** What the owner's site answers: a person, or nobody; `undefined` stands for no answer. */
export interface Named {
  /** The person as `SessionResponse.subject` has it; empty for nobody. */
  readonly owner: string;
  /** Signs them in once. */
  readonly token?: string;
}

const patienceMilliseconds = 15_000;
/** Answers that say nothing about who is logged in. */
const passing = new Set([408, 425, 429]);

/**
 * Asks the owner's site. 401, 403, 204, or an answer without a token: nobody is logged in. Undefined when it cannot be reached
 * or fails: then nothing is known.
 */
export async function askOwner({ fetch }: Page, tokenUrl: string): Promise<Named | undefined> {
  try {
    const response = await fetch(tokenUrl, {
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(patienceMilliseconds),
    });
    if (response.status >= 500 || passing.has(response.status)) return undefined;
    // a redirect that leaves the site answers for somebody else
    const strayed = response.redirected && new URL(response.url).origin !== new URL(tokenUrl).origin;
    if (!response.ok || strayed || response.status === 204) return { owner: '' };
    const answer = (await response.json().catch(unreadable)) as { readonly token?: unknown } | null | undefined;
    const token = answer?.token;
    return typeof token === 'string' && token ? { owner: await subjectOf(token), token } : { owner: '' };
  } catch {
    return undefined;
  }
}

/** An answer that is something else than JSON names nobody; one that breaks off says nothing. */
function unreadable(error: unknown): undefined {
  if (!(error instanceof SyntaxError)) throw error;
}

/** The hash that the server calls `subject`. A token that cannot be read, or a page without https, is compared as it is. */
async function subjectOf(token: string): Promise<string> {
  const person = personIn(token);
  if (person === undefined) return token;
  const { subtle } = globalThis.crypto;
  // undefined on plain http, whatever the types say
  if (!(subtle as SubtleCrypto | undefined)) return encodeURIComponent(person);
  return toBase64url(new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(person))));
}

function personIn(token: string): string | undefined {
  try {
    const payload = atob(token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'));
    const text = new TextDecoder().decode(Uint8Array.from(payload, (letter) => letter.codePointAt(0)!));
    const { iss = 'owner', sub } = JSON.parse(text) as { iss?: unknown; sub?: unknown };
    return typeof sub === 'string' ? JSON.stringify([iss, sub]) : undefined;
  } catch {
    return undefined;
  }
}

export const toBase64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
