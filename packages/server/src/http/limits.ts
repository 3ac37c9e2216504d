/** Which route takes how many turns: the one table of the server's rate limits. */
import { paths } from '@tillkit/core/contract/paths';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { TillConfig } from '../config.ts';
import { isApiKey } from '../identity/api-key.ts';
import type { Store } from '../store/store.ts';
import type { TillEnv } from '../till.ts';
import { toSite, type ClientPrefix } from './client-prefix.ts';
import { createMemoryLimiter, createStoredLimiter, siteWindows, type RateLimiter, type RateWindow } from './rate-limit.ts';

const windowsOf = (aMinute: number, anHour: number): readonly RateWindow[] => [
  { seconds: 60, limit: aMinute },
  { seconds: 3600, limit: anHour },
];

/** For each network: an IPv4 address, or the /64 of an IPv6 one; where something is guessed, its /48 has a budget too. */
export const defaultLimits = {
  /** Opening a page on which a card can be tried out. */
  checkout: windowsOf(5, 20),
  /** Asking Stripe what something would cost. */
  preview: windowsOf(60, 600),
  /** Promotion codes that were not good, on whatever route: few enough that nobody finds one by trying. */
  code: windowsOf(10, 60),
  signIn: windowsOf(20, 120),
  /** Whatever else changes something. */
  write: windowsOf(30, 300),
  /** What is read; counted in memory, for each process. */
  read: windowsOf(300, 6000),
} as const satisfies Record<string, readonly RateWindow[]>;

export type LimitName = keyof typeof defaultLimits;
/** No window at all means no limit. */
export type Limits = Readonly<Record<LimitName, readonly RateWindow[]>>;

/** Routes that have a limit of their own. */
const byRoute: Readonly<Record<string, LimitName>> = {
  [`POST ${paths.checkoutSessions}`]: 'checkout',
  'POST /v1/payment-methods': 'checkout',
  [`POST ${paths.previews}`]: 'preview',
  [`POST ${paths.discounts}`]: 'preview',
  [`POST ${paths.sessions}`]: 'signIn',
};

export function limitOf(method: string, path: string): LimitName {
  return byRoute[`${method} ${path.replace(/\/$/u, '')}`] ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'write');
}

/** Where somebody who guesses would go from one /64 of theirs to the next. */
const guessed: ReadonlySet<string> = new Set<LimitName>(['signIn', 'code']);

/** Takes a turn of the network and one of the site around it, or none. */
const withSite = (ofNetwork: RateLimiter, ofSite: RateLimiter): RateLimiter => ({
  async take(network) {
    const giveBack = await ofNetwork.take(network);
    const site = toSite(network);
    if (site === undefined) return giveBack;
    const giveSiteBack = await ofSite.take(site).catch(async (error: unknown) => {
      await giveBack();
      throw error;
    });
    return async () => {
      await Promise.all([giveBack(), giveSiteBack()]);
    };
  },
});

export interface LimitSource {
  readonly config: Pick<TillConfig, 'apiKeyHashes'>;
  readonly store: Store;
  readonly now: () => number;
  readonly clientPrefix: ClientPrefix;
  readonly limits: Partial<Limits> | undefined;
}

/** Takes a turn for a code that somebody tries, and gives it back when the code is good: only wrong ones count. */
async function tryOnce<Found>(limiter: RateLimiter, network: string, find: () => Promise<Found>): Promise<Found> {
  const giveBack = await limiter.take(network);
  const found = await find();
  await giveBack();
  return found;
}

/** Takes a turn for every request under `/v1`, before anything is done for it; the owner's backend, which asks for everybody, needs none. */
export function limitRequests({ config, store, now, clientPrefix, limits }: LimitSource) {
  const limiterOf = (name: string, windows: readonly RateWindow[]): RateLimiter => {
    if (windows.length === 0) return { take: async () => async () => undefined };
    if (name === 'read') return createMemoryLimiter(windows, now);
    const ofNetwork = createStoredLimiter({ store, now, name, windows });
    return guessed.has(name) ? withSite(ofNetwork, createStoredLimiter({ store, now, name, windows: siteWindows(windows) })) : ofNetwork;
  };
  const limiters = Object.fromEntries(
    Object.entries({ ...defaultLimits, ...limits }).map(([name, windows]) => [name, limiterOf(name, windows)]),
  ) as Record<LimitName, RateLimiter>;

  return createMiddleware<TillEnv>(async (c: Context<TillEnv>, next) => {
    const byOwner = isApiKey(c.req.header('authorization'), config.apiKeyHashes);
    if (!byOwner) await limiters[limitOf(c.req.method, c.req.path)].take(clientPrefix(c));
    c.set('tryCode', byOwner ? (find) => find() : (find) => tryOnce(limiters.code, clientPrefix(c), find));
    await next();
  });
}
