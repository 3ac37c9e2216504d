import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStripeGateway } from '@tillkit/server/stripe/gateway';
import { createPace } from '@tillkit/server/stripe/pace';

/** The most of some moments (milliseconds) that lie in one second. */
const mostInASecond = (moments: readonly number[]): number =>
  Math.max(...moments.map((from) => moments.filter((at) => at >= from && at < from + 1000).length));

// the clock is ours: what a busy machine takes between a turn and its call would count as a call too early
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a pace', () => {
  it('lets no more calls go in any second than it allows, and lets them go in turn', async () => {
    const turn = createPace(5);
    const left: { number: number; at: number }[] = [];
    const ask = async (number: number): Promise<void> => {
      await turn();
      left.push({ number, at: performance.now() });
    };
    const all = Promise.all(Array.from({ length: 12 }, (_, number) => ask(number)));
    await vi.advanceTimersByTimeAsync(2000);
    await all;
    expect(left.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, number) => number));
    expect(mostInASecond(left.map(({ at }) => at))).toBe(5);
  });
});

describe('a gateway with a pace', () => {
  it('counts the calls that the SDK makes again', async () => {
    const moments: number[] = [];
    const stripe = await createStripeGateway(
      { secretKey: 'sk_test_till' },
      async () => {
        moments.push(performance.now());
        const failed = { error: { type: 'api_error', message: 'Something went wrong.' } };
        return new Response(JSON.stringify(failed), { status: 500, headers: { 'content-type': 'application/json' } });
      },
      { callsPerSecond: 4 },
    )();
    const asked = Promise.allSettled(Array.from({ length: 3 }, () => stripe.products.list()));
    await vi.advanceTimersByTimeAsync(60_000);
    const answers = await asked;
    expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
    expect(moments).toHaveLength(9);
    expect(mostInASecond(moments)).toBeLessThanOrEqual(4);
  });
});
