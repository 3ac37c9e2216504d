import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BillingError } from '@tillkit/server/http/billing-error';
import { createRateLimiter, type RateLimiter } from '@tillkit/server/http/rate-limit';

const windows = [
  { seconds: 60, limit: 5 },
  { seconds: 3600, limit: 20 },
];

function refusal(limiter: RateLimiter, key: string): BillingError | undefined {
  try {
    limiter.take(key);
    return undefined;
  } catch (error) {
    return error as BillingError;
  }
}

describe('createRateLimiter', () => {
  it('lets five through a minute and says when to come back', () => {
    let now = 1000;
    const limiter = createRateLimiter(windows, () => now);
    for (let turn = 0; turn < 5; turn += 1) {
      expect(refusal(limiter, 'a')).toBeUndefined();
      now += 2;
    }
    expect(refusal(limiter, 'a')).toMatchObject({ code: 'too_many_requests', retryAfter: 50 });
    expect(refusal(limiter, 'b')).toBeUndefined();
    now += 50;
    expect(refusal(limiter, 'a')).toBeUndefined();
  });

  it('never lets more than its limit through any window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 120 }), (pauses) => {
        let now = 0;
        const limiter = createRateLimiter(windows, () => now);
        const through: number[] = [];
        for (const pause of pauses) {
          now += pause;
          if (!refusal(limiter, 'a')) through.push(now);
        }
        for (const { seconds, limit } of windows) {
          for (const from of through) expect(through.filter((at) => at >= from && at < from + seconds).length).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  it('lets somebody in exactly when it said', () => {
    let now = 0;
    const limiter = createRateLimiter(windows, () => now);
    for (let turn = 0; turn < 40; turn += 1) {
      const refused = refusal(limiter, 'a');
      if (refused) {
        now += refused.retryAfter! - 1;
        expect(refusal(limiter, 'a')).toBeDefined();
        now += 1;
        expect(refusal(limiter, 'a')).toBeUndefined();
      }
    }
  });
});
