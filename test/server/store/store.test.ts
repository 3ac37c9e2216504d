import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '@tillkit/server/store/store';
import { databases } from '../../support/databases.ts';
import type { SubscriptionFact } from '@tillkit/server/stripe/subscription-fact';

const event = (eventId: string, receivedAt = 1000) => ({
  eventId,
  type: 'customer.subscription.updated',
  subjectKind: 'subscription',
  subjectId: 'sub_1',
  receivedAt,
});
const fact = (status: SubscriptionFact['status'], id = 'sub_1'): SubscriptionFact => ({
  id,
  customerId: 'cus_1',
  status,
  created: 1,
  currency: 'usd',
  items: [],
  collectionPaused: false,
  hasPaymentMethod: false,
  note: {},
});

describe.each(databases)('the store on %s', (_, openDatabase) => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore(await openDatabase());
  });
  afterEach(() => store.close());

  it('keeps an event once, however often it comes', async () => {
    expect(await store.inbox.add(event('evt_1'))).toBe(true);
    expect(await store.inbox.add(event('evt_1', 2000))).toBe(false);
    expect(await store.inbox.claim(5000)).toHaveLength(1);
  });

  it('puts a failing event off ever longer, and gives it up after twelve tries', async () => {
    await store.inbox.add(event('evt_1'));
    let now = 1000;
    for (let tries = 1; tries <= 12; tries += 1) {
      const [row] = await store.inbox.claim(now);
      expect(row).toMatchObject({ attempts: tries - 1 });
      await store.inbox.markFailed(row!, 'StripeConnectionError', now);
      expect(await store.inbox.claim(now)).toEqual([]);
      now = (await store.inbox.nextDue()) ?? now;
    }
    expect(await store.inbox.count('dead')).toBe(1);
    expect(await store.inbox.nextDue()).toBeUndefined();
  });

  it('keeps the reading that began last, in whatever order readings end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), async (order) => {
        const id = `sub_${order.join('')}`;
        const statuses = ['incomplete', 'trialing', 'active', 'past_due', 'canceled'] as const;
        const readings: { token: number; status: SubscriptionFact['status'] }[] = [];
        for (const status of statuses) readings.push({ token: await store.subscriptions.nextFetchToken(), status });
        for (const at of order) await store.subscriptions.write(fact(readings[at]!.status, id), readings[at]!.token, 1);
        expect((await store.subscriptions.find(id))?.status).toBe('canceled');
      }),
      { numRuns: 30 },
    );
  });

  it('lets a finished checkout be taken once, by however many at the same time', async () => {
    const intent = {
      id: 'i',
      checkoutSessionId: 'cs_1',
      verifierHash: 'h',
      origin: 'o',
      selection: { productId: 'p', quantity: 1, currency: 'usd' },
      status: 'open',
      createdAt: 1,
    } as const;
    await store.checkoutIntents.add(intent);
    expect(await store.checkoutIntents.takeOnce('cs_1', 'family')).toBe(false);
    await store.checkoutIntents.complete('cs_1', 5);
    await store.checkoutIntents.complete('cs_1', 9);
    expect(await store.checkoutIntents.find('cs_1')).toMatchObject({ status: 'complete', completedAt: 5 });
    const taken = await Promise.all(Array.from({ length: 100 }, () => store.checkoutIntents.takeOnce('cs_1', 'family')));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('lets an owner’s token be taken once until it has expired', async () => {
    const taken = await Promise.all(Array.from({ length: 100 }, () => store.ownerTokens.takeOnce('jti', 100, 50)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await store.ownerTokens.takeOnce('jti', 200, 101)).toBe(true);
  });

  it('writes an outbox entry of one key once', async () => {
    await store.outbox.add({ type: 'subscription.trial_will_end', dedupeKey: 'k', payload: { a: 1 } }, 1);
    await store.outbox.add({ type: 'subscription.trial_will_end', dedupeKey: 'k', payload: { a: 2 } }, 2);
    expect(await store.outbox.list()).toEqual([{ type: 'subscription.trial_will_end', dedupeKey: 'k', payload: { a: 1 } }]);
  });

  it('makes a key once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => store.secrets.key('preview')));
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
    expect(keys[0]).toHaveLength(32);
  });

  it('keeps a known customer when an identity is saved without one', async () => {
    const identity = { issuer: 'owner', subject: 'u' };
    await store.identities.save({ ...identity, customerId: 'cus_1', email: 'a@example.com' }, 1);
    await store.identities.save(identity, 2);
    expect(await store.identities.find(identity)).toEqual({ ...identity, customerId: 'cus_1', email: 'a@example.com' });
  });

  it('writes all of a transaction or nothing', async () => {
    const work = store.transaction(async (tables) => {
      await tables.inbox.add(event('evt_1'));
      throw new Error('in the middle');
    });
    await expect(work).rejects.toThrow('in the middle');
    expect(await store.inbox.claim(5000)).toEqual([]);
  });
});

describe('a database file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'till-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is refused to a second server and kept over a restart', async () => {
    const file = join(folder, 'till.sqlite');
    const first = await openStore(file);
    await first.inbox.add(event('evt_1'));
    await expect(openStore(file)).rejects.toThrow('Another process is using the database');
    await first.close();

    const second = await openStore(file);
    expect(await second.inbox.claim(5000)).toHaveLength(1);
    expect(await second.check(1)).toEqual({ missing: 0, unknown: [] });
    await second.close();
  });
});
