import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { health } from '@tillkit/server/ops/health';
import type { Till } from '@tillkit/server/till';
import { createLog } from '@tillkit/server';
import { deliver, deliverGenuine, eventBody, signatureOf } from '../../reliability/signed.ts';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { databases } from '../../support/databases.ts';
import { newFolder } from '../../support/folder.ts';
import { startTill, type StartTillOptions, type TestTill } from '../../support/till.ts';

interface Ready {
  readonly status: string;
  readonly checks: Record<string, string>;
}

const allOk = {
  process: 'ok',
  database: 'ok',
  migrations: 'ok',
  inbox: 'ok',
  outbox: 'ok',
  signatures: 'ok',
  clock: 'ok',
  disk: 'ok',
  catalog: 'ok',
};

describe.each(databases)('GET /readyz on %s', (_, openDatabase) => {
  const open: TestTill[] = [];
  const start = async (options: StartTillOptions = {}): Promise<TestTill> => {
    const till = await startTill({ database: await openDatabase(), ...options });
    open.push(till);
    return till;
  };
  afterEach(async () => {
    for (const till of open.splice(0)) await till.close();
  });
  const ready = async (till: TestTill) => (await till.call<Ready>('GET', '/readyz')).body;

  it('finds nothing to say of a new server', async () => {
    expect(await ready(await start())).toEqual({ status: 'ready', checks: allOk });
  });

  it('is degraded while an event was given up', async () => {
    const till = await start();
    const event = { eventId: 'evt_1', type: 'invoice.paid', subjectKind: 'subscription', subjectId: 'sub_1', receivedAt: till.now() };
    await till.store.inbox.add(event);
    const row = (await till.store.inbox.find('evt_1'))!;
    await till.store.inbox.markFailed({ ...row, attempts: 11 }, 'StripeAPIError', till.now());
    expect(await ready(till)).toEqual({ status: 'ready', checks: { ...allOk, inbox: 'degraded' } });
    await till.store.inbox.discard('evt_1', till.now());
    expect((await ready(till)).checks.inbox).toBe('ok');
  });

  it.each([
    [300, 'ok'],
    [301, 'degraded'],
  ])('calls an event that waits since %i seconds %s', async (seconds, expected) => {
    const till = await start();
    const receivedAt = till.now() - seconds;
    await till.store.inbox.add({ eventId: 'evt_1', type: 'invoice.paid', subjectKind: 'subscription', subjectId: 'sub_1', receivedAt });
    expect((await ready(till)).checks.inbox).toBe(expected);
    await till.store.inbox.markApplied(['evt_1'], till.now());
  });

  it('is degraded from a refused signature on until a genuine delivery, and says so in the log once a minute', async () => {
    const lines: string[] = [];
    const till = await start({ app: { log: createLog((line) => lines.push(line)) } });
    const wrong = { body: eventBody('evt_1'), signature: signatureOf(eventBody('evt_1'), till.now(), 'whsec_of_another_endpoint') };
    for (let times = 0; times < 3; times += 1) expect(await deliver(till, wrong)).toBe(400);
    expect(await ready(till)).toEqual({ status: 'ready', checks: { ...allOk, signatures: 'degraded' } });
    expect(lines.filter((line) => line.includes('webhook.signature_refused'))).toEqual([expect.stringContaining('"level":"warn"')]);
    expect(await deliverGenuine(till, eventBody('evt_2'))).toBe(200);
    expect((await ready(till)).checks.signatures).toBe('ok');
  });

  it('is degraded while somebody was not told', async () => {
    const till = await start();
    await till.store.outbox.add({ type: 'trial.will_end', dedupeKey: 'one', payload: {} }, till.now());
    const [entry] = await till.store.outboxDeliveries.claim('mail', till.now(), till.now() + 60);
    await till.store.outboxDeliveries.settle(entry!.id, 'mail', { status: 'dead', attempts: 8, nextAt: till.now() });
    expect((await ready(till)).checks.outbox).toBe('degraded');
  });

  it.each([
    [0, 'ok'],
    [59, 'ok'],
    [-59, 'ok'],
    [60, 'degraded'],
    [-60, 'degraded'],
    [600, 'degraded'],
  ])("says of a clock that is %i s beside Stripe's that it is %s, without a call of its own", async (seconds, expected) => {
    const till: TestTill = await start({ app: { now: () => clock() } });
    function clock(): number {
      return 1_809_172_800 + seconds;
    }
    await till.call('GET', '/v1/catalog');
    const calls = till.stripeCalls.length;
    expect((await ready(till)).checks.clock).toBe(expected);
    expect(till.stripeCalls).toHaveLength(calls);
  });
});

describe('room on the disk', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill();
  });
  afterEach(() => till.close());

  it.each([
    [undefined, 'ok'],
    [2 ** 28, 'ok'],
    [2 ** 28 - 1, 'degraded'],
    [0, 'degraded'],
  ])('of %s bytes is %s', async (free, expected) => {
    const parts = { ...till, config: { databaseFile: '' }, stripeTraffic: {}, catalog: { current: async () => ({}) } } as unknown as Till;
    const response = await health(parts, { isStopping: () => false, free: () => free }).request('/readyz');
    expect(((await response.json()) as Ready).checks.disk).toBe(expected);
  });
});

describe('a database file', () => {
  it.each([
    ['was deleted', (file: string) => rmSync(file)],
    ['was moved away', (file: string) => renameSync(file, `${file}.old`)],
    [
      'is another one',
      (file: string) => {
        copyFileSync(file, `${file}.copy`);
        renameSync(`${file}.copy`, file);
      },
    ],
  ])('that %s is not ready, takes no event, and the log says what to do', async (_, spoil) => {
    const file = newFolder()('till.sqlite');
    const lines: string[] = [];
    const till = await startTill({ database: openSqlite(file), app: { log: createLog((line) => lines.push(line)) } });
    onTestFinished(() => till.close());
    expect((await till.call<Ready>('GET', '/readyz')).status).toBe(200);
    spoil(file);
    const { status, body } = await till.call<Ready>('GET', '/readyz');
    expect([status, body.status, body.checks.database]).toEqual([503, 'not_ready', 'failed']);
    expect(lines.filter((line) => line.includes('database.failed') && line.includes('while it is open'))).toHaveLength(1);
    expect(await deliverGenuine(till, eventBody('evt_1'))).toBe(503);
  });
});
