/** Who holds what until when, by several clocks: some are a little apart, and one is put back. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addChallenge, challengesTable } from '@tillkit/server/modules/mailer/codes/challenges';
import { takeTurn } from '@tillkit/server/modules/mailer/codes/limits';
import { mailer } from '@tillkit/server/modules/mailer/mailer';
import type { OutboxEntry } from '@tillkit/server/store/outbox';
import { openStore, type Store } from '@tillkit/server/store/store';
import { databases } from '../../support/databases.ts';

const start = 1_809_172_800;
const day = 86_400;
/** As far as clocks may differ. */
const apart = 60;

type Take = (store: Store, now: number, who: string) => Promise<boolean>;
const changing: Take = (store, now, who) => store.pendingChanges.hold('sub_1', 'cus_1', who, now);
const buying: Take = (store, now, who) => store.checkoutSlots.hold({ owner: 'customer:x', planGroup: 'base' }, who, now);
const aJob: Take = (store, now) => store.turns.take('job', now, 900);
const anEvent: Take = async (store, now) => (await store.inbox.claim(now)).length === 1;
const anEntry: Take = async (store, now) => (await store.outboxDeliveries.claim('mails', now, now + 120)).length === 1;
const aCode: Take = async (store, now) => (await challengesTable(store).claimDue(now, 5)).length === 1;

describe.each(databases)('what one process holds, on %s', (_, openDatabase) => {
  let store: Store;
  beforeEach(async () => {
    const mails = mailer({ transport: { send: async () => undefined }, from: { name: 'Shop', address: 'billing@shop.example' } });
    store = await openStore(await openDatabase(), [mails]);
    const received = { eventId: 'evt_1', type: 'x', subjectKind: 'subscription', subjectId: 'sub_1', receivedAt: start - 2 * day };
    await store.inbox.add(received);
    const entry = { type: 'subscription.started', dedupeKey: 'a', payload: {} } as unknown as OutboxEntry;
    await store.outbox.add(entry, start - 2 * day);
    const challenge = { challengeHash: 'c', verifierHash: 'v', origin: 'o', email: 'ada@example.com', locale: undefined, allowed: true };
    await store.transaction((tables) => addChallenge(tables, challenge, start - 2 * day));
  });
  afterEach(() => store.close());

  const takers = { changing, buying, aJob, anEvent, anEntry, aCode } as const;
  const names = Object.keys(takers) as (keyof typeof takers)[];

  it.each(names)('is not given to another whose clock is behind, as far as clocks differ: %s', async (name) => {
    const take = takers[name];
    expect(await take(store, start, 'one')).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: apart }), async (behind) => {
        expect(await take(store, start - behind, `other ${behind}`)).toBe(false);
      }),
      { numRuns: 20, examples: [[1], [apart]] },
    );
  });

  it.each(names)('is free when it was taken before the clock was put back: %s', async (name) => {
    const take = takers[name];
    expect(await take(store, start, 'one')).toBe(true);
    expect(await take(store, start - day, 'other')).toBe(true);
    expect(await take(store, start - day + 1, 'third')).toBe(false);
  });

  it('lets an address have its mails again after the clock was put back, and nobody wait for longer than a window', async () => {
    const turn = (now: number) =>
      store.transaction((tables) => takeTurn(tables, { address: 'a', network: `n${now}`, now, mailsPerHour: 2 }));
    await turn(start);
    await turn(start);
    const refused = await turn(start - 30).catch((error: { retryAfter?: number }) => error.retryAfter);
    expect(refused).toBeLessThanOrEqual(3600);
    expect(await turn(start - 7200)).toBe(true);
  });
});
