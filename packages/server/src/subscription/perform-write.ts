/**
 * Step 7, panel: a change of a subscription, from the row that tells of it to the end.
 *
 * Promise: it is written down before Stripe is first asked and gone on with under the same keys by whoever comes next, the
 * customer or a job, until it is done or refused: nobody pays for a change that is not made, nobody pays twice, and what was
 * planned before stays planned when it is refused.
 */
import { BillingError } from '../http/billing-error.ts';
import { creditDifference, invoiceDifference, settleDifference } from '../stripe/difference-invoice.ts';
import { untilSure } from '../stripe/kept-answers.ts';
import { releaseBegun, releaseSchedule, restoreSchedule, scheduleChange, type KeepTurn, type SavedSchedule } from '../stripe/schedules.ts';
import { isFinal, isUnknown, toBillingError } from '../stripe/stripe-errors.ts';
import { changeSubscription } from '../stripe/subscription-changes.ts';
import { cancelAtPeriodEnd, forgetKeptPlan, keepRunning, readMarks } from '../stripe/subscriptions.ts';
import type { PendingChange } from '../store/pending-changes.ts';
import type { Till } from '../till.ts';
import { paymentRefusal } from './payment-refusal.ts';
import { PaymentWaits } from './payment-waits.ts';
import type { CancelWrite, DifferenceWrite, ItemsWrite, KeepWrite, ScheduleWrite, SubscriptionWrite } from './subscription-write.ts';

type Pending<Write = SubscriptionWrite> = PendingChange<Write>;
export type WriteNeeds = Pick<Till, 'stripe' | 'store' | 'mirror' | 'now' | 'log'>;

/** Whoever works on a change has ended by then, one way or the other. */
export const restSeconds = 60;
/** Stripe keeps idempotency keys for a day; what is older is looked up. */
const keySeconds = 23 * 3600;

/** Who goes on with a change. */
interface Settling {
  /** Whether they want something else by now: what waits for the customer's bank is over then. */
  readonly end: boolean;
  /** Throws `TurnLost`. */
  readonly keepTurn: KeepTurn;
}

/** Stripe was so slow that another request has the turn by now, and goes on with what this one has written down. */
export class TurnLost extends BillingError {
  constructor() {
    super('not_possible_now');
  }
}

/**
 * Asks Stripe for a change that is written down; throws why not. The row stays while it is not known what became of it, and
 * while the payment waits for the customer's bank.
 */
export async function performWrite(till: WriteNeeds, pending: Pending, settling: Settling): Promise<void> {
  const { stripe, store } = till;
  const { id, change } = pending;
  const { setAside } = change;
  try {
    if (setAside) await releaseSchedule(stripe, setAside.id);
    await perform(till, pending, settling);
  } catch (error) {
    if (isUnknown(error) || error instanceof Unfinished || error instanceof TurnLost) throw error;
    // without what was planned it is not over: whoever comes next tries again
    const whole = !setAside || (await planAgain(till, pending, setAside, settling));
    if (whole && !(error instanceof PaymentWaits)) await store.pendingChanges.finish(id);
    throw error;
  }
  await store.pendingChanges.finish(id);
}

/** Something was begun, money taken or a plan set aside, and the rest cannot be done now: the row stays, and whoever comes next goes on. */
export class Unfinished extends BillingError {
  constructor(cause: unknown) {
    super('stripe_unavailable', { cause });
  }
}

/** For `catch`: a refusal that Stripe would repeat goes on as it is; anything else is not the end. */
function notTheEnd(error: unknown): never {
  throw isFinal(error) || error instanceof BillingError ? error : new Unfinished(error);
}

/** Plans again what gave way, as far as Stripe takes it; false when Stripe cannot be had for it. */
async function planAgain(
  { stripe, mirror, log, now }: WriteNeeds,
  { subscriptionId }: Pending,
  saved: SavedSchedule,
  { keepTurn }: Settling,
): Promise<boolean> {
  try {
    const back = await restoreSchedule(stripe, subscriptionId, saved, { now: now(), keepTurn });
    if (!back) log.warn('change.plan_not_restored', { message: subscriptionId });
    await mirror.refresh(subscriptionId);
    return true;
  } catch (error) {
    log.warn('change.plan_not_restored', { message: subscriptionId, error });
    // what Stripe refuses to plan it refuses for ever: that holds nobody up
    return isFinal(error);
  }
}

function perform(till: WriteNeeds, pending: Pending, settling: Settling): Promise<void> {
  const { change } = pending;
  switch (change.kind) {
    case 'items':
      return changeItems(till, { ...pending, change });
    case 'schedule':
      return planChange(till, { ...pending, change }, settling);
    case 'unschedule':
      return releaseSchedule(till.stripe, change.scheduleId);
    case 'cancel':
      return cancel(till, { ...pending, change });
    case 'keep':
      return keep(till, { ...pending, change }, settling);
    case 'difference':
      return chargeDifference(till, { ...pending, change }, settling);
  }
}

async function changeItems(till: WriteNeeds, { id, subscriptionId, change, createdAt }: Pending<ItemsWrite>): Promise<void> {
  const { stripe, now } = till;
  const isMade = async (): Promise<boolean> => (await readMarks(stripe, subscriptionId))?.changeId === change.note.changeId;
  // who confirmed it was told that it may have failed, and is not charged for it minutes later
  if (now() - createdAt > restSeconds) {
    if (await isMade()) return;
    throw new BillingError('preview_expired');
  }
  const { items, mode, prorationDate, note } = change;
  let pending = false;
  await untilSure(`change:${id}`, now(), isMade, async (idempotencyKey) => {
    ({ pending } = await changeSubscription(stripe, subscriptionId, { items, mode, prorationDate, note, idempotencyKey }));
  });
  if (pending) throw await paymentRefusal(till, subscriptionId);
}

