/**
 * How often one visitor may do what costs something; keeps card testers, guessers and loops away.
 *
 * Promise: within every window no more than its limit gets through, over all processes that share a database and over
 * restarts; no address is kept, only a keyed hash of its network, for a day.
 */
import { createHmac } from 'node:crypto';
import type { Store } from '../store/store.ts';
import { BillingError } from './billing-error.ts';

export interface RateWindow {
  readonly seconds: number;
  readonly limit: number;
}

/** Counts takers by key. */
export interface RateLimiter {
  /** Takes one turn, or throws `too_many_requests` with the seconds to wait. */
  take(key: string): Promise<void>;
}

/** Visitors remembered at once in memory; the longest unseen is forgotten first. */
const maxKeys = 10_000;
const day = 86_400;

/** Seconds until every window has room again; 0 when all have. `taken` are moments in order. */
export function waitFor(windows: readonly RateWindow[], taken: readonly number[], at: number): number {
  return Math.max(
    ...windows.map(({ seconds, limit }) => {
      const within = taken.filter((turn) => turn > at - seconds);
      return within.length < limit ? 0 : within[within.length - limit]! + seconds - at;
    }),
  );
}

const longestOf = (windows: readonly RateWindow[]): number => Math.max(...windows.map(({ seconds }) => seconds));

function refuse(retryAfter: number): never {
  throw new BillingError('too_many_requests', { retryAfter });
}

/** A limiter of this process alone, for what is read often and costs little. */
export function createMemoryLimiter(windows: readonly RateWindow[], now: () => number): RateLimiter {
  const turns = new Map<string, number[]>();
  return {
    async take(key) {
      const at = now();
      const taken = (turns.get(key) ?? []).filter((turn) => turn > at - longestOf(windows));
      const wait = waitFor(windows, taken, at);
      if (wait > 0) refuse(wait);
      turns.delete(key);
      turns.set(key, [...taken, at]);
      if (turns.size > maxKeys) turns.delete(turns.keys().next().value!);
    },
  };
}

export interface StoredLimiterSource {
  readonly store: Store;
  readonly now: () => number;
  /** What is limited; turns of different names are counted apart. */
  readonly name: string;
  readonly windows: readonly RateWindow[];
}

/** A limiter that counts in the database. Who is refused is refused from memory until their time has come. */
export function createStoredLimiter({ store, now, name, windows }: StoredLimiterSource): RateLimiter {
  const refusedUntil = new Map<string, number>();

  const salts = new Map<number, Promise<Buffer>>();
  function saltOf(epoch: number): Promise<Buffer> {
    const known = salts.get(epoch);
    if (known) return known;
    const salt = store.secrets.key(`rate:${epoch}`);
    if (salts.size > 2) salts.clear();
    salts.set(epoch, salt);
    salt.catch(() => salts.delete(epoch));
    return salt;
  }

  /** The key under which a network's turns of a day are counted; the day before still counts. */
  async function hashed(key: string, epoch: number): Promise<string> {
    const salt = await saltOf(epoch);
    return createHmac('sha256', salt).update(`${name}:${key}`).digest('base64url');
  }

  return {
    async take(key) {
      const at = now();
      const until = refusedUntil.get(key) ?? 0;
      if (until > at) refuse(until - at);
      const epoch = Math.floor(at / day);
      const [today, before] = [await hashed(key, epoch), await hashed(key, epoch - 1)];
      const longest = longestOf(windows);

      const wait = await store.transaction(async (tables) => {
        await tables.lock(`rate:${today}`);
        const own = (await tables.rateTurns.read(today)).filter((turn) => turn > at - longest);
        const earlier = (await tables.rateTurns.read(before)).filter((turn) => turn > at - longest);
        const needed = waitFor(windows, [...earlier, ...own], at);
        if (needed === 0) await tables.rateTurns.write(today, [...own, at], at + longest);
        return needed;
      });
      if (wait === 0) return;
      refusedUntil.delete(key);
      refusedUntil.set(key, at + wait);
      if (refusedUntil.size > maxKeys) refusedUntil.delete(refusedUntil.keys().next().value!);
      refuse(wait);
    },
  };
}
