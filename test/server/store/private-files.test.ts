import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '@tillkit/server';
import { backUpSqlite } from '@tillkit/server/store/backup-sqlite';
import { newFolder } from '../../support/folder.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const event = { eventId: 'evt_1', type: 'invoice.paid', subjectKind: 'subscription', subjectId: 'sub_1', receivedAt: 1 };

it('lets whoever runs the server alone read the database, what lies beside it and its copies', async () => {
  const at = newFolder();
  const file = at('new/deeper/till.sqlite');
  const store = await openStore(file);
  await store.inbox.add(event);
  backUpSqlite(file, `${dirname(file)}/copy.sqlite`);
  const modes = Object.fromEntries(readdirSync(dirname(file)).map((name) => [name, modeOf(`${dirname(file)}/${name}`)]));
  expect(modes).toMatchObject({ 'till.sqlite': '600', 'till.sqlite-wal': '600', 'till.sqlite-shm': '600', 'till.sqlite.lock': '600' });
  expect(new Set(Object.values(modes))).toEqual(new Set(['600']));
  expect([modeOf(at('new')), modeOf(at('new/deeper'))]).toEqual(['700', '700']);
  await store.close();
});

it('takes from others what an older version let them read', async () => {
  const at = newFolder();
  for (const name of ['till.sqlite', 'till.sqlite-wal', 'till.sqlite.lock']) {
    writeFileSync(at(name), '');
    chmodSync(at(name), 0o644);
  }
  const store = await openStore(at('till.sqlite'));
  for (const name of readdirSync(at('.'))) expect([name, modeOf(at(name))]).toEqual([name, '600']);
  await store.close();
});

it('leaves a folder that is there already as it is', async () => {
  const at = newFolder();
  mkdirSync(at('shared'));
  chmodSync(at('shared'), 0o755);
  await (await openStore(at('shared/till.sqlite'))).close();
  expect(modeOf(at('shared'))).toBe('755');
});
