/** Threat table, row 42: what was answered with 2xx is in the database, whatever happens to it; and the server gets over it by itself. */
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { hasPostgres } from '../support/databases.ts';
import { newFolder } from '../support/folder.ts';
import { startPostgres } from '../support/postgres.ts';
import { startTill, type TestTill } from '../support/till.ts';
import { lostOf, startDeliveries, type Deliveries } from './outage.ts';
import { deliverGenuine, eventBody } from './signed.ts';

const readiness = async (till: TestTill): Promise<string | undefined> =>
  (await till.call<{ checks: Record<string, string> }>('GET', '/readyz')).body.checks.database;

async function expectNothingLost(till: TestTill, deliveries: Deliveries): Promise<void> {
  expect(await lostOf(till, deliveries)).toEqual([]);
  expect([...deliveries.refused.keys()]).toEqual([503]);
}

it.runIf(hasPostgres)('PostgreSQL that stops at once and starts again costs refusals, never an event', async () => {
  const server = (await startPostgres())!;
  onTestFinished(() => server.close());
  const till = await startTill({ database: await openPostgres(await server.createDatabase()) });
  const token = await till.signIn('ada');
  const deliveries = startDeliveries(till, 'crash');
  for (let crash = 0; crash < 2; crash += 1) {
    await deliveries.more(200);
    await server.crash();
    await deliveries.oneMoreRefused();
    expect(await readiness(till)).toBe('failed');
    const lost = await till.call<{ code: string }>('GET', '/v1/subscriptions', { token });
    expect([lost.status, lost.body.code]).toEqual([503, 'not_ready']);
    await server.start();
    await deliveries.more(200);
    expect(await readiness(till)).toBe('ok');
  }
  await deliveries.stop();
  await expectNothingLost(till, deliveries);
  await till.app.stop();
  await till.store.close();
});

describe('a SQLite file', () => {
  const start = async (file: string): Promise<TestTill> => {
    const till = await startTill({ database: openSqlite(file) });
    await till.app.stop(); // nothing but the deliveries writes
    return till;
  };
  const pragma = (till: TestTill, text: string) => sql.raw(`pragma ${text}`).execute(till.store.own());

  it('that may not grow costs refusals, and takes events again when it may', async () => {
    const till = await start(newFolder()('till.sqlite'));
    await pragma(till, 'max_page_count=60');
    const deliveries = startDeliveries(till, 'full');
    await deliveries.oneMoreRefused();
    expect(deliveries.acknowledged.length).toBeGreaterThan(0);
    await pragma(till, 'max_page_count=1000000');
    await deliveries.more(50);
    await deliveries.stop();
    await expectNothingLost(till, deliveries);
    await till.store.close();
  });

  it('on a full disk costs refusals, and takes events again when there is room', async ({ skip }) => {
    const at = newFolder();
    const disk = at('disk');
    try {
      execFileSync('mkdir', [disk]);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1536k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      skip('a small disk takes root on Linux');
    }
    onTestFinished(() => void execFileSync('umount', ['-l', disk]));
    const till = await start(`${disk}/till.sqlite`);
    const ballast = `${disk}/ballast`;
    fill(ballast);
    const deliveries = startDeliveries(till, 'disk');
    await deliveries.oneMoreRefused();
    rmSync(ballast);
    await deliveries.more(50);
    expect(await readiness(till)).toBe('ok');
    await deliveries.stop();
    await expectNothingLost(till, deliveries);
    await till.store.close();
  });

  it('that another program has locked costs refusals, and takes events again afterwards', async () => {
    const file = newFolder()('till.sqlite');
    const till = await start(file);
    await pragma(till, 'busy_timeout=50');
    const other = new DatabaseSync(file);
    other.exec('begin immediate');
    expect(await deliverGenuine(till, eventBody('evt_locked'))).toBe(503);
    expect(await till.store.inbox.find('evt_locked')).toBeUndefined();
    other.exec('commit');
    other.close();
    expect(await deliverGenuine(till, eventBody('evt_locked'))).toBe(200);
    expect(await till.store.inbox.find('evt_locked')).toBeDefined();
    await till.store.close();
  });

  it('that is locked for a moment only costs nothing: it is waited for', async () => {
    const file = newFolder()('till.sqlite');
    const till = await start(file);
    const lock = `
      const { DatabaseSync } = require('node:sqlite');
      const other = new DatabaseSync(process.argv[1]);
      other.exec('begin immediate');
      process.stdout.write('locked');
      setTimeout(() => { other.exec('commit'); other.close(); }, 400);`;
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, ['-e', lock, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(await deliverGenuine(till, eventBody('evt_waited'))).toBe(200);
    expect(await till.store.inbox.find('evt_waited')).toBeDefined();
    await till.store.close();
  });

  it('lets nobody write between the reading and the writing of a transaction, so that none fails half-way', async () => {
    const file = newFolder()('till.sqlite');
    const till = await start(file);
    await deliverGenuine(till, eventBody('evt_read'));
    const other = new DatabaseSync(file);
    await till.store.transaction(async (tables) => {
      expect(await tables.inbox.find('evt_read')).toMatchObject({ status: 'pending' });
      expect(() => other.exec("pragma busy_timeout=0; update inbox set status = 'dead'")).toThrow('locked');
      await tables.inbox.markApplied(['evt_read'], till.now());
    });
    other.close();
    expect(await till.store.inbox.find('evt_read')).toMatchObject({ status: 'applied' });
    await till.store.close();
  });
});

/** Takes all that is left. */
function fill(file: string): void {
  const handle = openSync(file, 'w');
  const block = Buffer.alloc(4096, 1);
  try {
    for (;;) writeSync(handle, block);
  } catch {
    ftruncateSync(handle, 0); // a little room is left to begin with
    for (let blocks = 0; blocks < 200; blocks += 1) {
      try {
        writeSync(handle, block);
      } catch {
        break;
      }
    }
  } finally {
    closeSync(handle);
  }
}
