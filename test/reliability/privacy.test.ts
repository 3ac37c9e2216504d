/** Who was erased is gone: from the file, from the tables, from the log, and no event or sweep brings them back. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { privacy } from '@tillkit/server/modules/privacy/privacy';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { createLog } from '@tillkit/server';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { hasPostgres, newPostgresDatabase } from '../support/databases.ts';
import { startTill, type TestTill } from '../support/till.ts';
import { deliverGenuine } from './signed.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const token = 'the token of the owner, 32 characters';
const everybody = Array.from({ length: 24 }, (_, index) => `canary-person-${index}-end`);
const erasable = everybody.filter((_, index) => index % 4 === 0);

interface Exported {
  readonly customerIds: readonly string[];
  readonly tables: readonly { readonly table: string; readonly rows: readonly unknown[] }[];
}

describe.each(hasPostgres ? ['SQLite', 'PostgreSQL'] : ['SQLite'])('erasing people on %s', (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'till-privacy-'));
  const lines: string[] = [];
  const customers = new Map<string, string>();
  let till: TestTill;

  beforeAll(async () => {
    const database = kind === 'SQLite' ? openSqlite(join(folder, 'till.sqlite')) : await openPostgres(await newPostgresDatabase());
    till = await startTill({ database, modules: [privacy(token)], app: { log: createLog((line) => lines.push(line)) } });
    for (const subject of everybody) {
      const session = await till.signIn(subject, { email: `${subject}@example.com`, email_verified: true });
      const { checkout } = await till.buy(company, { token: session });
      customers.set(subject, checkout.customerId!);
    }
    await till.settle();
  });
  afterAll(async () => {
    await till.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = <Body>(method: string, path: string, body?: unknown) =>
    till.call<Body>(method, `/admin/v1/privacy/${path}`, {
      origin: null,
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body }),
    });
  /** Everything that the database holds, as text: on SQLite the very bytes of its files. */
  const everything = async (): Promise<string> => {
    if (kind === 'SQLite')
      return readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'latin1'))
        .join('\n');
    const db = till.store.own<Record<string, never>>();
    const { rows } = await sql<{
      tableName: string;
    }>`select table_name from information_schema.tables where table_schema = 'public'`.execute(db);
    const tables = await Promise.all(rows.map(({ tableName }) => sql`select * from ${sql.table(tableName)}`.execute(db)));
    return JSON.stringify(tables.map((table) => table.rows));
  };
  const traces = (text: string, people: readonly string[]): string[] =>
    people.filter((subject) => text.includes(subject) || text.includes(customers.get(subject)!));

  it('tells nobody but the owner', async () => {
    for (const authorization of ['', 'Bearer x', `Bearer ${token}x`, `bearer ${token}`]) {
      const { status, body } = await till.call<Problem>('GET', `/admin/v1/privacy/export?subject=${everybody[0]}`, {
        origin: null,
        headers: { authorization },
      });
      expect([status, body.code]).toEqual([401, 'signed_out']);
    }
  });

  it('tells everything that was planted, of everybody', async () => {
    for (const subject of everybody) {
      for (const query of [`subject=${subject}`, `email=${subject}@example.com`]) {
        const { body } = await ask<Exported>('GET', `export?${query}`);
        expect(body.customerIds).toEqual([customers.get(subject)]);
        const rows = Object.fromEntries(body.tables.map((table) => [table.table, table.rows.length]));
        expect(rows).toMatchObject({ identities: 1, checkoutIntents: 1, subscriptions: 1 });
        expect(rows.outbox).toBeGreaterThan(0);
        expect(rows.inbox).toBeGreaterThan(0);
        expect(JSON.stringify(body)).toContain(`${subject}@example.com`);
        for (const other of everybody) if (other !== subject) expect(JSON.stringify(body)).not.toContain(other);
      }
    }
  });

  it('is tried dry unless it is meant, and refused while something is still charged', async () => {
    const person = { subject: erasable[0]! };
    expect((await ask<Problem>('POST', 'erase', { person, dryRun: false })).body.code).toBe('not_possible_now');
    const dry = await ask<{ erased: boolean; subscriptionsToEnd: number }>('POST', 'erase', { person, cancel: true });
    expect(dry.body).toMatchObject({ erased: false, subscriptionsToEnd: 1 });
    expect(traces(await everything(), [erasable[0]!])).toHaveLength(1);
  });

  it('leaves no trace, also after every event came again and the sweeps have run, and nobody else loses anything', async () => {
    for (const subject of erasable)
      expect((await ask<{ erased: boolean }>('POST', 'erase', { person: { subject }, dryRun: false, cancel: true })).body.erased).toBe(
        true,
      );
    await till.settle();
    for (const event of till.sandbox.events()) await deliverGenuine(till, JSON.stringify({ ...event, id: `${event.id}_again` }, null, 2));
    await till.settle();
    await till.app.sweeps.sweepEvents();
    await till.app.sweeps.sweepSubscriptions();
    await till.settle();
    await till.store.compact();
    const kept = await everything();
    expect(traces(kept, erasable)).toEqual([]);
    expect(
      traces(
        kept,
        everybody.filter((subject) => !erasable.includes(subject)),
      ),
    ).toHaveLength(18);
    expect(traces(lines.join('\n'), everybody)).toEqual([]);
    const client = await till.stripe();
    for (const subject of erasable) {
      const { data } = await client.subscriptions.list({ customer: customers.get(subject)! });
      expect(data).toEqual([]);
    }
  });
});
