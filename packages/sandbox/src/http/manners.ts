/**
 * What stands around every call: faults on demand, rate limits, locks, idempotency keys, the log.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Faults, type FaultRule } from './faults.ts';
import { IdempotencyKeys } from './idempotency.ts';
import { Locks } from './locks.ts';
import { RateLimit, type RateLimits } from './rate-limit.ts';
import { RequestLog } from './request-log.ts';

export interface MannersOptions {
  /** Faults from the start; more can be added while it runs. */
  readonly faults?: readonly FaultRule[];
  /** Refuses calls over Stripe's limits with 429; default no limits. */
  readonly rateLimits?: boolean | RateLimits;
  /** How a slow answer waits, in milliseconds; default a timer. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

export interface Manners {
  readonly faults: Faults;
  readonly limit: RateLimit;
  readonly locks: Locks;
  readonly keys: IdempotencyKeys;
  readonly log: RequestLog;
  readonly wait: (milliseconds: number) => Promise<unknown>;
  /** Unix seconds of the `Date` header, which signatures carry too. */
  readonly date: () => number;
  clear(): void;
}

const realSeconds = (): number => Math.floor(Date.now() / 1000);

export function createManners(
  { faults: rules = [], rateLimits = false, wait = pause }: MannersOptions = {},
  date: () => number = realSeconds,
): Manners {
  const faults = new Faults(rules);
  const limit = new RateLimit(rateLimits === true ? {} : rateLimits || null);
  const keys = new IdempotencyKeys();
  const log = new RequestLog();
  return {
    faults,
    limit,
    locks: new Locks(),
    keys,
    log,
    wait,
    date,
    clear() {
      faults.reset();
      limit.clear();
      keys.clear();
      log.clear();
    },
  };
}
