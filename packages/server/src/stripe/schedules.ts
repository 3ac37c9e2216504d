/** Step 7 at Stripe: a change that waits for the end of the period, as a subscription schedule. */
import type { IntervalKey } from '@tillkit/core/catalog/catalog';
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';
import { fromIntervalKey, toIntervalKey } from './interval.ts';
import { readScheduleNote, writePurchaseNote, writeScheduleNote, type PurchaseNote } from './metadata.ts';
import { idOf } from './price-facts.ts';
import { copyPhase, discountsUntil, phaseItemsOf, type PhaseParams } from './schedule-phases.ts';
import { pastKeptAnswer } from './kept-answers.ts';
import { isFinal, isUnknown, undefinedIfMissing } from './stripe-errors.ts';
import type { PricedLine } from './subscriptions.ts';

export interface ScheduledOrder {
  /** Every recurring item afterwards; `itemId` names the one whose place it takes, which leaves it its discounts and taxes. */
  readonly lines: readonly (PricedLine & { readonly itemId?: string })[];
  readonly interval: IntervalKey;
  readonly note: PurchaseNote;
  /** The change of the subscription before this one; a schedule is stale once there was another (decision 0036). */
  readonly after: string | undefined;
  /** The customer's own schedule that this order takes the place of. */
  readonly scheduleId: string | undefined;
  readonly idempotencyKey: string;
  /** The same for every try: one schedule is made. */
  readonly createKey: string;
  /** Unix seconds. */
  readonly now: number;
}

function changesInterval({ items }: Stripe.Subscription, interval: IntervalKey): boolean {
  return items.data.some(({ price }) => price.recurring && toIntervalKey(price.recurring) !== interval);
}

/** A schedule as it was, to be made again. */
export interface SavedSchedule {
  readonly id: string;
  readonly endBehavior: 'cancel' | 'release';
  readonly metadata: Record<string, string>;
  /** When the phase that ran would have ended, Unix seconds; it is made of what the subscription is by then. */
  readonly until: number;
  /** Those that would have followed. */
  readonly phases: readonly PhaseParams[];
}

/**
 * Keeps a subscription as it is to the end of its period and changes it then, without proration. What the running phase has
 * (discounts by their id, taxes, payment method, texts) is named in both phases: Stripe unsets what a phase leaves out.
 */
export async function scheduleChange(stripe: StripeGateway, subscriptionId: string, order: ScheduledOrder): Promise<void> {
  const client = await stripe();
  const subscription = await client.subscriptions.retrieve(subscriptionId, { expand: ['discounts', 'items.data.discounts'] });
  const made = order.scheduleId === undefined;
  const schedule =
    order.scheduleId === undefined
      ? await beginSchedule(client, subscription, { key: order.createKey, now: order.now, changeId: order.note.changeId })
      : await client.subscriptionSchedules.retrieve(order.scheduleId);
  // an earlier try came to its end, and its answer got lost
  if (made && readScheduleNote(schedule.metadata)?.changeId === order.note.changeId) return;
  const running = currentOf(schedule);
  const current: PhaseParams = {
    ...copyPhase(running),
    ...ownAttributes(subscription),
    items: phaseItemsOf(subscription),
    ...ownDiscounts(subscription, 0),
  };
  const next: PhaseParams = {
    ...ownAttributes(subscription),
    items: order.lines.map(({ priceId, quantity, itemId }) => {
      const before = subscription.items.data.find(({ id }) => id === itemId);
      const own = before && phaseItemsOf({ items: { data: [before] } }, running.end_date)[0];
      return { ...own, price: priceId, quantity };
    }),
    ...ownDiscounts(subscription, running.end_date),
    duration: fromIntervalKey(order.interval),
    proration_behavior: 'none',
    // another interval begins a period of its own; else Stripe goes on with the old anchor and bills nothing before its next turn
    ...(changesInterval(subscription, order.interval) && { billing_cycle_anchor: 'phase_start' }),
    metadata: { ...writePurchaseNote(order.note) },
  };
  const planned = {
    end_behavior: 'release' as const,
    proration_behavior: 'none' as const,
    metadata: { ...writeScheduleNote(order.note.changeId, order.after) },
    phases: [current, next],
  };
  await client.subscriptionSchedules
    .update(schedule.id, planned, { idempotencyKey: `${order.idempotencyKey}:phases` })
    .catch((error: unknown) => (made ? withoutSchedule(stripe, schedule.id, error) : Promise.reject(error)));
}

/** For `catch`, after a schedule was begun: one that Stripe takes no plan for would only be in the way, as if the owner had made it. */
async function withoutSchedule(stripe: StripeGateway, scheduleId: string, error: unknown): Promise<never> {
  if (isFinal(error)) await releaseSchedule(stripe, scheduleId);
  throw error;
}

interface Beginning {
  readonly key: string;
  /** Unix seconds. */
  readonly now: number;
  /** The change that it is to plan, where that has a name. */
  readonly changeId: string | undefined;
}

