/** Several processes on one database: who works on what, and what becomes of it when one dies, is slow, or does it again. */
import { describe, expect, it } from 'vitest';
import type { Stripe } from 'stripe';
import { JobRunner } from '@tillkit/server/ops/jobs';
import { silentLog } from '@tillkit/server/ops/log';
import { retentionJobs } from '@tillkit/server/ops/retention';
import { OutboxWorker, type OutboxConsumer } from '@tillkit/server/outbox/outbox-worker';
import { openStore, type Store } from '@tillkit/server';
import { createMirror } from '@tillkit/server/subscription/mirror';
import { InboxWorker } from '@tillkit/server/webhook/worker';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { databases, hasPostgres, newPostgresDatabase } from '../support/databases.ts';
import { defaultNow, startTill } from '../support/till.ts';
import { openShop } from './lives.ts';
import { Thread } from './scheduler.ts';

const day = 86_400;

const received = (number: number, subjectId = `sub_${number}`) => ({
  eventId: `evt_${String(number).padStart(4, '0')}`,
  type: 'customer.subscription.updated',
  subjectKind: 'subscription',
  subjectId,
  receivedAt: defaultNow,
});

/** Two processes on one database of PostgreSQL. */
async function openTwice(): Promise<[Store, Store]> {
  const address = await newPostgresDatabase();
  return [await openStore(await openPostgres(address)), await openStore(await openPostgres(address))];
}

describe.runIf(hasPostgres)('events that several processes work on', () => {
  it('are each claimed by one of them, however many ask at once', async () => {
    const [one, other] = await openTwice();
    await Promise.all(Array.from({ length: 500 }, (_, number) => one.inbox.add(received(number))));
    const claims = await Promise.all([one, other, one, other, one, other].map((store) => store.inbox.claim(defaultNow)));
    const ids = claims.flat().map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(500);
    await Promise.all([one.close(), other.close()]);
  });

  it('are taken up by another when one dies with them, and not before its claim has run out', async () => {
    const [dying, other] = await openTwice();
    await dying.inbox.add(received(1));
    expect(await dying.inbox.claim(defaultNow)).toHaveLength(1);
    await dying.close();
    expect(await other.inbox.claim(defaultNow + 119)).toEqual([]);
    expect(await other.inbox.nextDue()).toBe(defaultNow + 120);
    expect(await other.inbox.claim(defaultNow + 120)).toHaveLength(1);
    await other.close();
  });

  it('stay applied when the one that was slower than its claim ends at last, by success or failure', async () => {
    const [slow, quick] = await openTwice();
    await slow.inbox.add(received(1));
    const [row] = await slow.inbox.claim(defaultNow);
    const [again] = await quick.inbox.claim(defaultNow + 120);
    await quick.inbox.markApplied([again!.eventId], defaultNow + 121);
    await slow.inbox.markFailed(row!, 'StripeConnectionError', defaultNow + 130);
    await slow.inbox.release([row!]);
    expect(await quick.inbox.find(row!.eventId)).toMatchObject({ status: 'applied', attempts: 0 });
    await Promise.all([slow.close(), quick.close()]);
  });

  it('leave the later reading when the slow one writes last, even if Stripe contradicts it in between', async () => {
    const [slowStore, quickStore] = await openTwice();
    const till = await startTill();
    const shop = await openShop(till);
    await shop.create();
    const { id } = await shop.current();
    const reader = new Thread();
    const held = async (): Promise<Stripe> => {
      const stripe = await till.stripe();
      const retrieve = async (...given: Parameters<Stripe['subscriptions']['retrieve']>): Promise<unknown> => {
        const answer = await stripe.subscriptions.retrieve(...given);
        await reader.gate();
        return answer;
      };
      return { ...stripe, invoices: stripe.invoices, subscriptions: { retrieve } } as unknown as Stripe;
    };
    await reader.start(() => createMirror({ stripe: held, store: slowStore, now: till.now }).refresh(id));
    await shop.stripe.subscriptions.cancel(id);
    await createMirror({ stripe: till.stripe, store: quickStore, now: till.now }).refresh(id);
    // the slow one now finds that nothing is invoiced any more, and reads again
    await reader.go();
    await reader.go();
    expect(await quickStore.subscriptions.find(id)).toMatchObject({ status: 'canceled' });
    await till.close();
    await Promise.all([slowStore.close(), quickStore.close()]);
  });
});

