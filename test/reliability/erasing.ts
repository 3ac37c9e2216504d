import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@tillkit/server';
import { privacy } from '@tillkit/server/modules/privacy/privacy';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { everythingIn } from '../support/tables.ts';
import { startTill } from '../support/till.ts';
import { deliverGenuine } from './signed.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

/** What a person is told of what is kept about them. */
export interface Exported {
  readonly customerIds: readonly string[];
  readonly tables: readonly { readonly table: string; readonly rows: readonly unknown[] }[];
}

export type Shop = Awaited<ReturnType<typeof openShop>>;

export const ownersToken = 'the token of the owner, 32 characters';

/** A shop with so many people, each with a name that occurs nowhere else, one customer and one subscription. */
export async function openShop(size: number, postgresAddress?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'till-privacy-'));
  const lines: string[] = [];
  const database = postgresAddress === undefined ? openSqlite(join(folder, 'till.sqlite')) : await openPostgres(postgresAddress);
  const till = await startTill({ database, modules: [privacy(ownersToken)], app: { log: createLog((line) => lines.push(line)) } });
  const people = Array.from({ length: size }, (_, index) => `canary-person-${index}-end`);
  const customers = new Map<string, string>();
  const marks = new Map<string, readonly string[]>();
  for (const subject of people) {
    const session = await till.signIn(subject, { email: `${subject}@example.com`, email_verified: true });
    const { checkout } = await till.buy(company, { token: session });
    customers.set(subject, checkout.customerId!);
    marks.set(subject, [subject, checkout.customerId!, checkout.subscription!.id, checkout.checkoutSessionId]);
  }
  await till.settle();

  const ask = <Body>(method: string, path: string, body?: unknown) =>
    till.call<Body>(method, `/admin/v1/privacy/${path}`, {
      origin: null,
      headers: { authorization: `Bearer ${ownersToken}` },
      ...(body !== undefined && { body }),
    });

  /** Everything that the database holds, as text: on SQLite the very bytes of its files. */
  async function everything(): Promise<string> {
    if (postgresAddress === undefined)
      return readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'latin1'))
        .join('\n');
    return everythingIn(till.store);
  }

  return {
    till,
    people,
    /** One in four. */
    leaving: people.filter((_, index) => index % 4 === 0),
    staying: people.filter((_, index) => index % 4 !== 0),
    customerOf: (subject: string): string => customers.get(subject)!,
    ask,
    everything,
    logged: (): string => lines.join('\n'),
    /** Those of `subjects` whom a text tells: by name, customer, subscription or checkout. */
    traces: (text: string, subjects: readonly string[]): string[] =>
      subjects.filter((subject) => marks.get(subject)!.some((mark) => text.includes(mark))),
    /** Erases those who leave; then every event that ever was comes once more, and the sweeps look at everything. */
    async eraseAndReplay(leaving: readonly string[]): Promise<{ erased: number }> {
      let erased = 0;
      for (const subject of leaving) {
        const { body } = await ask<{ erased: boolean }>('POST', 'erase', { person: { subject }, dryRun: false, cancel: true });
        if (body.erased) erased += 1;
      }
      await till.settle();
      for (const event of till.sandbox.events()) await deliverGenuine(till, JSON.stringify({ ...event, id: `${event.id}_again` }, null, 2));
      await till.settle();
      await till.app.sweeps.sweepEvents();
      await till.app.sweeps.sweepSubscriptions();
      await till.settle();
      await till.store.compact();
      return { erased };
    },
    async close(): Promise<void> {
      await till.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
