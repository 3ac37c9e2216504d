/**
 * Idempotency keys of POST requests (stripe.com/docs/api/idempotent_requests).
 *
 * Promise: a key answers the same way for 24 hours, refuses other parameters, and is not kept when nothing was executed.
 */
import type { Answer } from './answer.ts';
import { ApiError } from './api-error.ts';
import { keyInUse } from './faults.ts';

interface Entry {
  readonly fingerprint: string;
  readonly at: number;
  readonly answer: Answer | null;
}

/** Keys with what they answered. */
export type KeysState = readonly (readonly [string, Entry])[];

const keptSeconds = 24 * 60 * 60;
const longestKey = 255;

export class IdempotencyKeys {
  readonly #entries = new Map<string, Entry>();

  /** The recorded answer of `key`, or null when the caller is the first; it must then `settle` the key. */
  begin(key: string, fingerprint: string, now: number): Answer | null {
    if (key.length > longestKey) {
      throw new ApiError(400, { type: 'idempotency_error', message: `Idempotency keys can be at most ${longestKey} characters.` });
    }
    const entry = this.#entries.get(key);
    if (!entry || now - entry.at >= keptSeconds) {
      this.#entries.set(key, { fingerprint, at: now, answer: null });
      return null;
    }
    if (entry.answer && entry.fingerprint === fingerprint) return entry.answer;
    if (!entry.answer) throw keyInUse();
    throw new ApiError(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    });
  }

  /** Records the answer of a request that was executed; null forgets the key. */
  settle(key: string, answer: Answer | null): void {
    const entry = this.#entries.get(key);
    if (entry && answer) this.#entries.set(key, { ...entry, answer });
    else this.#entries.delete(key);
  }

  /** The kept answers; calls under way are not among them. */
  state(): KeysState {
    return [...this.#entries].flatMap(([key, entry]) => (entry.answer ? [[key, { ...entry, answer: entry.answer }] as const] : []));
  }

  restore(state: KeysState): void {
    this.clear();
    for (const [key, entry] of state) this.#entries.set(key, entry);
  }

  clear(): void {
    this.#entries.clear();
  }
}
