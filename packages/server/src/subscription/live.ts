import { type Charged, isFree } from '@tillkit/core/subscription/is-free';
import type { Subscription, SubscriptionStatus } from '@tillkit/core/subscription/subscription';

const endedStatuses: ReadonlySet<SubscriptionStatus> = new Set(['canceled', 'incomplete_expired']);

/** Whether a subscription still runs or can run again; a customer has at most one such in each plan group. */
export function isLive({ status }: Pick<Subscription, 'status'>): boolean {
  return !endedStatuses.has(status);
}

export { isFree };

/** Whether a paid plan takes its place: it costs nothing, or stands still for want of a card, which only a checkout takes. */
export function givesWay(subscription: Charged & Pick<Subscription, 'status' | 'hasPaymentMethod'>): boolean {
  return isFree(subscription) || (subscription.status === 'paused' && !subscription.hasPaymentMethod);
}

/** A subscription, and the plan group in which it was bought where that is known: the owner may have moved it into another since. */
export type OwnedSubscription = Subscription & { readonly boughtIn: string | undefined };

/** Plan groups in which there has been a trial already, also one that runs in another now; there is one for each customer and group. */
export function trialsUsed(owned: readonly OwnedSubscription[]): string[] {
  const groups = owned.filter(({ trialEnd }) => trialEnd !== undefined).flatMap(({ group, boughtIn }) => [group, boughtIn]);
  return [...new Set(groups)].filter((group) => group !== undefined);
}
