/**
 * Rate limits, off unless asked for (docs.stripe.com/rate-limits: 25 calls a second in a sandbox, and 25 for one endpoint).
 *
 * Promise: a call over the limit does nothing and does not count.
 */
import { rateLimited } from './faults.ts';

export interface RateLimits {
  /** Calls a second of the whole account; default 25. */
  readonly perSecond?: number;
  /** Calls a second of one method and route; default 25. */
  readonly perEndpoint?: number;
  /** Where the second is read from; default the machine's own time, since the sandbox's clock may stand. */
  readonly milliseconds?: () => number;
}

const windowMilliseconds = 1000;

export class RateLimit {
  readonly #limits: RateLimits | null;
  readonly #calls = new Map<string, number[]>();

  constructor(limits: RateLimits | null) {
    this.#limits = limits;
  }

  /** Counts a call, or refuses it with 429. */
  take(endpoint: string): void {
    if (!this.#limits) return;
    const { perSecond = 25, perEndpoint = 25, milliseconds = () => performance.now() } = this.#limits;
    const now = milliseconds();
    const all = this.#recent('', now);
    const own = this.#recent(endpoint, now);
    if (all.length >= perSecond || own.length >= perEndpoint) throw rateLimited();
    all.push(now);
    own.push(now);
  }

  clear(): void {
    this.#calls.clear();
  }

  #recent(name: string, now: number): number[] {
    const calls = (this.#calls.get(name) ?? []).filter((at) => now - at < windowMilliseconds);
    this.#calls.set(name, calls);
    return calls;
  }
}
