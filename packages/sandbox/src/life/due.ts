/**
 * Step subscription: what time does to objects.
 *
 * Promise: when something is due is a pure function of the object; an entry in the agenda is only a reminder to look.
 */
import { expireSession } from '../billing/checkout.ts';
import { attemptPayment } from '../billing/collect.ts';
import { finalizeInvoice, markUncollectible, voidInvoice } from '../billing/invoice-life.ts';
import { enterPhase, phaseDue } from '../billing/schedule-phases.ts';
import { dropPending, endAsAsked, endTrial, expireIncomplete, reminderAt, renew, tellTrialEnd } from '../billing/subscription-cycle.ts';
import { pendingSeconds } from '../billing/subscription-change.ts';
import { isEnded } from '../billing/subscription-payment.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import type { Invoice } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import type { Subscription } from '../objects/subscription.ts';
import type { Watch } from '../store/tables.ts';
import type { Entry } from '../time/agenda.ts';
import type { World } from '../world.ts';

/** At the same second: schedules change what subscriptions renew, subscriptions draft what invoices finalize. */
const rank = { schedule: 0, subscription: 1, invoice: 2, session: 3 } as const;

const sessionDue = ({ status, expires_at }: CheckoutSession): number | null => (status === 'open' ? expires_at : null);

const invoiceDue = ({ status, auto_advance, automatically_finalizes_at, next_payment_attempt }: Invoice): number | null => {
  if (!auto_advance) return null;
  if (status === 'draft') return automatically_finalizes_at;
  return status === 'open' ? next_payment_attempt : null;
};

interface Task {
  readonly at: number;
  readonly run: (world: World, subscription: Subscription) => unknown;
}

const expiresAt = ({ pending_update }: Subscription): number => (pending_update as { expires_at?: number } | null)?.expires_at ?? Infinity;

/** What a subscription waits for, soonest first; at the same second an end comes before a renewal. */
function tasksOf(subscription: Subscription): Task[] {
  if (isEnded(subscription) || subscription.status === 'paused') return [];
  const { status, cancel_at, trial_end, created, items } = subscription;
  const tasks: Task[] = [];
  if (status === 'incomplete') return [{ at: created + pendingSeconds, run: expireIncomplete }];
  if (cancel_at !== null) tasks.push({ at: cancel_at, run: endAsAsked });
  if (subscription.pending_update) tasks.push({ at: expiresAt(subscription), run: dropPending });
  if (status === 'trialing' && trial_end !== null) {
    if (subscription[memory].toldTrialEnd !== trial_end) tasks.push({ at: reminderAt(subscription), run: tellTrialEnd });
    tasks.push({ at: trial_end, run: endTrial });
  } else tasks.push({ at: Math.min(...items.data.map((item) => item.current_period_end)), run: (world, row) => renew(world, row) });
  return tasks.toSorted((a, b) => a.at - b.at);
}

function runInvoice(world: World, invoice: Invoice): void {
  if (invoice.status === 'open') {
    attemptPayment(world, invoice, { automatic: true });
    return;
  }
  const open = finalizeInvoice(world, invoice);
  if (open.status !== 'open') return;
  const subscription = world.tables.subscriptions.get(open.parent?.subscription_details.subscription ?? '');
  const pause = subscription?.pause_collection?.behavior;
  if (pause === 'void') voidInvoice(world, open);
  else if (pause === 'mark_uncollectible') markUncollectible(world, open);
  else attemptPayment(world, open, { automatic: true });
}

/** Puts each written row into the agenda at its next time. */
export function dueTimes(add: (entry: Entry) => void): Watch {
  const remind = (id: string, at: number | null | undefined, of: keyof typeof rank): void => {
    if (at !== null && at !== undefined && Number.isFinite(at)) add({ at, rank: rank[of], id });
  };
  return {
    schedule: (row) => remind(row.id, phaseDue(row), 'schedule'),
    subscription: (row) => remind(row.id, tasksOf(row)[0]?.at, 'subscription'),
    invoice: (row) => remind(row.id, invoiceDue(row), 'invoice'),
    session: (row) => remind(row.id, sessionDue(row), 'session'),
  };
}

/** Does what is due now for the object of a reminder; nothing when the reminder is stale. */
export function runDue(world: World, id: string): void {
  const isDue = (at: number | null | undefined): boolean => at !== null && at !== undefined && at <= world.now();
  const { sessions, schedules, subscriptions, invoices } = world.tables;
  world.request({ id: null, idempotency_key: null }, () => {
    const session = sessions.get(id);
    const schedule = schedules.get(id);
    const subscription = subscriptions.get(id);
    const invoice = invoices.get(id);
    const [task] = subscription ? tasksOf(subscription) : [];
    if (session && isDue(sessionDue(session))) expireSession(world, session);
    if (schedule && isDue(phaseDue(schedule))) enterPhase(world, schedule);
    if (subscription && task && isDue(task.at)) task.run(world, subscription);
    if (invoice && isDue(invoiceDue(invoice))) runInvoice(world, invoice);
  });
}
