/** Step 4, checkout: what is known of the one who buys, and what it forbids. */
import { findPlan } from '@tillkit/core/catalog/lookup';
import type { Selection } from '@tillkit/core/selection/selection';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { listedAmounts } from '@tillkit/core/quote/listed-amounts';
import { quoteExactly } from '@tillkit/core/quote/quote-exactly';
import type { Offer } from '../catalog/catalog-source.ts';
import { BillingError } from '../http/billing-error.ts';
import type { KnownIdentity } from '../store/identities.ts';
import { givesWay, isLive, trialsUsed, type OwnedSubscription } from '../subscription/live.ts';
import { toOwned, toSubscriptions } from '../subscription/to-subscription.ts';
import type { Till } from '../till.ts';

/** What a buyer owns at Stripe this moment, before anything new is bought; nobody signed in owns nothing. */
export async function ownedBy(till: Till, buyer: KnownIdentity | undefined, offer: Offer): Promise<OwnedSubscription[]> {
  return buyer?.customerId ? toOwned(await till.mirror.ofCustomer(buyer.customerId, 0), offer) : [];
}

/** The same by what is written down here, without asking Stripe again. */
export async function ownedBefore({ store }: Till, customerId: string | undefined, offer: Offer): Promise<Subscription[]> {
  return customerId === undefined ? [] : toSubscriptions(await store.subscriptions.ofCustomer(customerId), offer);
}

/** Whether the trial of the selected plan is still to be had: one for each customer and plan group. */
export function trialAvailable(selection: Selection, owned: readonly OwnedSubscription[], offer: Offer): boolean {
  const group = groupOf(selection, offer);
  return trialsUsed(owned).every((used) => used !== group);
}

/** Refuses a second live subscription in a plan group, and a second currency, which Stripe cannot bill. */
export function refuseConflicts(selection: Selection, owned: readonly Subscription[], offer: Offer): void {
  if (!('planId' in selection)) return;
  const live = owned.filter(isLive);
  const group = groupOf(selection, offer);
  const { recurring, usage } = listedAmounts(quoteExactly(offer.catalog, selection));
  const paid = recurring > 0 || usage !== undefined;
  if (live.some((other) => other.group === group && !(paid && givesWay(other)))) throw new BillingError('already_subscribed');
  refuseOtherCurrency(selection, owned);
}

/** Refuses a currency other than the one in which a customer pays already: Stripe bills, and shows, one at a time. */
export function refuseOtherCurrency({ currency }: Selection, owned: readonly Subscription[]): void {
  if (owned.some((other) => isLive(other) && other.currency !== currency)) throw new BillingError('currency_locked');
}

export function groupOf(selection: Selection, { catalog }: Offer): string | undefined {
  return 'planId' in selection ? findPlan(catalog, selection.planId)!.group : undefined;
}
