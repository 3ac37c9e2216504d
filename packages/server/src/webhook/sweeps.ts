/**
 * Step 5, webhook: finds what was never delivered.
 *
 * Promise: after one sweep of the events nothing of the last 29 days is missing, however long this server was away; after
 * one of the subscriptions and one of the purchases nothing at all is. They only ask for readings: the way into the mirror
 * stays the same. One thing that cannot be read keeps no other from being read; what failed is thrown at the end.
 */
import { isLiveKey } from '../config.ts';
import { refreshPurchase } from '../entitlement/purchases.ts';
import { eachAlone, type Job } from '../ops/jobs.ts';
import { listEvents } from '../stripe/events.ts';
import { eachPurchase } from '../stripe/purchases.ts';
import { isOutage } from '../stripe/stripe-errors.ts';
import { eachSubscription } from '../stripe/subscriptions.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
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
  const { config, stripe, store, now, log } = till;
  const livemode = isLiveKey(config.stripe.secretKey);

  async function sweepEvents(signal?: AbortSignal): Promise<number> {
    const startedAt = now();
    const noted = await store.cursors.read(cursor);
    // from before the clock was put back: nobody knows when that was
    const since = noted !== undefined && noted > startedAt + skewSeconds ? startedAt - eventsKeptSeconds : noted;
    let failure: unknown;
    if (since === undefined || startedAt - since > eventsKeptSeconds) {
      const sweeps = [
        () => sweepSubscriptions({ everything: since !== undefined, ...(signal && { signal }) }),
        () => readPurchases(till, signal),
      ];
      failure = await failureOf(
        eachAlone(sweeps, signal, async (sweep) => void (await sweep())),
        signal,
      );
    }
    let found = 0;
    for await (const event of listEvents(stripe, Math.max((since ?? startedAt) - overlapSeconds, startedAt - eventsKeptSeconds))) {
      signal?.throwIfAborted();
      const subject = subjectOf(event);
      if (!subject || subject === 'nameless' || event.livemode !== livemode || event.account !== undefined) continue;
      const { id: eventId, type } = event;
      if (await store.inbox.add({ eventId, type, subjectKind: subject.kind, subjectId: subject.id, receivedAt: now() })) found += 1;
    }
    if (found > 0) {
      log.warn('sweep.found', { count: found });
      wake();
    }
    if (failure !== undefined) throw failure;
    await store.cursors.write(cursor, startedAt);
    return found;
  }

  async function sweepSubscriptions({ everything = false, signal }: SubscriptionSweep = {}): Promise<SweepResult> {
    const { seen, right, stale } = await compareAll(till, everything, signal);
    const { read, drifted, failure } = await readAgain(till, stale, await knownBeyond(seen, store), signal);
    const due = [...right, ...read].filter((fact) => isFreeDue(fact, now()));
    await store.cursors.write('drifted', drifted);
    if (drifted > 0) log.warn('sweep.drifted', { count: drifted });
    await eachAlone(
      [...new Set(due.map(({ customerId }) => customerId))],
      signal,
      (customerId) => freeAfterTrial(till, customerId),
      isOutage,
    );
    if (failure !== undefined) throw failure;
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
  const purchases: string[] = [];
  for await (const checkoutSessionId of eachPurchase(till.stripe)) {
    signal?.throwIfAborted();
    purchases.push(checkoutSessionId);
  }
  await eachAlone(purchases, signal, (checkoutSessionId) => refreshPurchase(till, checkoutSessionId), isOutage);
  signal?.throwIfAborted();
  return purchases.length;
}

/** What Stripe lists, held against our copies: those to read again, and those that look right and may have ended with their trial. */
async function compareAll({ stripe, store, now }: Needs, everything: boolean, signal: AbortSignal | undefined) {
  const seen = new Set<string>();
  const right: SubscriptionFact[] = [];
  const stale = new Set<string>();
  for await (const subscription of eachSubscription(stripe)) {
    signal?.throwIfAborted();
    seen.add(subscription.id);
    const known = await store.subscriptions.find(subscription.id);
    const looksRight = known !== undefined && subscription.sameAs(known);
    if (!looksRight || (everything && (isLive(known) || known.oneTime))) stale.add(subscription.id);
    else if (isFreeDue(known, now())) right.push(known);
  }
  return { seen, right, stale };
}

/** Reads subscriptions again: those that Stripe listed, and those `beyond`, which it did not. What was told of while others were read did not drift. */
async function readAgain(
  { mirror, store }: Needs,
  listed: ReadonlySet<string>,
  beyond: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ read: SubscriptionFact[]; drifted: number; failure: unknown }> {
  const read: SubscriptionFact[] = [];
  let drifted = 0;
  const readOne = async (id: string): Promise<void> => {
    const known = await store.subscriptions.find(id);
    const fact = await mirror.refresh(id);
    if (fact) read.push(fact);
    const isRight = listed.has(id) ? JSON.stringify(fact) === JSON.stringify(known) : fact !== undefined;
    if (!isRight) drifted += 1;
  };
  const failure = await failureOf(eachAlone([...listed, ...beyond], signal, readOne, isOutage), signal);
  return { read, drifted, failure };
}

/** What some work threw, or nothing; throws where the process ends. */
async function failureOf(work: Promise<void>, signal: AbortSignal | undefined): Promise<unknown> {
  const failure: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  signal?.throwIfAborted();
  return failure;
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
