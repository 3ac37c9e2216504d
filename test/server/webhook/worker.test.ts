/** What the inbox's worker does when: its rounds, its claims, its failures and its pauses. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '@tillkit/server/ops/log';
import { maxAttempts } from '@tillkit/server/store/inbox';
import { openStore, type Store } from '@tillkit/server';
import { InboxWorker } from '@tillkit/server/webhook/worker';
import type { ApplyContext } from '@tillkit/server/webhook/event-family';
import { defaultNow } from '../../support/till.ts';

const received = (number: number, more = {}) => ({
  eventId: `evt_${String(number).padStart(4, '0')}`,
  type: 'customer.subscription.updated',
  subjectKind: 'subscription',
  subjectId: `sub_${number}`,
  receivedAt: defaultNow,
  ...more,
});

let store: Store;
let now: number;
let lines: Record<string, unknown>[];
let rounds: number;
let worker: InboxWorker;
/** Subscriptions that were read, in order. */
let read: string[];
/** What a reading does besides. */
let reading: (id: string) => unknown;

/** A worker whose readings do what the test says: it decides when, not what is applied. */
function workerOn(given: Store): InboxWorker {
  const refresh = async (id: string): Promise<undefined> => {
    read.push(id);
    await reading(id);
  };
  const context = {
    stripe: () => Promise.reject(new Error('Nothing is asked of Stripe here.')),
    store: given,
    mirror: { refresh },
    catalog: { current: () => Promise.reject(new Error()), refresh: async () => undefined },
    now: () => now,
    log: createLog((line) => lines.push(JSON.parse(line) as Record<string, unknown>)),
    config: {},
  } as unknown as ApplyContext;
  return new InboxWorker(context, () => (rounds += 1));
}
const work = async (): Promise<void> => {
  worker.wake();
  await worker.idle();
};
const said = (fact: string) => lines.filter((line) => line.fact === fact);

beforeEach(async () => {
  store = await openStore(':memory:');
  [now, lines, rounds, read, reading] = [defaultNow, [], 0, [], () => undefined];
  worker = workerOn(store);
});
afterEach(async () => {
  vi.useRealTimers();
  await worker.stop();
  await store.close();
});

describe('a round', () => {
  it('is followed by another while anything waits, and each that applied something is told of', async () => {
    for (let number = 0; number < 201; number += 1) await store.inbox.add(received(number));
    await work();
    expect(await store.inbox.count('applied')).toBe(201);
    expect(rounds).toBe(2);
    await work();
    expect(rounds).toBe(2);
  });

  it('reads eight subjects at the same time, and no more', async () => {
    let [under, most] = [0, 0];
    reading = async () => {
      most = Math.max(most, (under += 1));
      await new Promise((resolve) => setImmediate(resolve));
      under -= 1;
    };
    for (let number = 0; number < 30; number += 1) await store.inbox.add(received(number));
    await work();
    expect([most, read.length]).toEqual([8, 30]);
  });

  it('marks what no family knows any more as applied', async () => {
    await store.inbox.add(received(1, { type: 'product.forgotten' }));
    await work();
    expect([await store.inbox.count('applied'), read, lines]).toEqual([1, [], []]);
  });
});

describe('a claim', () => {
  it.each([
    [60, 1],
    [61, 2],
  ])('of %i seconds ago is worked off in %i rounds: nothing is begun after a minute, the rest is given back', async (seconds, expected) => {
    reading = () => (now = defaultNow + seconds);
    for (let number = 0; number < 10; number += 1) await store.inbox.add(received(number));
    await work();
    expect([rounds, read.length, await store.inbox.count('applied')]).toEqual([expected, 10, 10]);
  });

  it('of a process that is gone is taken over at the start, where there is never a second process', async () => {
    await store.inbox.add(received(1));
    await store.inbox.claim(now);
    await work();
    expect(read).toEqual(['sub_1']);
  });

  it('of another process is respected at the start, where there may be one', async () => {
    await store.inbox.add(received(1));
    await store.inbox.claim(now);
    worker = workerOn({ ...store, shared: true });
    await work();
    expect(read).toEqual([]);
    now += 120;
    await work();
    expect(read).toEqual(['sub_1']);
  });

  it('is respected after the start', async () => {
    await work();
    await store.inbox.add(received(1));
    await store.inbox.claim(now);
    await work();
    expect(read).toEqual([]);
  });
});

