/** Who is told what, and how often: two processes, failing consumers, giving up. */
import { afterEach, describe, expect, it } from 'vitest';
import { OutboxWorker, Undeliverable, type OutboxConsumer } from '@tillkit/server/outbox/outbox-worker';
import { silentLog } from '@tillkit/server/ops/log';
import { openStore, type Store } from '@tillkit/server';
import { databases } from '../../support/databases.ts';

describe.each(databases)('on %s', (_, openDatabase) => {
  let store: Store;
  let now = 1_809_172_800;
  afterEach(() => store.close());

  const add = (key: string) => store.outbox.add({ type: 'subscription.resumed', dedupeKey: key, payload: { key } }, now);
  const workerOf = (...consumers: OutboxConsumer[]) => new OutboxWorker({ store, now: () => now, log: silentLog }, consumers);
  const run = async (...workers: OutboxWorker[]) => {
    for (const worker of workers) worker.wake();
    for (const worker of workers) await worker.idle();
  };
  const ear = (name: string, deliver: OutboxConsumer['deliver'] = async () => undefined) => {
    const heard: string[] = [];
    const consumer: OutboxConsumer = {
      name,
      async deliver(entry) {
        heard.push(String(entry.payload.key));
        await deliver(entry);
      },
    };
    return { consumer, heard };
  };

  it('four workers tell each of 300 facts once, and one tells them in their order', async () => {
    store = await openStore(await openDatabase());
    const keys = Array.from({ length: 300 }, (_, at) => `fact ${at}`);
    for (const key of keys) await add(key);
    const [shared, alone] = [ear('shared'), ear('alone')];
    const workers = [...Array.from({ length: 4 }, () => workerOf(shared.consumer)), workerOf(alone.consumer)];
    await run(...workers);
    expect(shared.heard.toSorted()).toEqual(keys.toSorted());
    expect(alone.heard).toEqual(keys);
    for (const worker of workers) await worker.stop();
  });

  it('a consumer that fails holds up no other, is tried again for a day, and then given up', async () => {
    store = await openStore(await openDatabase());
    await add('fact');
    const broken = ear('broken', async () => Promise.reject(new Error('No.')));
    const sound = ear('sound');
    const worker = workerOf(broken.consumer, sound.consumer);
    await run(worker);
    expect([broken.heard.length, sound.heard.length]).toEqual([1, 1]);
    for (let hour = 0; hour < 48; hour += 1) {
      now += 3600;
      await run(worker);
    }
    expect([broken.heard.length, sound.heard.length]).toEqual([8, 1]);
    expect([await store.outboxDeliveries.count('dead'), await store.outboxDeliveries.count('pending')]).toEqual([1, 0]);
    await worker.stop();
  });

  it('what was taken out of the queue while it was claimed is not told any more', async () => {
    store = await openStore(await openDatabase());
    for (const key of ['first', 'second']) await add(key);
    // an erasure comes between the two
    const { consumer, heard } = ear('ear', () => store.outbox.forget(now + 1));
    const worker = workerOf(consumer);
    await run(worker);
    expect(heard).toEqual(['first']);
    await worker.stop();
  });

  it('what is undeliverable is given up at once', async () => {
    store = await openStore(await openDatabase());
    await add('fact');
    const gone = ear('gone', async () => Promise.reject(new Undeliverable('Gone.')));
    const worker = workerOf(gone.consumer);
    await run(worker);
    now += 86_400;
    await run(worker);
    expect(gone.heard).toHaveLength(1);
    expect(await store.outboxDeliveries.count('dead')).toBe(1);
    await worker.stop();
  });

  it('a consumer that was away hears everything since, one that is new only the last hour', async () => {
    store = await openStore(await openDatabase());
    const known = ear('known');
    const first = workerOf(known.consumer);
    await run(first);
    await first.stop();
    await add('long ago');
    now += 86_400;
    await add('just now');
    const fresh = ear('fresh');
    const second = workerOf(known.consumer, fresh.consumer);
    await run(second);
    expect([known.heard, fresh.heard]).toEqual([['long ago', 'just now'], ['just now']]);
    await second.stop();
  });
});