describe.each(databases)('work on %s', (_, openDatabase) => {
  it('on many events of one subject is one reading', async () => {
    const store = await openStore(await openDatabase());
    const till = await startTill();
    for (let number = 0; number < 50; number += 1) await store.inbox.add(received(number, number % 2 ? 'sub_a' : 'sub_b'));
    const read: string[] = [];
    const mirror = {
      ...createMirror({ stripe: till.stripe, store, now: till.now }),
      refresh: async (id: string) => void read.push(id) as undefined,
    };
    const worker = new InboxWorker({
      stripe: till.stripe,
      store,
      mirror,
      catalog: { current: () => Promise.reject(new Error()), refresh: async () => undefined },
      now: () => defaultNow,
      log: silentLog,
      config: till.config,
    });
    worker.wake();
    await worker.idle();
    expect(read.toSorted()).toEqual(['sub_a', 'sub_b']);
    expect(await store.inbox.count('applied')).toBe(50);
    await worker.stop();
    await till.close();
    await store.close();
  });

  it('that was claimed and not begun is given back when the process stops', async () => {
    const store = await openStore(await openDatabase());
    const till = await startTill();
    for (let number = 0; number < 20; number += 1) await store.inbox.add(received(number));
    const stopping: { worker?: InboxWorker; stopped?: Promise<void> } = {};
    const refresh = async (): Promise<undefined> => {
      stopping.stopped ??= stopping.worker!.stop();
    };
    const mirror = { ...createMirror({ stripe: till.stripe, store, now: till.now }), refresh };
    const worker = new InboxWorker({
      stripe: till.stripe,
      store,
      mirror,
      catalog: { current: () => Promise.reject(new Error()), refresh: async () => undefined },
      now: () => defaultNow,
      log: silentLog,
      config: till.config,
    });
    stopping.worker = worker;
    worker.wake();
    await worker.idle();
    await stopping.stopped;
    const pending = await store.inbox.list('pending', 100);
    expect(pending.length).toBeGreaterThan(10);
    expect(pending.every(({ claimedUntil, attempts }) => claimedUntil === 0 && attempts === 0)).toBe(true);
    await till.close();
    await store.close();
  });

  it('that is repeated is done once in its interval by four processes, also after a failure of it', async () => {
    const store = await openStore(await openDatabase());
    let now = defaultNow;
    let [done, fails] = [0, false];
    const job = {
      name: 'count',
      everySeconds: 900,
      run: async () => {
        done += 1;
        if (fails) throw new Error('it failed');
      },
    };
    const runners = Array.from({ length: 4 }, () => new JobRunner({ store, now: () => now, log: silentLog }, [job]));
    const look = async (at: number): Promise<number> => {
      now = at;
      await Promise.all(runners.map((runner) => runner.runDue()));
      return done;
    };
    expect(await look(defaultNow)).toBe(1);
    expect(await look(defaultNow + 899)).toBe(1);
    fails = true;
    expect(await look(defaultNow + 900)).toBe(2);
    expect(await look(defaultNow + 1199)).toBe(2);
    fails = false;
    expect(await look(defaultNow + 1200)).toBe(3);
    expect(await look(defaultNow + 1300)).toBe(3);
    await store.close();
  });

  it('on one job holds no other up', async () => {
    const store = await openStore(await openDatabase());
    const slow = new Thread();
    let now = defaultNow;
    let done = 0;
    const runner = new JobRunner({ store, now: () => now, log: silentLog }, [
      { name: 'slow', everySeconds: day, run: () => slow.gate() },
      { name: 'quick', everySeconds: 60, run: async () => void (done += 1) },
    ]);
    let all: Promise<void> | undefined;
    await slow.start(() => (all = runner.runDue()));
    await expect.poll(() => done).toBe(1);
    now += 60;
    const second = runner.runDue();
    await expect.poll(() => done).toBe(2);
    await slow.go();
    await Promise.all([all, second]);
    await store.close();
  });

  it('of telling goes on while one consumer is slow', async () => {
    const store = await openStore(await openDatabase());
    const slow = new Thread();
    const heard: string[] = [];
    const worker = new OutboxWorker({ store, now: () => defaultNow, log: silentLog }, [
      { name: 'slow', deliver: () => slow.gate() },
      { name: 'quick', deliver: async ({ dedupeKey }) => void heard.push(dedupeKey) },
    ]);
    const tell = async (dedupeKey: string): Promise<void> => {
      await store.outbox.add(
        { type: 'subscription.started', dedupeKey, payload: {} } as unknown as Parameters<Store['outbox']['add']>[0],
        defaultNow,
      );
      worker.wake();
    };
    await tell('a');
    await slow.start(() => worker.idle());
    await tell('b');
    await expect.poll(() => heard).toEqual(['a', 'b']);
    await slow.go();
    await slow.go();
    await worker.stop();
    await store.close();
  });

  it('of telling reaches every consumer although one fails, and tells again only what failed', async () => {
    const store = await openStore(await openDatabase());
    let now = defaultNow;
    const heard: string[] = [];
    let broken = true;
    const consumers: OutboxConsumer[] = [
      { name: 'good', deliver: async ({ dedupeKey }) => void heard.push(`good ${dedupeKey}`) },
      {
        name: 'broken',
        deliver: async ({ dedupeKey }) => {
          if (broken) throw new Error('not now');
          heard.push(`broken ${dedupeKey}`);
        },
      },
      { name: 'picky', types: ['other'], deliver: async ({ dedupeKey }) => void heard.push(`picky ${dedupeKey}`) },
    ];
    const workers = [1, 2].map(() => new OutboxWorker({ store, now: () => now, log: silentLog }, consumers));
    const work = async (): Promise<string[]> => {
      for (const worker of workers) worker.wake();
      await Promise.all(workers.map((worker) => worker.idle()));
      return heard.toSorted();
    };
    const entry = { type: 'subscription.started', dedupeKey: 'a', payload: {} };
    await store.outbox.add(entry as Parameters<Store['outbox']['add']>[0], now);
    await store.outbox.add(entry as Parameters<Store['outbox']['add']>[0], now);
    expect(await work()).toEqual(['good a']);
    now += 6;
    broken = false;
    expect(await work()).toEqual(['broken a', 'good a']);
    now += day;
    expect(await work()).toEqual(['broken a', 'good a']);
    expect(await store.outboxDeliveries.count('done')).toBe(3);
    for (const worker of workers) await worker.stop();
    await store.close();
  });

  it('of forgetting keeps what a late duplicate must still meet', async () => {
    const store = await openStore(await openDatabase());
    await store.inbox.add(received(1));
    await store.inbox.add(received(2));
    await store.inbox.add(received(3));
    await store.inbox.markApplied(['evt_0001'], defaultNow);
    await store.inbox.markApplied(['evt_0002'], defaultNow + 2 * day);
    for (const job of retentionJobs({ store, now: () => defaultNow + 36 * day })) await job.run(new AbortController().signal);
    expect(await Promise.all([1, 2, 3].map((number) => store.inbox.add(received(number))))).toEqual([true, false, false]);
    await store.close();
  });
});
