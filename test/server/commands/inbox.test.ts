import { describe, expect, it } from 'vitest';
import { openStore, type Store } from '@tillkit/server';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { maxAttempts } from '@tillkit/server/store/inbox';
import { runTill } from '../../support/command.ts';
import { hasPostgres, newPostgresDatabase } from '../../support/databases.ts';
import { newFolder } from '../../support/folder.ts';

const now = 1_809_172_800;

type Place = readonly [name: string, make: () => Promise<{ environment: Record<string, string>; open: () => Promise<Store> }>];
const places: readonly Place[] = [
  [
    'a SQLite file',
    async () => {
      const file = newFolder()('till.sqlite');
      return { environment: { TILL_DATABASE: file }, open: () => openStore(openSqlite(file)) };
    },
  ],
  ...(hasPostgres
    ? [
        [
          'PostgreSQL',
          async () => {
            const url = await newPostgresDatabase();
            return { environment: { DATABASE_URL: url }, open: async () => openStore(await openPostgres(url)) };
          },
        ] as const,
      ]
    : []),
];

async function addDead(store: Store, eventId: string): Promise<void> {
  await store.inbox.add({ eventId, type: 'invoice.paid', subjectKind: 'subscription', subjectId: 'sub_1', receivedAt: now });
  const row = (await store.inbox.find(eventId))!;
  await store.inbox.markFailed({ ...row, attempts: maxAttempts - 1 }, 'StripeAPIError', now);
}

describe.each(places)('till inbox beside a server on %s', (_, make) => {
  const start = async () => {
    const { environment, open } = await make();
    const store = await open();
    const till = (command: string) => runTill(command, { environment, now: () => now + 60 });
    return { store, till };
  };

  it('lists and shows what was given up, replays it and settles it', async () => {
    const { store, till } = await start();
    expect((await till('inbox list')).lines).toEqual(['No event is dead.']);
    for (const id of ['evt_1', 'evt_2', 'evt_3']) await addDead(store, id);

    const { lines } = await till('inbox list');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^evt_1 +invoice\.paid +sub_1 +12 +2027-05-01T12:00:00Z +StripeAPIError$/u);
    expect((await till('inbox list --limit 1')).lines).toHaveLength(2);
    expect(JSON.parse((await till('inbox list --json')).lines.join('\n'))).toHaveLength(3);
    expect(JSON.parse((await till('inbox show evt_2')).lines.join('\n'))).toMatchObject({ eventId: 'evt_2', status: 'dead' });

    expect((await till('inbox replay evt_1')).fault).toBeUndefined();
    expect(await store.inbox.find('evt_1')).toMatchObject({ status: 'pending', attempts: 0, nextAt: now + 60 });
    expect((await till('inbox discard evt_2')).fault).toBeUndefined();
    expect(await store.inbox.find('evt_2')).toMatchObject({ status: 'applied' });
    expect((await till('inbox replay --all')).lines).toEqual(['1 events will be tried again within 15 seconds.']);
    expect(await store.inbox.count('dead')).toBe(0);
    await store.close();
  });

  it.each([
    ['inbox replay evt_0', 'evt_0 is not among the events that were given up'],
    ['inbox discard evt_0', 'is not among the events that were given up'],
    ['inbox show evt_0', 'There is no event evt_0'],
    ['inbox show', 'Name one event'],
    ['inbox list --status gone', '--status is one of pending, applied, dead'],
    ['inbox list --limit 0', '--limit is a whole number'],
    ['inbox', 'is not a command'],
  ])('says in a sentence why "till %s" does not work', async (command, sentence) => {
    const { store, till } = await start();
    expect((await till(command)).fault).toContain(sentence);
    await store.close();
  });
});

it('does not make a database by looking for one', async () => {
  const file = newFolder()('nowhere.sqlite');
  const { fault } = await runTill('inbox list', { environment: { TILL_DATABASE: file } });
  expect(fault).toBe(`There is no database at ${file}.`);
});