describe('what fails', () => {
  it('is put off, and told with its type and how often it was tried', async () => {
    reading = () => Promise.reject(new TypeError('poison'));
    await store.inbox.add(received(1));
    await work();
    expect(await store.inbox.find('evt_0001')).toMatchObject({
      status: 'pending',
      attempts: 1,
      lastError: 'TypeError: poison',
      nextAt: now + 1,
    });
    expect(said('inbox.put_off')).toMatchObject([
      { level: 'warn', eventId: 'evt_0001', eventType: 'customer.subscription.updated', attempts: 0, error: 'TypeError' },
    ]);
  });

  it.each([
    [
      {
        type: 'StripeInvalidRequestError',
        code: 'resource_missing',
        statusCode: 404,
        requestId: 'req_1',
        message: 'No such price; sk_live_abc',
      },
      'StripeInvalidRequestError resource_missing 404 req_1',
    ],
    [{ type: 'StripeConnectionError', message: 'socket hang up with sk_live_abc' }, 'StripeConnectionError'],
    [{ message: 'somebody@shop.example has sk_live_abc' }, 'Error: [redacted] has [redacted]'],
  ])('says of %j what a person can look up, and no secret', async (fields, lastError) => {
    const failure = Object.assign(new Error(fields.message), fields);
    for (const error of [failure, new Error('outer', { cause: failure })]) {
      reading = () => Promise.reject(error);
      await store.inbox.add(received(1));
      await work();
      expect((await store.inbox.find('evt_0001'))?.lastError).toBe(lastError);
      now += 60;
    }
  });

  it('is called unknown when it is no error', async () => {
    reading = () => Promise.reject('poison');
    await store.inbox.add(received(1));
    await work();
    expect(await store.inbox.find('evt_0001')).toMatchObject({ attempts: 1, lastError: 'unknown' });
  });

  const fromStripe = (type: string, headers = {}) => Object.assign(new Error(type), { type, headers });
  it.each([
    ['ours, is given up after the last try', new Error('poison'), 'dead'],
    ['Stripe’s outage, is tried for as long as it takes', fromStripe('StripeConnectionError'), 'pending'],
  ])('and is %s', async (_, error, status) => {
    reading = () => Promise.reject(error);
    await store.inbox.add(received(1));
    for (let attempt = 1; attempt < maxAttempts; attempt += 1) {
      const [row] = await store.inbox.claim(now);
      await store.inbox.markFailed(row!, 'Error', now, { random: 0 });
      now += 1;
    }
    await work();
    expect(await store.inbox.find('evt_0001')).toMatchObject({ status, attempts: maxAttempts });
  });

  it('waits as long as Stripe asks', async () => {
    reading = () => Promise.reject(fromStripe('StripeRateLimitError', { 'retry-after': '77' }));
    await store.inbox.add(received(1));
    await work();
    expect(await store.inbox.find('evt_0001')).toMatchObject({ nextAt: now + 77 });
  });

  it('keeps its claim when not even that can be written, and is told of', async () => {
    reading = async () => {
      await store.close();
      throw new TypeError('poison');
    };
    await store.inbox.add(received(1));
    await work();
    expect(said('inbox.unwritten')).toMatchObject([{ level: 'error', eventId: 'evt_0001', eventType: 'customer.subscription.updated' }]);
    expect(said('inbox.unwritten')[0]).toHaveProperty('reason');
    store = await openStore(':memory:');
  });
});

describe('what is applied', () => {
  it('names nobody any more; what waits must', async () => {
    await store.inbox.add(received(1));
    await store.inbox.add(received(2, { receivedAt: defaultNow + 60 }));
    await work();
    const subjects = [1, 2].map(async (number) => (await store.inbox.find(`evt_000${number}`))?.subjectId);
    expect(await Promise.all(subjects)).toEqual(['', 'sub_2']);
  });
});

describe('between its rounds the worker', () => {
  /** Turns the clock and the timers, and waits for the round that this may have begun. */
  async function pass(seconds: number): Promise<void> {
    now += seconds;
    vi.advanceTimersByTime(seconds * 1000);
    await worker.idle();
  }
  const standStill = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });

  it('looks every fifteen seconds for what others have left', async () => {
    standStill();
    await work();
    await store.inbox.add(received(1));
    await pass(14);
    expect(read).toEqual([]);
    await pass(1);
    expect(read).toEqual(['sub_1']);
  });

  it('looks when something that was put off is due', async () => {
    standStill();
    await store.inbox.add(received(1, { receivedAt: defaultNow + 4 }));
    await work();
    await pass(3);
    expect(read).toEqual([]);
    await pass(1);
    expect(read).toEqual(['sub_1']);
  });

  it('tells that the inbox cannot be read, and looks again five seconds later', async () => {
    standStill();
    await store.close();
    await work();
    expect(said('inbox.unreadable')).toMatchObject([{ level: 'error', fact: 'inbox.unreadable', reason: expect.any(String) }]);
    await pass(4);
    expect(said('inbox.unreadable')).toHaveLength(1);
    await pass(1);
    expect(said('inbox.unreadable')).toHaveLength(2);
    store = await openStore(':memory:');
  });
});
