/**
 * Step 6, subscription: a trial that ended without a card goes on as the free plan of its group, where the plan says
 * `free` (decision 0016).
 *
 * Promise: once for each trial, whoever notices it first: an event, a sweep or the customer who looks. What already
 * followed in the plan group, also if it has ended again, keeps the free plan away.
 */
import { findPlan } from '@tillkit/core/catalog/lookup';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import type { Offer } from '../catalog/catalog-source.ts';
import { acceptSelection } from '../checkout/accept-selection.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till } from '../till.ts';
import { startDirectly, toDirectOrder } from './direct-order.ts';
import type { OwnedSubscription } from './live.ts';
import { toOwned } from './to-subscription.ts';
import { endedWithTrial } from './trial-end.ts';

/** Longer ago than events and sweeps reach back: who left then is not brought back. */
const windowSeconds = 35 * 86_400;

/** Whether a trial may just have ended in the free plan; the catalog and what followed decide. */
export function isFreeDue(fact: SubscriptionFact, now: number): boolean {
  return fact.status === 'canceled' && endedWithTrial(fact) && now - fact.endedAt! < windowSeconds;
}

/** Starts what is due for a customer; answers whether anything was. */
export async function freeAfterTrial(
  { stripe, store, catalog, mirror, now }: Pick<Till, 'stripe' | 'store' | 'catalog' | 'mirror' | 'now'>,
  customerId: string,
): Promise<boolean> {
  const offer = await catalog.current();
  const due = (facts: readonly SubscriptionFact[]): readonly [PlanSelection, OwnedSubscription[]] | undefined => {
    const owned = toOwned(facts, offer);
    const ended = owned.find((subscription, index) => isFreeDue(facts[index]!, now()) && isLast(subscription, owned, offer));
    const selection = ended && freePlanOf(ended, offer);
    return selection && [selection, owned];
  };
  if (!due(await store.subscriptions.ofCustomer(customerId))) return false;
  // what Stripe has this moment decides, not what was seen last
  const [selection, owned] = due(await mirror.ofCustomer(customerId, 0)) ?? [];
  if (!selection || !owned) return false;
  await mirror.refresh(await startDirectly({ stripe, store, now }, customerId, toDirectOrder({ selection }, owned, offer)));
  return true;
}

/** Whether it is the newest of its plan group, and its plan says `free`. */
function isLast(subscription: Subscription, owned: readonly Subscription[], { catalog }: Offer): boolean {
  const { group, planId } = subscription;
  if (planId === undefined || findPlan(catalog, planId)?.trial?.end !== 'free') return false;
  return owned.find((other) => other.group === group && other.status !== 'incomplete_expired') === subscription;
}

/** The free plan of the group in the customer's currency; throws why it is not sold so. */
function freePlanOf({ group, currency }: Subscription, { catalog }: Offer): PlanSelection | undefined {
  const plan = catalog.plans.find((other) => other.kind === 'free' && other.group === group);
  const interval = plan?.prices[0]?.interval;
  if (!plan || interval === undefined) return undefined;
  const seats = plan.seats?.min ?? 1;
  return acceptSelection(catalog, { planId: plan.id, interval, currency, seats, addOns: {} }) as PlanSelection;
}
