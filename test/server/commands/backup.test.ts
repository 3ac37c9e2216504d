import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openStore } from '@tillkit/server';
import { runTill } from '../../support/command.ts';
import { newFolder } from '../../support/folder.ts';

const event = (number: number) => ({
  eventId: `evt_${number}`,
  type: 'invoice.paid',
  subjectKind: 'subscription',
  subjectId: `sub_${number % 7}`,
  receivedAt: 1_809_172_800,
});

it('copies under load what was acknowledged, and a server goes on from the copy', async () => {
  const at = newFolder();
  const environment = { TILL_DATABASE: at('till.sqlite') };
  const server = await openStore(environment.TILL_DATABASE);
  const acknowledged: string[] = [];
  let [number, loaded] = [0, true];
  const load = async (): Promise<void> => {
    while (loaded) {
      const row = event((number += 1));
      await server.inbox.add(row);
      acknowledged.push(row.eventId);
      if (number % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const loading = Promise.all([load(), load(), load()]);
  while (acknowledged.length < 2000) await new Promise((resolve) => setImmediate(resolve));
  const before = [...acknowledged];
  const { lines, fault } = await runTill(`backup ${at('copy.sqlite')}`, { environment });
  expect(fault).toBeUndefined();
  expect(lines[0]).toContain('copy.sqlite');
  while (acknowledged.length < before.length + 500) await new Promise((resolve) => setImmediate(resolve));
  loaded = false;
  await loading;
  await server.close();

  // the restore as docs/deployment.md describes it
  for (const suffix of ['', '-wal', '-shm']) rmSync(at(`till.sqlite${suffix}`), { force: true });
  cpSync(at('copy.sqlite'), at('till.sqlite'));
  const copy = new DatabaseSync(at('till.sqlite'));
  expect(copy.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  copy.close();
  const restored = await openStore(environment.TILL_DATABASE);
  const kept = new Set((await restored.inbox.list('pending', 1_000_000)).map(({ eventId }) => eventId));
  expect(before.filter((id) => !kept.has(id))).toEqual([]);
  expect(await restored.inbox.add(event(1))).toBe(false);
  expect(await restored.inbox.add(event(number + 1))).toBe(true);
  await restored.close();
});

it('lets its owner alone read a copy, and never replaces a file', async () => {
  const at = newFolder();
  const environment = { TILL_DATABASE: at('till.sqlite') };
  await (await openStore(environment.TILL_DATABASE)).close();
  await runTill(`backup ${at('copy.sqlite')}`, { environment });
  expect(statSync(at('copy.sqlite')).mode & 0o777).toBe(0o600);
  expect((await runTill(`backup ${at('copy.sqlite')}`, { environment })).fault).toContain('exists already');
  expect((await runTill(`backup ${at('no/folder/copy.sqlite')}`, { environment })).fault).toBeDefined();
  expect(readdirSync(dirname(at('x'))).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

it.each([
  ['backup', {}, 'Name one file'],
  ['backup copy.sqlite', { TILL_DATABASE: 'nowhere.sqlite' }, 'There is no database at nowhere.sqlite'],
  ['backup copy.sqlite', { DATABASE_URL: 'postgres://till@127.0.0.1/till' }, 'pg_dump'],
])('says in a sentence why "till %s" with %o does not work', async (command, environment, sentence) => {
  expect((await runTill(command, { environment })).fault).toContain(sentence);
  expect(existsSync('copy.sqlite')).toBe(false);
});