/** A schedule of what the subscription is now; one that an earlier try began under another key is gone on with. */
async function beginSchedule(client: Stripe, subscription: Stripe.Subscription, { key, now, changeId }: Beginning) {
  const findBegun = async (): Promise<Stripe.SubscriptionSchedule | undefined> => {
    if (!subscription.schedule) return undefined;
    const present = await client.subscriptionSchedules.retrieve(idOf(subscription.schedule));
    const note = readScheduleNote(present.metadata);
    return plansNothing(present) || (note !== undefined && note.changeId === changeId) ? present : undefined;
  };
  return pastKeptAnswer(
    key,
    now,
    (idempotencyKey) => client.subscriptionSchedules.create({ from_subscription: subscription.id }, { idempotencyKey }),
    findBegun,
  );
}

/** As Stripe makes one of a subscription, before anything is planned in it. */
const plansNothing = ({ phases, metadata, end_behavior: end }: Stripe.SubscriptionSchedule): boolean =>
  phases.length === 1 && end === 'release' && Object.keys(metadata ?? {}).length === 0;

/** What a phase of its own is to keep of the subscription: taxes and how it is paid. */
function ownAttributes({ default_tax_rates: rates, default_payment_method: method, description }: Stripe.Subscription) {
  return {
    ...(rates && rates.length > 0 && { default_tax_rates: rates.map(idOf) }),
    ...(method && { default_payment_method: idOf(method) }),
    ...(description && { description }),
  };
}

/** Without any of its own those of the customer hold, in a phase as without one. */
function ownDiscounts({ discounts: all }: Stripe.Subscription, moment: number): Pick<PhaseParams, 'discounts'> {
  const discounts = discountsUntil(all, moment);
  return discounts.length > 0 ? { discounts } : {};
}

const currentOf = ({ phases, current_phase: current }: Stripe.SubscriptionSchedule): Stripe.SubscriptionSchedule.Phase =>
  phases.find(({ start_date }) => start_date === current?.start_date) ?? phases[0]!;

/** Reads what is planned, before it is set aside. */
export async function saveSchedule(stripe: StripeGateway, scheduleId: string): Promise<SavedSchedule> {
  const client = await stripe();
  const { id, end_behavior, metadata, phases, current_phase } = await client.subscriptionSchedules.retrieve(scheduleId);
  const later = phases.filter(({ start_date }) => start_date >= (current_phase?.end_date ?? 0));
  return {
    id,
    endBehavior: end_behavior === 'cancel' ? 'cancel' : 'release',
    metadata: { ...metadata },
    until: current_phase?.end_date ?? 0,
    phases: later.map(copyPhase),
  };
}

/** Lets the subscription go on as it is; the schedule's later phases are forgotten. One that is no more is as it should be. */
export async function releaseSchedule(stripe: StripeGateway, scheduleId: string): Promise<void> {
  const { subscriptionSchedules } = await stripe();
  try {
    // it can be repeated: a key would keep a 500 for a day, in which nobody could change or cancel anything
    await subscriptionSchedules.release(scheduleId);
  } catch (error) {
    const schedule = isUnknown(error) ? undefined : await subscriptionSchedules.retrieve(scheduleId).catch(undefinedIfMissing);
    if (!schedule || schedule.status === 'active' || schedule.status === 'not_started') throw error;
  }
}

/** Plans again what was set aside. False when its time is over, and when the subscription has ended or another schedule. */
export async function restoreSchedule(
  stripe: StripeGateway,
  subscriptionId: string,
  saved: SavedSchedule,
  { idempotencyKey, now, after }: { readonly idempotencyKey: string; readonly now: number; readonly after?: string | undefined },
): Promise<boolean> {
  const client = await stripe();
  const subscription = await client.subscriptions.retrieve(subscriptionId, { expand: ['discounts', 'items.data.discounts'] });
  const running = subscription.status !== 'canceled' && subscription.status !== 'incomplete_expired';
  const over = saved.until <= now;
  if (!running || over) return false;
  const present = subscription.schedule ? idOf(subscription.schedule) : undefined;
  if (present === saved.id) return true;
  // the same key answers with the schedule that an earlier try made; beside somebody else's none can be made
  const changeId = readScheduleNote(saved.metadata)?.changeId;
  const schedule = await beginSchedule(client, subscription, { key: `${idempotencyKey}:restore`, now, changeId }).catch(
    (error: unknown) => {
      if (present !== undefined && isFinal(error)) return undefined;
      throw error;
    },
  );
  if (!schedule || (present !== undefined && schedule.id !== present)) return false;
  const current: PhaseParams = {
    ...copyPhase(currentOf(schedule)),
    ...ownAttributes(subscription),
    items: phaseItemsOf(subscription),
    ...ownDiscounts(subscription, 0),
    end_date: saved.until,
  };
  const note = after === undefined ? {} : writeScheduleNote(undefined, after);
  // it sets the same however often it is repeated
  const planned = {
    end_behavior: saved.endBehavior,
    proration_behavior: 'none' as const,
    metadata: { ...saved.metadata, ...note },
    phases: [current, ...saved.phases],
  };
  await client.subscriptionSchedules.update(schedule.id, planned).catch((error: unknown) => withoutSchedule(stripe, schedule.id, error));
  return true;
}
