/**
 * Step 5, webhook: finds what was never delivered.
 *
 * Promise: after one sweep of the events nothing of the last 29 days is missing, however long this server was away; after
 * one of the subscriptions and one of the purchases nothing at all is. They only ask for readings: the way into the mirror
 * stays the same.
 */
import { isLiveKey } from '../config.ts';
import { refreshPurchase } from '../entitlement/purchases.ts';
import { eachAlone, type Job } from '../ops/jobs.ts';
import { listEvents } from '../stripe/events.ts';
import { eachPurchase } from '../stripe/purchases.ts';
import { isOutage } from '../stripe/stripe-errors.ts';
import { eachSubscription } from '../stripe/subscriptions.ts';
import { skewSeconds } from '../store/term.ts';
import type { Till } from '../till.ts';
import { freeAfterTrial, isFreeDue } from '../subscription/free-after-trial.ts';
import { isLive } from '../subscription/live.ts';
import { subjectOf } from './registry.ts';

const quarterHour = 900;
const day = 86_400;
/** Stripe lists events of 30 days. */
const eventsKeptSeconds = 29 * day;
/** Events become visible a little after the moment that they carry. */
const overlapSeconds = 600;
const cursor = 'events';
const pageSize = 500;

/** What a full sweep found. */
export interface SweepResult {
  readonly read: number;
  /** Subscriptions that our copy had wrong, not at all, or still. */
  readonly drifted: number;
}

export interface SubscriptionSweep {
  /**
   * Reads again also what looks up to date: a list does not show everything. Ended ones that look so do not change any
   * more, but for what was bought once with them.
   */
  readonly everything?: boolean;
  /** Stops the sweep, which then throws. */
  readonly signal?: AbortSignal;
}

export interface Sweeps {
  readonly jobs: readonly Job[];
  /** Puts every event since the last sweep into the inbox that is not there; answers how many. */
  sweepEvents(signal?: AbortSignal): Promise<number>;
  /** Compares every subscription of the account with our copy, and reads again what differs. */
  sweepSubscriptions(options?: SubscriptionSweep): Promise<SweepResult>;
  /** Reads again whatever was bought alone in the account; answers how much that is. */
  sweepPurchases(signal?: AbortSignal): Promise<number>;
}

type Needs = Pick<Till, 'config' | 'stripe' | 'store' | 'catalog' | 'mirror' | 'now' | 'log'>;

export function createSweeps(till: Needs, wake: () => void): Sweeps {
  const { config, stripe, store, mirror, now, log } = till;
  const livemode = isLiveKey(config.stripe.secretKey);

  async function sweepEvents(signal?: AbortSignal): Promise<number> {
    const startedAt = now();
    const noted = await store.cursors.read(cursor);
    // from before the clock was put back: nobody knows when that was
    const since = noted !== undefined && noted > startedAt + skewSeconds ? startedAt - eventsKeptSeconds : noted;
    if (since === undefined || startedAt - since > eventsKeptSeconds) {
      await sweepSubscriptions({ everything: since !== undefined, ...(signal && { signal }) });
      await readPurchases(till, signal);
    }
    let found = 0;
    for await (const event of listEvents(stripe, Math.max((since ?? startedAt) - overlapSeconds, startedAt - eventsKeptSeconds))) {
      signal?.throwIfAborted();
      const subject = subjectOf(event);
      if (!subject || subject === 'nameless' || event.livemode !== livemode || event.account !== undefined) continue;
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

  async function sweepSubscriptions({ everything = false, signal }: SubscriptionSweep = {}): Promise<SweepResult> {
    const seen = new Set<string>();
    const ended = new Set<string>();
    let drifted = 0;
    for await (const subscription of eachSubscription(stripe)) {
      signal?.throwIfAborted();
      seen.add(subscription.id);
      const known = await store.subscriptions.find(subscription.id);
      const looksRight = known !== undefined && subscription.sameAs(known);
      const fact = looksRight && !(everything && (isLive(known) || known.oneTime)) ? known : await mirror.refresh(subscription.id);
      if (fact && isFreeDue(fact, now())) ended.add(fact.customerId);
      if (fact !== known && JSON.stringify(fact) !== JSON.stringify(known)) drifted += 1;
    }
    for (const id of await knownBeyond(seen, store)) {
      signal?.throwIfAborted();
      if ((await mirror.refresh(id)) === undefined) drifted += 1;
    }
    await store.cursors.write('drifted', drifted);
    if (drifted > 0) log.warn('sweep.drifted', { count: drifted });
    await eachAlone([...ended], signal, (customerId) => freeAfterTrial(till, customerId), isOutage);
    return { read: seen.size, drifted };
  }

  return {
    sweepEvents,
    sweepSubscriptions,
    sweepPurchases: (signal) => readPurchases(till, signal),
    jobs: [
      { name: 'sweep-events', everySeconds: quarterHour, run: async (signal) => void (await sweepEvents(signal)) },
      { name: 'sweep-subscriptions', everySeconds: day, run: async (signal) => void (await sweepSubscriptions({ signal })) },
      { name: 'sweep-purchases', everySeconds: 30 * day, run: async (signal) => void (await readPurchases(till, signal)) },
    ],
  };
}

async function readPurchases(till: Needs, signal: AbortSignal | undefined): Promise<number> {
  let read = 0;
  for await (const checkoutSessionId of eachPurchase(till.stripe)) {
    signal?.throwIfAborted();
    await refreshPurchase(till, checkoutSessionId);
    read += 1;
  }
  return read;
}

/** Subscriptions that we know and Stripe did not list: gone, or made while it listed. */
async function knownBeyond(seen: ReadonlySet<string>, { subscriptions }: Till['store']): Promise<string[]> {
  const beyond: string[] = [];
  let page = await subscriptions.page('', pageSize);
  while (page.length > 0) {
    beyond.push(...page.flatMap(({ id }) => (seen.has(id) ? [] : [id])));
    page = await subscriptions.page(page.at(-1)!.id, pageSize);
  }
  return beyond;
}
