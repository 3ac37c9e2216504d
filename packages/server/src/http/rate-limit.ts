/**
 * How often one visitor may do what costs something; keeps card testers, guessers and loops away.
 *
 * Promise: within every window no more than its limit gets through, over all processes that share a database and over
 * restarts; no address is kept, only a keyed hash of its network, for a day.
 */
import { createHmac } from 'node:crypto';
import { Queues } from '../ops/queues.ts';
import type { Store } from '../store/store.ts';
import { skewSeconds } from '../store/term.ts';
import { BillingError } from './billing-error.ts';

export interface RateWindow {
  readonly seconds: number;
  readonly limit: number;
}

/** Networks of one site that may be busy at once. */
const networksOfSite = 4;

/** What a whole site has: the /48 of an IPv6 network. */
export const siteWindows = (windows: readonly RateWindow[]): readonly RateWindow[] =>
  windows.map(({ seconds, limit }) => ({ seconds, limit: limit * networksOfSite }));

/** Counts takers by key. */
export interface RateLimiter {
  /** Takes one turn, or throws `too_many_requests` with the seconds to wait. Answers how to give it back. */
  take(key: string): Promise<GiveBack>;
}

/** Gives one turn back that turned out to be none to count. */
export type GiveBack = () => Promise<void>;

/** Without one of the turns that were taken at a moment. */
const without = (turns: readonly number[], at: number): number[] => turns.toSpliced(turns.lastIndexOf(at), turns.includes(at) ? 1 : 0);

/** Visitors remembered at once in memory; the longest unseen is forgotten first. */
const maxKeys = 10_000;
/** Turns remembered at once in memory, of all visitors; 8 bytes each. */
const maxTurns = 500_000;
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

/**
 * Those turns that may still count, in order; none later than now, so that nobody waits for longer than a window. One further
 * ahead than clocks differ was taken before the clock was put back.
 */
function countable(windows: readonly RateWindow[], turns: readonly number[], at: number): number[] {
  const since = at - longestOf(windows);
  return turns
    .flatMap((turn) => (turn > since && turn <= at + skewSeconds ? Math.min(turn, at) : []))
    .toSorted((one, other) => one - other);
}

const longestOf = (windows: readonly RateWindow[]): number => Math.max(...windows.map(({ seconds }) => seconds));

function refuse(retryAfter: number): never {
  throw new BillingError('too_many_requests', { retryAfter });
}

/** A limiter of this process alone, for what is read often and costs little. */
export function createMemoryLimiter(
  windows: readonly RateWindow[],
  now: () => number,
  most = { keys: maxKeys, turns: maxTurns },
): RateLimiter {
  const turns = new Map<string, number[]>();
  let kept = 0;
  const keep = (key: string, taken: number[]): void => {
    forget(key);
    turns.set(key, taken);
    kept += taken.length;
  };
  const forget = (key: string): void => {
    kept -= turns.get(key)?.length ?? 0;
    turns.delete(key);
  };
  return {
    async take(key) {
      const at = now();
      const taken = countable(windows, turns.get(key) ?? [], at);
      const wait = waitFor(windows, taken, at);
      if (wait > 0) refuse(wait);
      keep(key, [...taken, at]);
      while (turns.size > most.keys || (kept > most.turns && turns.size > 1)) forget(turns.keys().next().value!);
      return async () => keep(key, without(turns.get(key) ?? [], at));
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
  const refused = new Map<string, { readonly from: number; readonly until: number }>();
  const queues = new Queues();

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

  /** Throws for whom was refused already, unless the clock was put back since. */
  function refuseAgain(key: string, at: number): void {
    const { from = 0, until = 0 } = refused.get(key) ?? {};
    if (at < until && at >= from - skewSeconds) refuse(until - at);
  }

  async function takeAlone(key: string): Promise<GiveBack> {
    const at = now();
    refuseAgain(key, at);
    const epoch = Math.floor(at / day);
    const [today, before] = [await hashed(key, epoch), await hashed(key, epoch - 1)];

    const wait = await store.transaction(async (tables) => {
      await tables.lock(`rate:${today}`);
      const own = countable(windows, await tables.rateTurns.read(today), at);
      const earlier = countable(windows, await tables.rateTurns.read(before), at);
      const needed = waitFor(windows, [...earlier, ...own], at);
      if (needed === 0) await tables.rateTurns.write(today, [...own, at], at + longestOf(windows));
      return needed;
    });
    if (wait === 0) return () => giveBack(today, at);
    refused.delete(key);
    refused.set(key, { from: at, until: at + wait });
    if (refused.size > maxKeys) refused.delete(refused.keys().next().value!);
    refuse(wait);
  }

  async function giveBack(hash: string, at: number): Promise<void> {
    await store.transaction(async (tables) => {
      await tables.lock(`rate:${hash}`);
      await tables.rateTurns.write(hash, without(await tables.rateTurns.read(hash), at), at + longestOf(windows));
    });
  }

  return {
    async take(key) {
      refuseAgain(key, now());
      // of a thousand at once the database is asked by as many as get through, and by one more
      return queues.run(key, () => takeAlone(key));
    },
  };
}
