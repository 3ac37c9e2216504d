/**
 * Step 6, subscription: a trial that ended without a card goes on as the free plan of its group, where the plan says
 * `free` (decision 0016).
 *
 * Promise: once for each trial, whoever notices it first: an event, a sweep or the customer who looks. What already
 * followed in the plan group, also if it has ended again, keeps the free plan away, and so does what runs in it, or is begun this moment.
 */
import type { PlanSelection } from '@tillkit/core/selection/selection';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import type { Offer } from '../catalog/catalog-source.ts';
import { acceptSelection } from '../checkout/accept-selection.ts';
import { whileNothingBegins } from '../checkout/one-open-checkout.ts';
import { BillingError } from '../http/billing-error.ts';
import { isFinal } from '../stripe/stripe-errors.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till } from '../till.ts';
import { startDirectly, toDirectOrder, type DirectOrder } from './direct-order.ts';
import type { OwnedSubscription } from './live.ts';
import { hasAnother, toOwned } from './to-subscription.ts';
import { endedWithTrial } from './trial-end.ts';

/** Longer ago than events and sweeps reach back: who left then is not brought back. */
const windowSeconds = 35 * 86_400;

/** Whether a trial may just have ended in the free plan; the catalog and what followed decide. */
export function isFreeDue(fact: SubscriptionFact, now: number): boolean {
  return endedWithTrial(fact) && now - fact.endedAt! < windowSeconds;
}

type Needs = Pick<Till, 'stripe' | 'store' | 'catalog' | 'mirror' | 'now' | 'log'>;

interface Due {
  /** What ended with its trial. */
  readonly ended: OwnedSubscription;
  readonly order: DirectOrder;
}

/** Starts what is due for a customer, in every plan group. What the catalog or Stripe refuses is logged, and keeps nothing else from anybody. */
export async function freeAfterTrial(till: Needs, customerId: string): Promise<void> {
  const { stripe, store, mirror, catalog, now, log } = till;
  const offer = await catalog.current();
  const groups = new Set(dueBy(till, await store.subscriptions.ofCustomer(customerId), offer).map(({ ended }) => ended.group!));
  for (const group of groups) {
    await whileNothingBegins(till, { customerId, group }, async (keep) => {
      // what Stripe has this moment decides, not what was seen last
      const due = dueBy(till, await mirror.ofCustomer(customerId, 0), offer).find(({ ended }) => ended.group === group);
      if (!due) return;
      await keep();
      try {
        await mirror.refresh(await startDirectly({ stripe, store, now }, customerId, due.order));
      } catch (error) {
        // another currency is paid by now, or the customer is gone: to ask again changes nothing
        if (!isFinal(error)) throw error;
        log.warn('trial.free_plan', { message: due.ended.id, error });
      }
    });
  }
}

/** The trials that end in the free plan, and beside which there is nothing in their plan group yet. */
function dueBy({ now, log }: Pick<Till, 'now' | 'log'>, facts: readonly SubscriptionFact[], offer: Offer): Due[] {
  const owned = toOwned(facts, offer);
  const ended = owned.filter((_, index) => isFreeDue(facts[index]!, now()) && !hasAnother(owned, index));
  return ended.filter(({ planId }) => endsFree(planId, offer)).flatMap((one) => dueAfter(one, owned, offer, log));
}

/** Also for what the owner has put in the place of a plan: that the catalog may not know, or give no trial of. */
const endsFree = (planId: string | undefined, { catalog }: Offer): boolean =>
  catalog.plans.find(({ id }) => id === planId)?.trial?.end === 'free';

function dueAfter(ended: OwnedSubscription, owned: readonly OwnedSubscription[], offer: Offer, log: Till['log']): Due[] {
  try {
    return [{ ended, order: toDirectOrder({ selection: freePlanOf(ended, offer) }, owned, offer) }];
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
