/** Step 7 at Stripe: a change that waits for the end of the period, as a subscription schedule. */
import type { IntervalKey } from '@tillkit/core/catalog/catalog';
import type { Stripe } from 'stripe';
import { copyDefaults, copyLaterPhase, copyPhase, copyTerms, type DefaultParams, type PhaseParams } from './copied-phase.ts';
import type { StripeGateway } from './gateway.ts';
import { fromIntervalKey, toIntervalKey } from './interval.ts';
import {
  isRestoredFrom,
  readScheduleNote,
  writePurchaseNote,
  writeRestoredNote,
  writeScheduleNote,
  type PurchaseNote,
} from './metadata.ts';
import { idOf } from './price-facts.ts';
import { discountsUntil, phaseItemsOf } from './schedule-phases.ts';
import { repeatedly } from './kept-answers.ts';
import { isFinal, isUnknown, undefinedIfMissing } from './stripe-errors.ts';
import { toItem, type PricedLine } from './subscriptions.ts';

export interface ScheduledOrder {
  /** Every recurring item afterwards; `itemId` names the one whose place it takes, which leaves it its discounts and taxes. */
  readonly lines: readonly (PricedLine & { readonly itemId?: string })[];
  readonly interval: IntervalKey;
  readonly note: PurchaseNote;
  /** The change of the subscription before this one; a schedule is stale once there was another (decision 0036). */
  readonly after: string | undefined;
  /** The customer's own schedule that this order takes the place of. */
  readonly scheduleId: string | undefined;
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
  /** What holds in them where they say nothing else; of an owner's schedule, since one of ours says all. */
  readonly defaults?: DefaultParams;
  /** The subscription's default method by then, which phases name too. */
  readonly paidWith?: string;
}

/** Throws when another request has the subscription by now; called before each write without a key, which Stripe would take however late it is. */
export type KeepTurn = () => Promise<void>;

/**
 * Keeps a subscription as it is to the end of its period and changes it then, without proration. What the running phase has
 * (discounts by their id, taxes, payment method, texts) is named in both phases: Stripe unsets what a phase leaves out. Repeated, it
 * goes on with what an earlier try began, and leaves what that finished. False when the subscription is to end by now.
 */
