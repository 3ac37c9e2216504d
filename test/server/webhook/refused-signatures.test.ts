/** What is told and kept of deliveries with a wrong signature, without a server around it. */
import { describe, expect, it } from 'vitest';
import { createRefusedSignatures, readRefused } from '@tillkit/server/webhook/refused-signatures';
import { openStore } from '@tillkit/server/store/store';
import { openMigratedSqlite } from '../../support/migrated-sqlite.ts';
import { recordedLog } from '../../support/recorded-log.ts';

const openIt = async (at = 1_800_000_000) => {
  const store = await openStore(await openMigratedSqlite());
  const clock = { at };
  const { log, logged } = recordedLog();
  /** Another process on the same database, or this one after a restart. */
  const process = () => createRefusedSignatures({ store, log, now: () => clock.at });
  const told = (): (readonly [count: number, level: string])[] =>
    logged('webhook.signature_refused').map((line) => [(line as unknown as { count: number }).count, line.level]);
  return { store, clock, logged, told, process, known: () => readRefused(store) };
};

describe('deliveries whose signature is wrong', () => {
  it('are told and kept at once, with what to look at', async () => {
    const { told, logged, process, known } = await openIt();
    expect(await known()).toBe(0);
    await process().refused();
    expect(told()).toEqual([[1, 'warn']]);
    expect(logged('webhook.signature_refused')[0]!.message).toContain('STRIPE_WEBHOOK_SECRET');
    expect(await known()).toBe(1);
  });

  it('cost a line and a write in a minute, however many they are, and none of them is forgotten', async () => {
    const { told, clock, process, known } = await openIt();
    const signatures = process();
    for (let times = 0; times < 5; times += 1) await signatures.refused();
    clock.at += 59;
    await signatures.refused();
    expect([told().length, await known()]).toEqual([1, 1]);
    clock.at += 1;
    await signatures.refused();
    expect([told().map(([count]) => count), await known()]).toEqual([[1, 7], 7]);
  });

  it('are told also when the clock was put back', async () => {
    const { told, clock, process } = await openIt();
    const signatures = process();
    await signatures.refused();
    clock.at -= 60;
    await signatures.refused();
    expect(told().map(([count]) => count)).toEqual([1, 2]);
  });

  it('are forgotten with a genuine one, and counted anew and told at once after it', async () => {
    const { told, process, known } = await openIt();
    const signatures = process();
    await signatures.refused();
    await signatures.refused();
    await signatures.genuine();
    expect(await known()).toBe(0);
    await signatures.refused();
    expect([told().map(([count]) => count), await known()]).toEqual([[1, 1], 1]);
    await signatures.genuine();
    expect(await known()).toBe(0);
  });

  it('that another process has counted are forgotten with a genuine one, too', async () => {
    const { process, known } = await openIt();
    await process().refused();
    await process().genuine();
    expect(await known()).toBe(0);
  });
});

describe('a genuine delivery', () => {
  /** How often the database is read and written, which may fail. */
  const counting = async () => {
    const opened = await openIt();
    const [calls, broken] = [
      { reads: 0, writes: 0 },
      { reads: false, writes: false },
    ];
    const { cursors } = opened.store;
    const watched = {
      ...opened.store,
      cursors: {
        ...cursors,
        read: async (name: string) => {
          calls.reads += 1;
          if (broken.reads) throw new Error('no database');
          return cursors.read(name);
        },
        write: async (name: string, value: number) => {
          calls.writes += 1;
          if (broken.writes) throw new Error('no database');
          return cursors.write(name, value);
        },
      },
    };
    const signatures = createRefusedSignatures({ store: watched, log: recordedLog().log, now: () => opened.clock.at });
    return { ...opened, calls, broken, signatures };
  };

  it('reads once and writes nothing where nothing was refused, however many follow', async () => {
    const { calls, signatures } = await counting();
    for (let times = 0; times < 3; times += 1) await signatures.genuine();
    expect(calls).toEqual({ reads: 1, writes: 0 });
  });

  it('is not held up by a database that fails, and the next one forgets what it could not', async () => {
    const { calls, broken, signatures, known } = await counting();
    await signatures.refused();
    Object.assign(broken, { reads: true, writes: true });
    await signatures.genuine();
    expect(await known()).toBe(1);
    broken.reads = false;
    await signatures.genuine();
    broken.writes = false;
    await signatures.genuine();
    expect(await known()).toBe(0);
    const { reads } = calls;
    await signatures.genuine();
    expect(calls.reads).toBe(reads);
  });

  it('writes also where it cannot read what there is', async () => {
    const { broken, signatures, known } = await counting();
    await signatures.refused();
    broken.reads = true;
    await signatures.genuine();
    expect(await known()).toBe(0);
  });

  it('follows one whose refusal could not be written', async () => {
    const { broken, signatures, told, known } = await counting();
    broken.writes = true;
    await signatures.refused();
    expect([told(), await known()]).toEqual([[], 0]);
    broken.writes = false;
    await signatures.genuine();
    expect(await known()).toBe(0);
  });
});
