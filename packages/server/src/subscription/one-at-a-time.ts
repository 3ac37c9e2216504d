/**
 * Step 7, panel: changes of one subscription go one after the other, in however many processes they are asked for.
 *
 * Promise: whoever has the turn sees what every earlier one did; a request that died leaves the subscription to the next
 * one, which first finishes what that had begun.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { BillingError } from '../http/billing-error.ts';
import { eachAlone, type Job } from '../ops/jobs.ts';
import { finishPending, performWrite, restSeconds, TurnLost, Unfinished, type WriteNeeds } from './perform-write.ts';
import { isOutage } from '../stripe/stripe-errors.ts';
import type { SubscriptionWrite } from './subscription-write.ts';

/** Looks at a subscription that somebody else changes, before this one gives up: some 10 s. */
const maxLooks = 105;
const mostMilliseconds = 100;

interface Subject {
  readonly subscriptionId: string;
  readonly customerId: string;
  /** Whether a change that waits for the customer's bank goes on waiting, as for who only looks. */
  readonly patient?: boolean;
}

/** The turn of one request. */
export interface Turn {
  /** Writes a change down under a name of its own, by which Stripe is asked, and makes it; throws why not, or that it is not known. */
  write(change: SubscriptionWrite): Promise<void>;
  /** Throws when the turn has become another request's, which Stripe was too slow for; called before anything is asked of Stripe. */
  keep(): Promise<void>;
}

/** Waits for the turn, finishes what an earlier request left, and works. Throws `not_possible_now` when others take too long. */
export async function oneAtATime<Result>(
  till: WriteNeeds,
  { subscriptionId, customerId, patient = false }: Subject,
  work: (turn: Turn) => Promise<Result>,
): Promise<Result> {
  const { store, now } = till;
  const holder = randomUUID();
  await takeTurn(till, subscriptionId, customerId, holder);
  const keep = async (): Promise<void> => {
    if (!(await store.pendingChanges.renew(subscriptionId, holder, now()))) throw new TurnLost();
  };
  try {
    await finishPending(till, subscriptionId, { end: !patient, keepTurn: keep }).catch(unfinished);
    await keep();
    return await work({
      keep,
      async write(change) {
        // never one that was used before: Stripe would answer what it did then, and do nothing
        const pending = { subscriptionId, customerId, id: randomUUID(), change, createdAt: now() };
        if (!(await store.pendingChanges.begin(holder, pending))) throw new BillingError('not_possible_now');
        await performWrite(till, pending, { end: false, keepTurn: keep }).catch(unfinished);
      },
    });
  } finally {
    await store.pendingChanges.release(subscriptionId, holder);
  }
}

/** For `catch`: what is written down is gone on with by whoever has the turn now, so that nobody may say that it was refused. */
function unfinished(error: unknown): never {
  throw error instanceof TurnLost ? new Unfinished(error) : error;
}

async function takeTurn({ store, now }: WriteNeeds, subscriptionId: string, customerId: string, holder: string): Promise<void> {
  for (let look = 0; look < maxLooks; look += 1) {
    if (await store.pendingChanges.hold(subscriptionId, customerId, holder, now())) return;
    await pause(Math.min(mostMilliseconds, 5 * 2 ** look));
  }
  throw new BillingError('not_possible_now', { detail: 'Another change of this subscription is under way.' });
}

/** Finishes what nobody came back for, also what a process left that ended. */
export function pendingChangesJob(till: WriteNeeds): Job {
  let last = '';
  return {
    name: 'pending-changes',
    everySeconds: restSeconds,
    async run(signal) {
      const begun = await till.store.pendingChanges.begunBefore(till.now() - restSeconds);
      const isNext = (id: string): boolean => id > last;
      // behind the one where Stripe could not be had: what fails each time starves nobody
      const inTurn = [...begun.filter(isNext), ...begun.filter((id) => !isNext(id))];
      const finish = async (subscriptionId: string): Promise<void> => {
        last = subscriptionId;
        const pending = await till.store.pendingChanges.find(subscriptionId);
        if (pending) await oneAtATime(till, { ...pending, patient: true }, async () => undefined);
      };
      await eachAlone(inTurn, signal, finish, isOutage);
    },
  };
}
