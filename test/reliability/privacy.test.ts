/** Who was erased is gone: from the file, from the tables, from the log, and no event or sweep brings them back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { hasPostgres, newPostgresDatabase } from '../support/databases.ts';
import { openShop, ownersToken, type Exported, type Shop } from './erasing.ts';

describe.each(hasPostgres ? ['SQLite', 'PostgreSQL'] : ['SQLite'])('erasing people on %s', (kind) => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await openShop(16, kind === 'PostgreSQL' ? await newPostgresDatabase() : undefined);
  });
  afterAll(() => shop.close());

  it('tells nobody but the owner', async () => {
    for (const authorization of ['', 'Bearer x', `Bearer ${ownersToken}x`, `bearer ${ownersToken}`]) {
      const { status, body } = await shop.till.call<Problem>('GET', `/admin/v1/privacy/export?subject=${shop.people[0]}`, {
        origin: null,
        headers: { authorization },
      });
      expect([status, body.code]).toEqual([401, 'signed_out']);
    }
  });

  it('tells everything that was planted, of everybody', async () => {
    for (const subject of shop.people) {
      for (const query of [`subject=${subject}`, `email=${subject}@example.com`]) {
        const { body } = await shop.ask<Exported>('GET', `export?${query}`);
        expect(body.customerIds).toEqual([shop.customerOf(subject)]);
        const rows = Object.fromEntries(body.tables.map((table) => [table.table, table.rows.length]));
        expect(rows).toMatchObject({ identities: 1, sessions: 2, checkoutIntents: 1, checkoutSlots: 1, subscriptions: 1 });
        expect(rows.outbox).toBeGreaterThan(0);
        // what is applied does not say any more whom it was about
        expect(rows.inbox).toBe(0);
        expect(JSON.stringify(body)).toContain(`${subject}@example.com`);
        for (const other of shop.people) if (other !== subject) expect(JSON.stringify(body)).not.toContain(other);
      }
    }
  });

  it('is tried dry unless it is meant, and refused while something is still charged', async () => {
    const person = { subject: shop.leaving[0]! };
    expect((await shop.ask<Problem>('POST', 'erase', { person, dryRun: false })).body.code).toBe('not_possible_now');
    const dry = await shop.ask<{ erased: boolean; subscriptionsToEnd: number }>('POST', 'erase', { person, cancel: true });
    expect(dry.body).toMatchObject({ erased: false, subscriptionsToEnd: 1 });
    expect(shop.traces(await shop.everything(), [person.subject])).toHaveLength(1);
  });

  it('leaves no trace, also after every event came again and the sweeps have run, and nobody else loses anything', async () => {
    const { leaving, staying, till } = shop;
    expect(await shop.eraseAndReplay(leaving)).toEqual({ erased: leaving.length });
    const kept = await shop.everything();
    expect(shop.traces(kept, leaving)).toEqual([]);
    expect(shop.traces(kept, staying)).toEqual(staying);
    expect(shop.traces(shop.logged(), shop.people)).toEqual([]);
    const client = await till.stripe();
    for (const subject of leaving) {
      const { data } = await client.subscriptions.list({ customer: shop.customerOf(subject) });
      expect(data).toEqual([]);
    }
  });
});
