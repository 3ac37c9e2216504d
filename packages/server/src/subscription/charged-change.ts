/**
 * Step 7, panel: a change whose difference is charged by an invoice of its own, and which is made when that is paid.
 *
 * Promise: it is written down before Stripe is first asked and gone on with under the same keys by whoever comes next, the
 * customer or a job, until it is done or refused: nobody pays for a change that is not made, and nobody pays twice.
 */
import { BillingError } from '../http/billing-error.ts';
import type { Job } from '../ops/jobs.ts';
import { invoiceDifference, settleDifference, type DifferenceOrder } from '../stripe/difference-invoice.ts';
import type { PurchaseNote } from '../stripe/metadata.ts';
import { isOutage } from '../stripe/stripe-errors.ts';
import { changeSubscription } from '../stripe/subscription-changes.ts';
import type { ItemChange } from '../stripe/subscriptions.ts';
import type { PendingChange } from '../store/pending-changes.ts';
import type { Till } from '../till.ts';

export interface ChargedChange {
  readonly difference: DifferenceOrder;
  /** Minor units that were shown, tax and credit included. */
  readonly expectedTotal: number;
  readonly items: readonly ItemChange[];
  readonly note: PurchaseNote;
}

type Pending = PendingChange<ChargedChange>;
type Needs = Pick<Till, 'stripe' | 'store' | 'mirror' | 'now' | 'log'>;

/** Whoever works on one has ended by then, one way or the other. */
const restSeconds = 60;
/** Stripe keeps idempotency keys for a day; what is older is looked up. */
const keySeconds = 23 * 3600;

/**
 * Charges the difference and makes the change; throws why not, and then nothing was charged, or will be made good later. The
 * same `id` is the same change, however often it is asked for and also at the same time.
 */
export async function makeChargedChange(till: Needs, id: string, change: ChargedChange): Promise<void> {
  const { subscriptionId, customerId } = change.difference;
  const pending: Pending = { subscriptionId, customerId, id, change, createdAt: till.now() };
  if (!(await till.store.pendingChanges.begin(pending))) throw new BillingError('not_possible_now');
  await goOn(till, pending);
}

/** Goes on with what was begun and is not known to be done; a refusal by then is no news to anybody. Throws while Stripe is out of reach. */
export async function finishChargedChange(till: Needs, subscriptionId: string): Promise<void> {
  const pending = await till.store.pendingChanges.find<ChargedChange>(subscriptionId);
  if (!pending) return;
  try {
    await goOn(till, pending);
  } catch (error) {
    if (isOutage(error)) throw error;
    till.log.warn('change.refused', { message: subscriptionId, error });
  }
  await till.mirror.refresh(subscriptionId);
}

async function goOn(till: Needs, pending: Pending): Promise<void> {
  const { stripe, store, log } = till;
  const { id, subscriptionId, change } = pending;
  let paid = false;
  try {
    paid = await charge(till, pending);
    const { items, note } = change;
    if (paid)
      await changeSubscription(stripe, subscriptionId, { items, mode: 'difference_now', note, idempotencyKey: `change:${id}:items` });
  } catch (error) {
    // it may have been done all the same: the same keys tell, when Stripe answers again
    if (isOutage(error)) throw error;
    if (paid) log.error('change.paid_and_refused', { message: subscriptionId, error });
    await store.pendingChanges.finish(id);
    throw error;
  }
  await store.pendingChanges.finish(id);
}

/** Whether the difference is paid; false only when nobody waits for it any more. */
async function charge({ stripe, now }: Needs, { id: changeId, subscriptionId, change, createdAt }: Pending): Promise<boolean> {
  if (now() - createdAt > keySeconds) return settleDifference(stripe, subscriptionId, changeId);
  const { difference, expectedTotal } = change;
  const invoiced = await invoiceDifference(stripe, difference, { expectedTotal, changeId });
  if (invoiced === 'changed') throw new BillingError('preview_changed');
  if (invoiced === 'refused') throw new BillingError('payment_failed');
  return true;
}

/** Finishes what nobody came back for, also what a process left that ended. */
export function chargedChangesJob(till: Needs): Job {
  return {
    name: 'charged-changes',
    everySeconds: restSeconds,
    async run(signal) {
      for (const subscriptionId of await till.store.pendingChanges.begunBefore(till.now() - restSeconds)) {
        if (signal.aborted) return;
        await finishChargedChange(till, subscriptionId);
      }
    },
  };
}
