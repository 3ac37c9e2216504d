/**
 * Step 6, subscription: a trial that ended without a card goes on as the free plan of its group, where the plan says
 * `free` (decision 0016).
 *
 * Promise: once for each trial, whoever notices it first: an event, a sweep or the customer who looks. What already
 * followed in the plan group, also if it has ended again, keeps the free plan away.
 */
import type { PlanSelection } from '@tillkit/core/selection/selection';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import type { Offer } from '../catalog/catalog-source.ts';
import { acceptSelection } from '../checkout/accept-selection.ts';
import { BillingError } from '../http/billing-error.ts';
import { isFinal } from '../stripe/stripe-errors.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till } from '../till.ts';
import { startDirectly, toDirectOrder, type DirectOrder } from './direct-order.ts';
import type { OwnedSubscription } from './live.ts';
import { isFollowed, toOwned } from './to-subscription.ts';
import { endedWithTrial } from './trial-end.ts';

/** Longer ago than events and sweeps reach back: who left then is not brought back. */
const windowSeconds = 35 * 86_400;

/** Whether a trial may just have ended in the free plan; the catalog and what followed decide. */
export function isFreeDue(fact: SubscriptionFact, now: number): boolean {
  return endedWithTrial(fact) && now - fact.endedAt! < windowSeconds;
}

interface Due {
  /** What ended with its trial. */
  readonly endedId: string;
  readonly order: DirectOrder;
}

/** Starts what is due for a customer, in every plan group. What the catalog or Stripe refuses is logged, and keeps nothing else from anybody. */
export async function freeAfterTrial(
  { stripe, store, catalog, mirror, now, log }: Pick<Till, 'stripe' | 'store' | 'catalog' | 'mirror' | 'now' | 'log'>,
  customerId: string,
): Promise<void> {
  const offer = await catalog.current();
  const dueBy = (facts: readonly SubscriptionFact[]): Due[] => {
    const owned = toOwned(facts, offer);
    const ended = owned.filter((_, index) => isFreeDue(facts[index]!, now()) && !isFollowed(owned, index));
    return ended.filter(({ planId }) => endsFree(planId, offer)).flatMap((subscription) => dueAfter(subscription, owned, offer, log));
  };
  if (dueBy(await store.subscriptions.ofCustomer(customerId)).length === 0) return;
  // what Stripe has this moment decides, not what was seen last
  for (const { endedId, order } of dueBy(await mirror.ofCustomer(customerId, 0))) {
    try {
      await mirror.refresh(await startDirectly({ stripe, store, now }, customerId, order));
    } catch (error) {
      // another currency is paid by now, or the customer is gone: to ask again changes nothing
      if (!isFinal(error)) throw error;
      log.warn('trial.free_plan', { message: endedId, error });
    }
  }
}

/** Also for what the owner has put in the place of a plan: that the catalog may not know, or give no trial of. */
const endsFree = (planId: string | undefined, { catalog }: Offer): boolean =>
  catalog.plans.find(({ id }) => id === planId)?.trial?.end === 'free';

function dueAfter(ended: Subscription, owned: readonly OwnedSubscription[], offer: Offer, log: Till['log']): Due[] {
  try {
    return [{ endedId: ended.id, order: toDirectOrder({ selection: freePlanOf(ended, offer) }, owned, offer) }];
  } catch (error) {
    if (!(error instanceof BillingError)) throw error;
    log.warn('trial.free_plan', { message: ended.id, error });
    return [];
  }
}

/** The free plan of the group in the customer's currency; throws why it is not sold so. */
function freePlanOf({ group, currency }: Subscription, { catalog }: Offer): PlanSelection {
  // a catalog file without one is refused
  const plan = catalog.plans.find((other) => other.kind === 'free' && other.group === group)!;
  // '' where no price of it is active at Stripe: that is offered by none
  const interval = plan.prices[0]?.interval ?? '';
  const seats = plan.seats?.min ?? 1;
  return acceptSelection(catalog, { planId: plan.id, interval, currency, seats, addOns: {} }) as PlanSelection;
}
