import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BillingError } from '@tillkit/server/http/billing-error';
import { limitOf } from '@tillkit/server/http/limits';
import { createMemoryLimiter, createStoredLimiter, waitFor, type RateLimiter } from '@tillkit/server/http/rate-limit';
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

describe('waitFor', () => {
  it.each([
    [[], 0],
    [[41, 50, 60, 70], 0],
    [[10, 20, 41, 50, 60], 0],
    [[40, 50, 60, 70, 80], 0],
    [[41, 50, 60, 70, 80], 1],
    [[41, 50, 60, 70, 80, 90], 10],
    [[99, 99, 99, 99, 99], 59],
  ])('after turns at %j one waits %i s at second 100, of five a minute', (taken, seconds) => {
    expect(waitFor([windows[0]!], taken, 100)).toBe(seconds);
  });

  it('is the longest wait of all windows', () => {
    const both = [
      { seconds: 10, limit: 1 },
      { seconds: 100, limit: 2 },
    ];
    expect(waitFor(both, [20, 95], 100)).toBe(20);
    expect(waitFor(both, [95], 100)).toBe(5);
  });
});

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

  it('counts no turn that was given back', async () => {
    let now = 1_000_000;
    const limiter = limiterFor(() => now);
    for (let turn = 0; turn < 12; turn += 1) await (await limiter.take('a'))();
    for (let turn = 0; turn < 4; turn += 1) await limiter.take('a');
    now += 1;
    await (
      await limiter.take('a')
    )();
    expect(await refusal(limiter, 'a')).toBeUndefined();
    expect(await refusal(limiter, 'a')).toMatchObject({ retryAfter: 59 });
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

  it('keeps nobody away for longer than a window when the clock is put back', async () => {
    let now = 6_000_000;
    const limiter = limiterFor(() => now);
    for (let turn = 0; turn < 6; turn += 1) await refusal(limiter, 'a');
    now -= 2;
    const { retryAfter } = (await refusal(limiter, 'a'))!;
    expect(retryAfter).toBeLessThanOrEqual(62);
    now -= 7200;
    for (let turn = 0; turn < 5; turn += 1) expect(await refusal(limiter, 'a')).toBeUndefined();
    expect((await refusal(limiter, 'a'))!.retryAfter).toBeLessThanOrEqual(60);
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
    expect(await refusal(limiter, '1')).toBeDefined();
    expect(await refusal(limiter, '0')).toBeUndefined();
    expect(await refusal(limiter, '10000')).toBeDefined();
  });

  it('remembers so many turns and no more, however few visitors took them', async () => {
    const limiter = createMemoryLimiter([{ seconds: 60, limit: 50 }], () => 0, { keys: 100, turns: 120 });
    for (const visitor of ['a', 'b']) for (let turn = 0; turn < 50; turn += 1) await limiter.take(visitor);
    expect(await refusal(limiter, 'a')).toBeDefined();
    for (let turn = 0; turn < 21; turn += 1) await limiter.take('c');
    expect(await refusal(limiter, 'b')).toBeDefined();
    expect(await refusal(limiter, 'a')).toBeUndefined();
  });

  it('takes whoever comes again for seen', async () => {
    let now = 0;
    const limiter = createMemoryLimiter([{ seconds: 60, limit: 2 }], () => now);
    for (const visitor of ['early', 'late', 'early']) await limiter.take(visitor);
    for (let visitor = 0; visitor < 9999; visitor += 1) await limiter.take(`${visitor}`);
    now += 1;
    expect(await refusal(limiter, 'early')).toMatchObject({ retryAfter: 59 });
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

  it('asks the database about those who get through and one more, of a thousand who come at once', async () => {
    let asked = 0;
    const counted: Store = { ...store, transaction: (work) => store.transaction(work).finally(() => (asked += 1)) };
    const limiter = createStoredLimiter({ store: counted, now: () => 7_400_000, name: 'crowd', windows });
    const refusals = await Promise.all(Array.from({ length: 1000 }, () => refusal(limiter, 'a')));
    expect([refusals.filter((refused) => refused === undefined).length, asked]).toEqual([5, 6]);
  });

  it('counts the turns of the last minute of a day in the first one of the next', async () => {
    let now = 86_400 * 21_000 - 10;
    const limiter = createStoredLimiter({ store, now: () => now, name: 'midnight', windows });
    for (let turn = 0; turn < 5; turn += 1) await limiter.take('a');
    now += 20;
    expect(await refusal(limiter, 'a')).toMatchObject({ retryAfter: 40 });
  });

  it('counts turns of different names apart', async () => {
    const limiterOf = (name: string): RateLimiter => createStoredLimiter({ store, now: () => 7_500_000, name, windows });
    for (let turn = 0; turn < 5; turn += 1) await limiterOf('one').take('a');
    expect(await refusal(limiterOf('one'), 'a')).toBeDefined();
    expect(await refusal(limiterOf('two'), 'a')).toBeUndefined();
  });

  it('refuses from memory whom it has refused, until their time has come', async () => {
    let now = 7_600_000;
    const limiter = createStoredLimiter({ store, now: () => now, name: 'memory', windows });
    for (let turn = 0; turn < 5; turn += 1) await limiter.take('a');
    expect(await refusal(limiter, 'a')).toMatchObject({ retryAfter: 60 });
    await store.rateTurns.forget(now + 3600);
    now += 59;
    expect(await refusal(limiter, 'a')).toMatchObject({ retryAfter: 1 });
    expect(await refusal(limiter, 'b')).toBeUndefined();
    now += 1;
    expect(await refusal(limiter, 'a')).toBeUndefined();
  });

  it('keeps no address, and nothing for longer than its windows', async () => {
    let now = 8_000_000;
    const limiter = createStoredLimiter({ store, now: () => now, name: 'private', windows });
    await limiter.take('203.0.113.77');
    const rows = async () =>
      store.own<{ rateTurns: { key: string; turns: string; expiresAt: number } }>().selectFrom('rateTurns').selectAll().execute();
    expect(JSON.stringify(await rows())).not.toContain('203.0.113');
    expect((await rows()).map(({ expiresAt }) => expiresAt)).toContain(now + 3600);
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
    ['POST', '/v1/discounts', 'preview'],
    ['POST', '/v1/sessions', 'signIn'],
    ['POST', '/v1/subscriptions/sub_1/cancel', 'write'],
    ['DELETE', '/v1/sessions', 'write'],
    ['GET', '/v1/subscriptions', 'read'],
  ])('%s %s: %s', (method, path, name) => {
    expect(limitOf(method, path)).toBe(name);
  });
});
