/**
 * Step subscription: what time does to objects.
 *
 * Promise: when something is due is a pure function of the object; an entry in the agenda is only a reminder to look.
 */
import { expireSession } from '../billing/checkout.ts';
import { invoiceDue, runInvoice } from '../billing/invoice-due.ts';
import { moneyDue, runMoneyDue } from '../billing/payments-due.ts';
import { enterPhase, phaseDue } from '../billing/schedule-phases.ts';
import { dropPending, pendingSeconds } from '../billing/pending-change.ts';
import { endAsAsked, endTrial, expireIncomplete, reminderAt, renew, tellTrialEnd } from '../billing/subscription-cycle.ts';
import { collectAgain, tellUpcoming, upcomingAt } from '../billing/subscription-notices.ts';
import { isEnded } from '../billing/subscription-payment.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import { memory } from '../objects/memory.ts';
import type { Subscription } from '../objects/subscription.ts';
import type { Watch } from '../store/tables.ts';
import type { Entry } from '../time/agenda.ts';
import type { World } from '../world.ts';

/** At the same second: schedules change what subscriptions renew, subscriptions draft what invoices finalize. */
const rank = { schedule: 0, subscription: 1, invoice: 2, session: 3, payment: 4 } as const;

const sessionDue = ({ status, expires_at }: CheckoutSession): number | null => (status === 'open' ? expires_at : null);

interface Task {
  readonly at: number;
  readonly run: (world: World, subscription: Subscription) => unknown;
}

/** When something that waits for a payment is dropped. */
const pendingUntil = ({ pending_update, [memory]: { pending } }: Subscription): number | null =>
  pending?.kind === 'resume' ? pending.until : (pending_update?.expires_at ?? null);

const dropTasks = (subscription: Subscription): Task[] => {
  const at = pendingUntil(subscription);
  return at === null ? [] : [{ at, run: dropPending }];
};

function trialTasks(subscription: Subscription, end: number): Task[] {
  const reminded = subscription[memory].toldTrialEnd === end;
  return [...(reminded ? [] : [{ at: reminderAt(subscription), run: tellTrialEnd }]), { at: end, run: endTrial }];
}

function periodTasks(subscription: Subscription): Task[] {
  const upcoming = upcomingAt(subscription);
  const end = Math.min(...subscription.items.data.map((item) => item.current_period_end));
  return [
    ...(upcoming === null ? [] : [{ at: upcoming, run: tellUpcoming }]),
    { at: end, run: (world: World, row: Subscription) => renew(world, row) },
  ];
}

/** What a subscription waits for, soonest first; at the same second an end comes before a renewal. */
function tasksOf(subscription: Subscription): Task[] {
  const { status, cancel_at, trial_end, created, pause_collection } = subscription;
  if (isEnded(subscription)) return [];
  if (status === 'incomplete') return [{ at: created + pendingSeconds, run: expireIncomplete }];
  const end: Task[] = cancel_at === null ? [] : [{ at: cancel_at, run: endAsAsked }];
  const wakes = pause_collection?.resumes_at ?? null;
  const tasks = [...end, ...dropTasks(subscription), ...(wakes === null ? [] : [{ at: wakes, run: collectAgain }])];
  if (status === 'trialing' && trial_end !== null) tasks.push(...trialTasks(subscription, trial_end));
  else if (status !== 'paused') tasks.push(...periodTasks(subscription));
  return tasks.toSorted((a, b) => a.at - b.at);
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
    payment: (row) => remind(row.id, moneyDue(row), 'payment'),
  };
}

/** Does what is due now for the object of a reminder, or `at` by its test clock; nothing when the reminder is stale. */
export function runDue(world: World, id: string, at?: number): void {
  const isDue = (due: number | null | undefined): boolean => due !== null && due !== undefined && due <= world.now();
  const { sessions, schedules, subscriptions, invoices } = world.tables;
  const run = (): void => {
    const session = sessions.get(id);
    const schedule = schedules.get(id);
    const subscription = subscriptions.get(id);
    const invoice = invoices.get(id);
    const [task] = subscription ? tasksOf(subscription) : [];
    if (session && isDue(sessionDue(session))) expireSession(world, session);
    if (schedule && isDue(phaseDue(schedule))) enterPhase(world, schedule);
    if (subscription && task && isDue(task.at)) task.run(world, subscription);
    if (invoice && isDue(invoiceDue(invoice))) runInvoice(world, invoice);
    runMoneyDue(world, id);
  };
  world.request({ id: null, idempotency_key: null }, run, at);
}