async function planChange(
  { stripe, now }: WriteNeeds,
  { subscriptionId, change, createdAt }: Pending<ScheduleWrite>,
  { keepTurn }: Settling,
): Promise<void> {
  const { order } = change;
  if (now() - createdAt <= keySeconds) {
    // canceled meanwhile, in Stripe's dashboard or its portal
    if (!(await scheduleChange(stripe, subscriptionId, order, keepTurn).catch(notTheEnd))) throw new BillingError('not_possible_now');
    // nobody expects it a day later, and what was begun for it would only be in the way
  } else if (order.scheduleId === undefined) await releaseBegun(stripe, subscriptionId).catch(notTheEnd);
}

async function cancel({ stripe, now }: WriteNeeds, { id, subscriptionId, change }: Pending<CancelWrite>): Promise<void> {
  const isMade = async (): Promise<boolean> => (await readMarks(stripe, subscriptionId))?.cancelAt !== undefined;
  await untilSure(`change:${id}`, now(), isMade, (idempotencyKey) => cancelAtPeriodEnd(stripe, subscriptionId, change, idempotencyKey));
}

async function keep(
  { stripe, now, log }: WriteNeeds,
  { id, subscriptionId, change }: Pending<KeepWrite>,
  { keepTurn }: Settling,
): Promise<void> {
  const { planned, after } = change;
  const isMade = async (): Promise<boolean> => (await readMarks(stripe, subscriptionId))?.cancelAt === undefined;
  await untilSure(`change:${id}`, now(), isMade, (idempotencyKey) => keepRunning(stripe, subscriptionId, Boolean(planned), idempotencyKey));
  if (!planned) return;
  // canceled again meanwhile, in Stripe's dashboard or its portal: what was planned stays written down
  if (!(await isMade().catch(notTheEnd))) return;
  await restoreSchedule(stripe, subscriptionId, planned, { now: now(), after, keepTurn }).catch((error: unknown) => {
    // who stays has stayed; what Stripe refuses to plan it refuses for ever
    if (!isFinal(error)) notTheEnd(error);
    log.warn('change.plan_not_restored', { message: subscriptionId, error });
  });
  await keepTurn();
  await forgetKeptPlan(stripe, subscriptionId).catch(notTheEnd);
}

async function chargeDifference(
  till: WriteNeeds,
  pending: Pending<DifferenceWrite & Pick<SubscriptionWrite, 'setAside'>>,
  { end, keepTurn }: Settling,
): Promise<void> {
  const { stripe, log, now } = till;
  const { id, subscriptionId, change } = pending;
  const { items, note } = change;
  // nobody waits for it any more
  if (!(await isPaid(till, pending, end).catch(notTheEnd))) throw new BillingError('preview_expired');
  try {
    // what was planned before was planned again while the payment waited
    const { scheduleId } = (change.setAside && (await readMarks(stripe, subscriptionId))) ?? {};
    await keepTurn();
    if (scheduleId !== undefined) await releaseSchedule(stripe, scheduleId);
    const isMade = async (): Promise<boolean> => (await readMarks(stripe, subscriptionId))?.changeId === note.changeId;
    await untilSure(`change:${id}:items`, now(), isMade, async (idempotencyKey) => {
      await changeSubscription(stripe, subscriptionId, { items, mode: 'difference_now', note, idempotencyKey });
    });
  } catch (error) {
    if (!isFinal(error)) throw error instanceof TurnLost ? error : new Unfinished(error);
    // it has ended meanwhile: what was paid for it is the customer's
    log.error('change.paid_and_refused', { message: subscriptionId, error });
    await creditDifference(stripe, subscriptionId, id, now()).catch(notTheEnd);
    throw error;
  }
}

/** Whether the difference is paid; false only when it is a day old. */
async function isPaid(
  { stripe, now }: WriteNeeds,
  { id: changeId, subscriptionId, change, createdAt }: Pending<DifferenceWrite>,
  end: boolean,
) {
  if (now() - createdAt > keySeconds) return settleDifference(stripe, subscriptionId, changeId, now());
  const { difference, expectedTotal } = change;
  const invoiced = await invoiceDifference(stripe, difference, { expectedTotal, changeId, end, now: now() });
  if (invoiced === 'waits') throw new PaymentWaits();
  if (invoiced === 'changed') throw new BillingError('preview_changed');
  if (invoiced === 'refused') throw new BillingError('payment_failed');
  return true;
}

/**
 * Goes on with what was begun and is not known to be done; a refusal by then is no news to anybody. Throws while it cannot be
 * ended: another change in its place would forget what was paid or set aside for it.
 */
export async function finishPending(till: WriteNeeds, subscriptionId: string, settling: Settling): Promise<void> {
  const pending = await till.store.pendingChanges.find<SubscriptionWrite>(subscriptionId);
  if (!pending) return;
  try {
    await performWrite(till, pending, settling);
  } catch (error) {
    if (error instanceof PaymentWaits) return;
    if (error instanceof TurnLost) throw error;
    if (isUnknown(error)) throw toBillingError(error) ?? error;
    if ((await till.store.pendingChanges.find(subscriptionId))?.id === pending.id) throw new Unfinished(error);
    till.log.warn('change.refused', { message: subscriptionId, error });
  }
  await till.mirror.refresh(subscriptionId);
}
