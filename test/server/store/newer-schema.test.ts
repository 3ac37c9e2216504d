/** An older version of this program meets a database that a newer one has changed. */
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '@tillkit/server';
import type { Database } from '@tillkit/server/store/database';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { runTill } from '../../support/command.ts';
import { databases, hasPostgres, newPostgresDatabase } from '../../support/databases.ts';
import { newFolder } from '../../support/folder.ts';
import { startTill } from '../../support/till.ts';

const nothing: Migration = { up: async () => undefined };
const moduleOf = (...steps: string[]) => ({ name: 'some-module', migrations: Object.fromEntries(steps.map((step) => [step, nothing])) });

/** Notes a step as taken that no version knows yet. */
async function takeUnknownStep(store: Store, table = 'kysely_migration', name = '9999_of_the_future'): Promise<void> {
  await sql`insert into ${sql.table(table)} (name, timestamp) values (${name}, ${'2099-01-01'})`.execute(store.own());
}

const reopened: readonly (readonly [name: string, place: () => Promise<() => Promise<Database>>])[] = [
  [
    'SQLite',
    async () => {
      const file = newFolder()('till.sqlite');
      return async () => openSqlite(file);
    },
  ],
  ...(hasPostgres
    ? [
        [
          'PostgreSQL',
          async () => {
            const address = await newPostgresDatabase();
            return () => openPostgres(address);
          },
        ] as const,
      ]
    : []),
];

describe.each(reopened)('a newer schema on %s', (_, newPlace) => {
  let open: () => Promise<Database>;
  beforeEach(async () => {
    open = await newPlace();
  });

  it('is refused in one sentence that names the step and what to do, and nothing is changed', async () => {
    const before = await openStore(await open());
    await takeUnknownStep(before);
    await before.close();
    const refused = openStore(await open(), [moduleOf('0001_first')]);
    await expect(refused).rejects.toThrow(/^A newer version .*"till: 9999_of_the_future"\): start that version .*before the upgrade\.$/u);

    // the module's step was not taken either
    const guest = await openStore(await open(), [moduleOf('0001_first')], { guest: true });
    expect(await guest.schemaState()).toEqual({ missing: 1, unknown: ['till: 9999_of_the_future'] });
    await guest.close();
  });

  it('of a module is refused while the module is on, and is nobody’s business while it is off', async () => {
    const newer = await openStore(await open(), [moduleOf('0001_first', '0002_more', '0003_yet_more')]);
    await newer.close();
    await expect(openStore(await open(), [moduleOf('0001_first')])).rejects.toThrow('("some-module: 0002_more" and 1 more)');
    const without = await openStore(await open());
    expect(await without.schemaState()).toEqual({ missing: 0, unknown: [] });
    await without.close();
    const again = await openStore(await open(), [moduleOf('0001_first', '0002_more', '0003_yet_more')]);
    expect(again.migrationsTaken).toBe(0);
    await again.close();
  });
});

describe.each(databases)('a server on %s', (_, openDatabase) => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  it('goes on while a newer one changes the schema beside it, and says so', async () => {
    const till = await startTill({ database: await openDatabase() });
    closing.push(till.close);
    await takeUnknownStep(till.store);
    const { status, body } = await till.call<{ checks: Record<string, string> }>('GET', '/readyz');
    expect([status, body.checks.migrations]).toEqual([200, 'degraded']);
  });
});

describe('the till program on a newer schema', () => {
  const sentence = /^A newer version of Tillkit has changed this database \("till: 9999_x"\): start that version/u;
  let environment: Record<string, string>;
  beforeEach(async () => {
    const file = newFolder()('till.sqlite');
    await (await openStore(file)).close();
    const database = new DatabaseSync(file);
    database.exec(`insert into kysely_migration (name, timestamp) values ('9999_x', '2099-01-01')`);
    database.close();
    environment = { TILL_DATABASE: file };
  });

  it.each(['migrate', 'migrate --check', 'inbox list', 'inbox replay --all'])('refuses "%s"', async (words) => {
    expect(await runTill(words, { environment })).toEqual({ lines: [], fault: expect.stringMatching(sentence) });
  });

  it('finds it by "doctor"', async () => {
    const settings = {
      STRIPE_SECRET_KEY: 'rk_test_till',
      STRIPE_WEBHOOK_SECRET: 'whsec_abcdefghijklmnop',
      TILL_ORIGINS: 'https://shop.example',
    };
    const offline = async (): Promise<Response> => new Response('{}', { status: 401 });
    const { lines } = await runTill('doctor --json', { environment: { ...environment, ...settings }, stripeFetch: offline });
    const { findings } = JSON.parse(lines.join('\n')) as { findings: { name: string; state: string; remedy?: string }[] };
    const schema = findings.find(({ name }) => name === 'Schema');
    expect(schema).toMatchObject({ state: 'fail', remedy: expect.stringMatching(sentence) });
  });

  it('still copies it by "backup", which is what one goes back with', async () => {
    const { fault } = await runTill(`backup ${newFolder()('copy.sqlite')}`, { environment });
    expect(fault).toBeUndefined();
  });
});
