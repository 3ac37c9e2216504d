import type { PriceModel } from '@tillkit/core/catalog/catalog';
import { isPaidByUse } from '@tillkit/core/receipt/explain';
import type { Explanation } from '@tillkit/core/receipt/receipt';
import type { Subscription, SubscriptionStatus } from '@tillkit/core/subscription/subscription';

const endedStatuses: ReadonlySet<SubscriptionStatus> = new Set(['canceled', 'incomplete_expired']);

/** Whether a subscription still runs or can run again; a customer has at most one such in each plan group. */
export function isLive({ status }: Pick<Subscription, 'status'>): boolean {
  return !endedStatuses.has(status);
}

/** An item as it is read (`model`) or shown (`explanation`): what it costs in advance, and whether its use is paid afterwards. */
interface ChargedItem {
  readonly amount: number;
  readonly model?: PriceModel;
  readonly explanation?: readonly Explanation[];
}

interface Charged {
  readonly items: readonly ChargedItem[];
}

/** Whether nothing is ever charged for it, also not for its use. */
export function isFree({ items }: Charged): boolean {
  return items.every(({ amount, model, explanation = [] }) => amount === 0 && !model?.metered && !isPaidByUse(explanation));
}

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
