/** The job that finishes changes nobody came back for: however many there are, and however Stripe fails. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pendingChangesJob } from '@tillkit/server/subscription/one-at-a-time';
import type { Till } from '@tillkit/server/till';
import { databases } from '../../support/databases.ts';
import { startTill, type TestTill } from '../../support/till.ts';

describe.each(databases)('changes that nobody came back for, on %s', (_, openDatabase) => {
  let till: TestTill;
  let run: () => Promise<void>;
  /** What happens before Stripe is asked. */
  let beforeCall: (() => Promise<unknown>) | undefined;
  beforeEach(async () => {
    till = await startTill({ database: await openDatabase() });
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    const mirror = { refresh: async () => undefined };
    beforeCall = undefined;
    const stripe = async () => {
      await beforeCall?.();
      return till.stripe();
    };
    const job = pendingChangesJob({ stripe, store: till.store, now: till.now, log, mirror } as unknown as Till);
    run = () => job.run(new AbortController().signal);
  });
  afterEach(() => till.close());

  const nameOf = (number: number): string => `sub_${String(number).padStart(4, '0')}`;
  /** An undoing of what was planned, of which the schedule is gone: done as soon as Stripe answers. */
  async function leave(count: number, seconds = 61): Promise<void> {
    for (let number = 0; number < count; number += 1) {
      const subscriptionId = nameOf(number);
      const change = { kind: 'unschedule', scheduleId: `sub_sched_${number}` };
      await till.store.pendingChanges.hold(subscriptionId, 'cus_1', 'dead', till.now());
      await till.store.pendingChanges.begin('dead', {
        subscriptionId,
        customerId: 'cus_1',
        id: `change-${number}`,
        change,
        createdAt: till.now(),
      });
      await till.store.pendingChanges.release(subscriptionId, 'dead');
    }
    await till.sandbox.clock.advance(seconds);
  }
  const left = () => till.store.pendingChanges.begunBefore(till.now());
  const fail = (scheduleId: string) =>
    till.sandbox.faults.add({ kind: 'unavailable', route: `* /v1/subscription_schedules/${scheduleId}*`, probability: 1 });
  const asked = () => new Set(till.stripeCalls.flatMap((call) => /sub_sched_\d+/u.exec(call) ?? [])).size;

  it('are all finished, also when there are more than a hundred', async () => {
    await leave(130);
    await run();
    expect(await left()).toEqual([]);
  });

  it('wait for the next time when Stripe cannot be had for two of them', async () => {
    await leave(5);
    const fault = fail('*');
    await expect(run()).rejects.toMatchObject({ code: 'stripe_unavailable' });
    expect([asked(), (await left()).length]).toEqual([2, 5]);
    till.sandbox.faults.remove(fault);
    await run();
    expect(await left()).toEqual([]);
  });

  it('are finished although Stripe always fails for two of them that come first', async () => {
    await leave(4);
    fail('sub_sched_0');
    fail('sub_sched_1');
    await run().catch(() => undefined);
    await run().catch(() => undefined);
    expect(await left()).toEqual([nameOf(0), nameOf(1)]);
  });

  it('are finished behind the one at which the last time ended, each once', async () => {
    await leave(4);
    for (const number of [0, 1, 2]) fail(`sub_sched_${number}`);
    await run().catch(() => undefined);
    await run().catch(() => undefined);
    expect(await left()).toEqual([nameOf(0), nameOf(1), nameOf(2)]);
  });

  it('are each tried once in a turn, although Stripe answers again by its end', async () => {
    await leave(2);
    fail('sub_sched_0');
    beforeCall = async () => {
      if (asked() === 2) till.sandbox.faults.clear();
    };
    await expect(run()).rejects.toMatchObject({ code: 'stripe_unavailable' });
    expect([asked(), await left()]).toEqual([2, [nameOf(0)]]);
  });

  it('are passed over when somebody came back for them meanwhile', async () => {
    await leave(3);
    beforeCall = () => till.store.pendingChanges.finish('change-1');
    await run();
    expect(await left()).toEqual([]);
    expect(asked()).toBe(2);
  });

  it('are left for a minute to whoever began them', async () => {
    await leave(1, 60);
    await run();
    expect(await left()).toEqual([nameOf(0)]);
    await till.sandbox.clock.advance(1);
    await run();
    expect(await left()).toEqual([]);
  });

  it('are named where it is logged that they could not be finished', async () => {
    await leave(1);
    fail('*');
    await till.app.runJobs();
    expect(till.logged('job.failed')).toMatchObject([{ message: 'pending-changes' }]);
  });
});
