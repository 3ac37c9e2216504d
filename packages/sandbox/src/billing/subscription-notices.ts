/**
 * Step subscription: what is told ahead of time, and collection that begins again.
 */
import { ApiError } from '../http/api-error.ts';
import { memory } from '../objects/memory.ts';
import type { Subscription } from '../objects/subscription.ts';
import { change, type World } from '../world.ts';
import { previewRenewal } from './invoice-preview.ts';

/** An account setting of 3, 7, 15, 30 or 45 days at Stripe; here it is always 7. */
const upcomingSeconds = 7 * 86_400;

const periodEnd = ({ items }: Subscription): number => Math.min(...items.data.map((item) => item.current_period_end));

/** When `invoice.upcoming` is told, in unix seconds; null when it was, or for periods that are too short. */
export function upcomingAt(subscription: Subscription): number | null {
  const end = periodEnd(subscription);
  const start = Math.max(...subscription.items.data.map((item) => item.current_period_start));
  const { toldUpcoming } = subscription[memory];
  const isLast = subscription.cancel_at !== null && subscription.cancel_at <= end;
  if (isLast || toldUpcoming === end || end - start <= upcomingSeconds) return null;
  return end - upcomingSeconds;
}

export function tellUpcoming(world: World, subscription: Subscription): void {
  const told = change(world, 'subscriptions', subscription, {
    [memory]: { ...subscription[memory], toldUpcoming: periodEnd(subscription) },
  });
  try {
    world.emit('invoice.upcoming', previewRenewal(world, told));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // nothing is coming, so there is nothing to tell
  }
}

/** The end of `pause_collection`. */
export const collectAgain = (world: World, subscription: Subscription): Subscription =>
  change(world, 'subscriptions', subscription, { pause_collection: null }, 'customer.subscription.updated');
