/**
 * Step 5, webhook: finds what was never delivered.
 *
 * Promise: after one sweep of the events nothing of the last 29 days is missing, however long this server was away; after
 * one of the subscriptions nothing at all is. Both only ask for readings: the way into the mirror stays the same.
 */
import { isLiveKey } from '../config.ts';
import type { Job } from '../ops/jobs.ts';
import { listEvents } from '../stripe/events.ts';
import { eachSubscription } from '../stripe/subscriptions.ts';
import type { Till } from '../till.ts';
import { eventRegistry } from './registry.ts';

const quarterHour = 900;
const day = 86_400;
/** Stripe lists events of 30 days. */
const eventsKeptSeconds = 29 * day;
/** Events become visible a little after the moment that they carry. */
const overlapSeconds = 600;
const cursor = 'events';

/** What a full sweep found. */
export interface SweepResult {
  readonly read: number;
  /** Subscriptions that our copy had wrong, or not at all. */
  readonly drifted: number;
}

export interface Sweeps {
  readonly jobs: readonly Job[];
  /** Puts every event since the last sweep into the inbox that is not there; answers how many. */
  sweepEvents(): Promise<number>;
  /** Compares every subscription of the account with our copy, and reads again what differs. */
  sweepSubscriptions(): Promise<SweepResult>;
}

export function createSweeps(till: Pick<Till, 'config' | 'stripe' | 'store' | 'mirror' | 'now' | 'log'>, wake: () => void): Sweeps {
  const { config, stripe, store, mirror, now, log } = till;
  const livemode = isLiveKey(config.stripe.secretKey);

  async function sweepEvents(): Promise<number> {
    const startedAt = now();
    const since = await store.cursors.read(cursor);
    if (since === undefined || startedAt - since > eventsKeptSeconds) await sweepSubscriptions();
    let found = 0;
    for await (const event of listEvents(stripe, Math.max((since ?? startedAt) - overlapSeconds, startedAt - eventsKeptSeconds))) {
      const subject = eventRegistry.get(event.type)?.subject(event);
      if (!subject || event.livemode !== livemode || event.account !== undefined) continue;
      const { id: eventId, type } = event;
      if (await store.inbox.add({ eventId, type, subjectKind: subject.kind, subjectId: subject.id, receivedAt: now() })) found += 1;
    }
    await store.cursors.write(cursor, startedAt);
    if (found > 0) {
      log.warn('sweep.found', { count: found });
      wake();
    }
    return found;
  }

  async function sweepSubscriptions(): Promise<SweepResult> {
    let [read, drifted] = [0, 0];
    for await (const seen of eachSubscription(stripe)) {
      read += 1;
      const known = await store.subscriptions.find(seen.id);
      if (known && seen.sameAs(known)) continue;
      drifted += 1;
      await mirror.refresh(seen.id);
    }
    await store.cursors.write('drifted', drifted);
    if (drifted > 0) log.warn('sweep.drifted', { count: drifted });
    return { read, drifted };
  }

  return {
    sweepEvents,
    sweepSubscriptions,
    jobs: [
      { name: 'sweep-events', everySeconds: quarterHour, run: async () => void (await sweepEvents()) },
      { name: 'sweep-subscriptions', everySeconds: day, run: async () => void (await sweepSubscriptions()) },
    ],
  };
}
