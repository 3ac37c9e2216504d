import type { SubscriptionResponse } from '@tillkit/core/contract/contract';
import { BillingError } from '../http/billing-error.ts';
import type { Principal } from '../identity/principal.ts';
import { demandTheirs } from '../identity/still-reaches.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till } from '../till.ts';
import { planKeptAgain } from './kept-plan.ts';
import { oneAtATime, type Turn } from './one-at-a-time.ts';
import { dropStalePlan } from './stale-plan.ts';
import { toSubscriptions } from './to-subscription.ts';

/**
 * A subscription of the one who asks, as it is at Stripe now. Somebody else's is `not_found` like one that does not
 * exist, and Stripe is not asked about it. A change of it that was begun and got stuck is finished first.
 */
export async function ownSubscription(till: Till, principal: Principal, subscriptionId: string): Promise<SubscriptionFact> {
  const customerId = await ownerOf(till, principal, subscriptionId);
  const stuck = await till.store.pendingChanges.find(subscriptionId);
  if (stuck) await oneAtATime(till, { subscriptionId, customerId, patient: true }, async () => undefined);
  return readNow(till, subscriptionId);
}

/**
 * The same for what changes it: nobody else does until `work` has ended, and `work` sees it as it is by then. Throws when
 * somebody else has the customer by the time that anything would be asked of Stripe.
 */
export async function changeOwn<Result>(
  till: Till,
  principal: Principal,
  subscriptionId: string,
  work: (subscription: SubscriptionFact, turn: Turn) => Promise<Result>,
): Promise<Result> {
  const customerId = await ownerOf(till, principal, subscriptionId);
  return oneAtATime(till, { subscriptionId, customerId }, async (turn) => {
    const subscription = await planKeptAgain(till, await dropStalePlan(till, await readNow(till, subscriptionId)), turn);
    const keep = async (): Promise<void> => {
      await demandTheirs(till, principal, customerId);
      await turn.keep();
    };
    await keep();
    return work(subscription, {
      keep,
      async write(change) {
        await demandTheirs(till, principal, customerId);
        await turn.write(change);
      },
    });
  });
}

async function ownerOf({ mirror }: Till, { customerId }: Principal, subscriptionId: string): Promise<string> {
  if (customerId && (await mirror.ofCustomer(customerId)).some(({ id }) => id === subscriptionId)) return customerId;
  throw new BillingError('not_found');
}

async function readNow({ mirror }: Till, subscriptionId: string): Promise<SubscriptionFact> {
  const subscription = await mirror.refresh(subscriptionId);
  if (!subscription) throw new BillingError('not_found');
  return subscription;
}

/** The answer to anything that changed a subscription: read again from Stripe, never guessed. */
export async function readBack({ mirror, store, catalog }: Till, subscriptionId: string, locale?: string): Promise<SubscriptionResponse> {
  const fact = await mirror.refresh(subscriptionId);
  const all = fact && toSubscriptions(await store.subscriptions.ofCustomer(fact.customerId), await catalog.current(), locale);
  const subscription = all?.find(({ id }) => id === subscriptionId);
  if (!subscription) throw new BillingError('not_found');
  return { subscription };
}
