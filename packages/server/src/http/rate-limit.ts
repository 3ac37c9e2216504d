/**
 * How often one visitor may do what costs something at Stripe; keeps card testers and loops away.
 *
 * Promise: within every window no more than its limit gets through, and memory stays bounded whoever knocks.
 */
import { BillingError } from './billing-error.ts';

export interface RateWindow {
  readonly seconds: number;
  readonly limit: number;
}

/** Counts takers by key. In memory here; behind this interface a store can count for several processes. */
export interface RateLimiter {
  /** Takes one turn, or throws `too_many_requests` with the seconds to wait. */
  take(key: string): void;
}

/** Visitors remembered at once; the longest unseen is forgotten first. */
const maxKeys = 10_000;

export function createRateLimiter(windows: readonly RateWindow[], now: () => number): RateLimiter {
  const turns = new Map<string, number[]>();
  const longest = Math.max(...windows.map((window) => window.seconds));
  return {
    take(key) {
      const at = now();
      const taken = (turns.get(key) ?? []).filter((turn) => turn > at - longest);
      const wait = Math.max(...windows.map((window) => waitFor(window, taken, at)));
      if (wait > 0) throw new BillingError('too_many_requests', { retryAfter: wait });
      turns.delete(key);
      turns.set(key, [...taken, at]);
      if (turns.size > maxKeys) turns.delete(turns.keys().next().value!);
    },
  };
}

/** Seconds until the window has room again; 0 when it has. */
function waitFor({ seconds, limit }: RateWindow, taken: readonly number[], at: number): number {
  const within = taken.filter((turn) => turn > at - seconds);
  return within.length < limit ? 0 : within[within.length - limit]! + seconds - at;
}