export async function scheduleChange(
  stripe: StripeGateway,
  subscriptionId: string,
  order: ScheduledOrder,
  keepTurn: KeepTurn,
): Promise<boolean> {
  const client = await stripe();
  const subscription = await client.subscriptions.retrieve(subscriptionId, { expand: ['discounts', 'items.data.discounts'] });
  const made = order.scheduleId === undefined;
  // a schedule would take a cancellation back
  if (subscription.cancel_at !== null) return false;
  const isPlanned = ({ metadata }: Stripe.SubscriptionSchedule): boolean => readScheduleNote(metadata)?.changeId === order.note.changeId;
  const schedule =
    order.scheduleId === undefined
      ? await beginSchedule(client, subscriptionId, keepTurn, isPlanned)
      : await client.subscriptionSchedules.retrieve(order.scheduleId);
  // an earlier try came to its end, and its answer got lost; what was changed in it since stands
  if (isPlanned(schedule)) return true;
  const running = currentOf(schedule);
  const current: PhaseParams = {
    ...copyPhase(running),
    ...ownAttributes(subscription),
    items: phaseItemsOf(subscription),
    ...ownDiscounts(subscription, 0),
  };
  const next: PhaseParams = {
    ...copyTerms(running),
    ...ownAttributes(subscription),
    items: order.lines.map(({ itemId, ...line }) => {
      const before = subscription.items.data.find(({ id }) => id === itemId);
      const {
        billing_thresholds: threshold,
        quantity: _,
        ...own
      } = (before && phaseItemsOf({ items: { data: [before] } }, running.end_date)[0]) ?? {};
      // a threshold of usage is the price's, which another may have none of
      return { ...own, ...(threshold && own.price === line.priceId && { billing_thresholds: threshold }), ...toItem(line) };
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
  await keepTurn();
  await repeatedly(() => client.subscriptionSchedules.update(schedule.id, planned)).catch((error: unknown) =>
    made ? withoutSchedule(stripe, schedule.id, error) : Promise.reject(error),
  );
  return true;
}

/** For `catch`, after a schedule was begun: one that Stripe takes no plan for would only be in the way, as if the owner had made it. */
async function withoutSchedule(stripe: StripeGateway, scheduleId: string, error: unknown): Promise<never> {
  if (isFinal(error)) await releaseSchedule(stripe, scheduleId);
  throw error;
}

/**
 * A schedule of what the subscription is now; one that an earlier try began, or that `isOurs`, is gone on with. Throws Stripe's
 * refusal beside any other: a subscription has one at most, and that keeps a repetition from making a second, not a key.
 */
async function beginSchedule(
  client: Stripe,
  subscriptionId: string,
  keepTurn: KeepTurn,
  isOurs: (schedule: Stripe.SubscriptionSchedule) => boolean = () => false,
): Promise<Stripe.SubscriptionSchedule> {
  // read anew each time: what was read before the schedule was made does not have it
  const findBegun = async (): Promise<Stripe.SubscriptionSchedule | undefined> => {
    const present = await readScheduleOf(client, subscriptionId);
    return present && (plansNothing(present) || isOurs(present)) ? present : undefined;
  };
  const make = () => client.subscriptionSchedules.create({ from_subscription: subscriptionId });
  const begun = await findBegun();
  if (begun) return begun;
  await keepTurn();
  return repeatedly(make).catch(async (error: unknown) => (await findBegun()) ?? Promise.reject(error));
}

async function readScheduleOf(client: Stripe, subscriptionId: string): Promise<Stripe.SubscriptionSchedule | undefined> {
  const { schedule } = await client.subscriptions.retrieve(subscriptionId, { expand: ['schedule'] });
  return schedule && typeof schedule === 'object' ? schedule : undefined;
}

/** As Stripe makes one of a subscription, before anything is planned in it; a change of the subscription splits what ran. */
const plansNothing = ({ phases, metadata, end_behavior: end, current_phase: current }: Stripe.SubscriptionSchedule): boolean =>
  phases.every(({ start_date }) => start_date <= (current?.start_date ?? 0)) &&
  end === 'release' &&
  Object.keys(metadata ?? {}).length === 0;

/** Lets go of a schedule that was begun for a plan which is given up. */
export async function releaseBegun(stripe: StripeGateway, subscriptionId: string): Promise<void> {
  const present = await readScheduleOf(await stripe(), subscriptionId);
  if (present && plansNothing(present)) await releaseSchedule(stripe, present.id);
}

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
  const schedule = await client.subscriptionSchedules.retrieve(scheduleId, { expand: ['subscription'] });
  const { id, end_behavior, metadata, phases, current_phase, default_settings: defaults, subscription } = schedule;
  const method = subscription && typeof subscription === 'object' ? subscription.default_payment_method : null;
  const later = phases.filter(({ start_date }) => start_date >= (current_phase?.end_date ?? 0));
  return {
    id,
    endBehavior: end_behavior === 'cancel' ? 'cancel' : 'release',
    metadata: { ...metadata },
    until: current_phase?.end_date ?? 0,
    phases: later.map(copyLaterPhase),
    ...(!readScheduleNote(metadata) && { defaults: copyDefaults(defaults) }),
    ...(method && { paidWith: idOf(method) }),
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

/**
 * Plans again what was set aside; what an earlier try planned again stands as it is by now. False when its time is over, and when
 * the subscription has ended, is to end, or has another schedule.
 */
export async function restoreSchedule(
  stripe: StripeGateway,
  subscriptionId: string,
  saved: SavedSchedule,
  { now, after, keepTurn }: { readonly now: number; readonly after?: string | undefined; readonly keepTurn: KeepTurn },
): Promise<boolean> {
  const client = await stripe();
  const subscription = await client.subscriptions.retrieve(subscriptionId, { expand: ['discounts', 'items.data.discounts'] });
  const running = subscription.status !== 'canceled' && subscription.status !== 'incomplete_expired';
  const over = saved.until <= now;
  if (!running || over) return false;
  const present = subscription.schedule ? await readScheduleOf(client, subscriptionId) : undefined;
  if (present && (present.id === saved.id || isRestoredFrom(present.metadata, saved.id))) return true;
  if (present && !plansNothing(present)) return false;
  // canceled meanwhile, in Stripe's dashboard or its portal: a schedule would take that back
  if (subscription.cancel_at !== null) return false;
  const schedule = await beginSchedule(client, subscriptionId, keepTurn);
  const current: PhaseParams = {
    ...copyPhase(currentOf(schedule)),
    ...ownAttributes(subscription),
    items: phaseItemsOf(subscription),
    ...ownDiscounts(subscription, 0),
    end_date: saved.until,
  };
  const note = after === undefined ? {} : writeScheduleNote(undefined, after);
  const planned = {
    end_behavior: saved.endBehavior,
    ...(saved.defaults && { default_settings: paidAsNow(saved.defaults, saved, subscription) }),
    proration_behavior: 'none' as const,
    metadata: { ...saved.metadata, ...note, ...writeRestoredNote(saved.id) },
    phases: [current, ...saved.phases.map((phase) => paidAsNow(phase, saved, subscription))],
  };
  await keepTurn();
  await repeatedly(() => client.subscriptionSchedules.update(schedule.id, planned)).catch((error: unknown) =>
    withoutSchedule(stripe, schedule.id, error),
  );
  return true;
}

/** What was to be paid with the default of then is paid with that of now, which the old one may have given way to. */
function paidAsNow<Terms extends { readonly default_payment_method?: string }>(
  terms: Terms,
  { paidWith }: SavedSchedule,
  { default_payment_method: method }: Stripe.Subscription,
): Terms {
  const { default_payment_method: before, ...rest } = terms;
  if (before === undefined || before !== paidWith) return terms;
  return { ...rest, ...(method && { default_payment_method: idOf(method) }) } as Terms;
}
