import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BillingError } from '@tillkit/server/http/billing-error';
import { limitOf } from '@tillkit/server/http/limits';
import { createMemoryLimiter, createStoredLimiter, type RateLimiter } from '@tillkit/server/http/rate-limit';
import { openStore, type Store } from '@tillkit/server/store/store';
import { databases } from '../../support/databases.ts';

const windows = [
  { seconds: 60, limit: 5 },
  { seconds: 3600, limit: 20 },
];

const refusal = (limiter: RateLimiter, key: string): Promise<BillingError | undefined> =>
  limiter.take(key).then(
    () => undefined,
    (error: unknown) => error as BillingError,
  );

type MakeLimiter = (now: () => number) => RateLimiter;

/** What holds of every limiter, wherever it counts. */
function keepsItsPromise(limiterFor: MakeLimiter, runs: number): void {
  it('lets five through a minute and says when to come back', async () => {
    let now = 1_000_000;
    const limiter = limiterFor(() => now);
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await refusal(limiter, 'a')).toBeUndefined();
      now += 2;
    }
    expect(await refusal(limiter, 'a')).toMatchObject({ code: 'too_many_requests', retryAfter: 50 });
    expect(await refusal(limiter, 'b')).toBeUndefined();
    now += 50;
    expect(await refusal(limiter, 'a')).toBeUndefined();
  });

  it('never lets more than its limit through any window, also over midnight', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 80 }), async (pauses) => {
        let now = 86_400 * 20_000 - 1800;
        const limiter = limiterFor(() => now);
        const through: number[] = [];
        for (const pause of pauses) {
          now += pause;
          if (!(await refusal(limiter, 'a'))) through.push(now);
        }
        for (const { seconds, limit } of windows)
          for (const from of through) expect(through.filter((at) => at >= from && at < from + seconds).length).toBeLessThanOrEqual(limit);
      }),
      { numRuns: runs },
    );
  });

  it('lets somebody in exactly when it said', async () => {
    let now = 5_000_000;
    const limiter = limiterFor(() => now);
    for (let turn = 0; turn < 40; turn += 1) {
      const refused = await refusal(limiter, 'a');
      if (!refused) continue;
      now += refused.retryAfter! - 1;
      expect(await refusal(limiter, 'a')).toBeDefined();
      now += 1;
      expect(await refusal(limiter, 'a')).toBeUndefined();
    }
  });
}

describe('a limiter in memory', () => {
  keepsItsPromise((now) => createMemoryLimiter(windows, now), 50);

  it('forgets the longest unseen rather than grow', async () => {
    const limiter = createMemoryLimiter([{ seconds: 60, limit: 1 }], () => 0);
    for (let visitor = 0; visitor <= 10_000; visitor += 1) await limiter.take(`${visitor}`);
    expect(await refusal(limiter, '0')).toBeUndefined();
    expect(await refusal(limiter, '10000')).toBeDefined();
  });
});

describe.each(databases)('a limiter in the store on %s', (_, openDatabase) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(await openDatabase());
  });
  afterAll(() => store.close());

  let made = 0;
  keepsItsPromise((now) => createStoredLimiter({ store, now, name: `limit-${(made += 1)}`, windows }), 12);

  it('counts for several processes together, also at the same moment, and over a restart', async () => {
    const now = (): number => 7_000_000;
    const instance = (): RateLimiter => createStoredLimiter({ store, now, name: 'shared', windows });
    const four = [instance(), instance(), instance(), instance()];
    const refusals = await Promise.all(Array.from({ length: 60 }, (_, turn) => refusal(four[turn % 4]!, 'a')));
    expect(refusals.filter((refused) => refused === undefined)).toHaveLength(5);
    expect(await refusal(instance(), 'a')).toBeDefined();
  });

  it('keeps no address, and nothing for longer than its windows', async () => {
    let now = 8_000_000;
    const limiter = createStoredLimiter({ store, now: () => now, name: 'private', windows });
    await limiter.take('203.0.113.77');
    const rows = async () =>
      store.own<{ rateTurns: { key: string; turns: string; expiresAt: number } }>().selectFrom('rateTurns').selectAll().execute();
    expect(JSON.stringify(await rows())).not.toContain('203.0.113');
    now += 3601;
    await store.rateTurns.forget(now);
    expect((await rows()).filter(({ expiresAt }) => expiresAt <= now)).toEqual([]);
  });
});

describe('the table of limits', () => {
  it.each([
    ['POST', '/v1/checkout-sessions', 'checkout'],
    ['POST', '/v1/checkout-sessions/', 'checkout'],
    ['POST', '/v1/payment-methods', 'checkout'],
    ['POST', '/v1/previews', 'preview'],
    ['POST', '/v1/discounts', 'code'],
    ['POST', '/v1/sessions', 'signIn'],
    ['POST', '/v1/subscriptions/sub_1/cancel', 'write'],
    ['DELETE', '/v1/sessions', 'write'],
    ['GET', '/v1/subscriptions', 'read'],
  ])('%s %s: %s', (method, path, name) => {
    expect(limitOf(method, path)).toBe(name);
  });
});
