/** Steps 6 and 7: Stripe's facts in the words of the catalog, as the panel reads them. */
import { findAddOn, findPlan } from '@tillkit/core/catalog/lookup';
import type { ScheduledChange, Subscription, SubscriptionItem } from '@tillkit/core/subscription/subscription';
import type { Offer } from '../catalog/catalog-source.ts';
import { explainPrice, toInvoiceReceipt, toPrice } from '../receipt/invoice-receipt.ts';
import type { ItemFact, NextPaymentFact, ScheduledFact, SubscriptionFact } from '../stripe/subscription-fact.ts';
import { needsMethod } from './comes-again.ts';
import { isLive, type OwnedSubscription } from './live.ts';
import { endedWithTrial } from './trial-end.ts';

/** All subscriptions of one customer, newest first; what else there is in the same plan group tells whether a choice is due. */
export function toSubscriptions(facts: readonly SubscriptionFact[], offer: Offer, locale?: string): Subscription[] {
  const shown = facts.map((fact) => toSubscription(fact, offer, locale));
  return shown.map((subscription, index) =>
    isChoiceDue(subscription, offer) && !hasAnother(shown, index) ? { ...subscription, choiceDue: true } : subscription,
  );
}

/**
 * Whether there is another in the plan group of one that has ended, of all that a customer has, newest first: what followed, also if it
 * has ended again (what was never paid for counts for nothing), or an older one that still runs.
 */
export function hasAnother(newestFirst: readonly Subscription[], index: number): boolean {
  const { group } = newestFirst[index]!;
  const counts = (other: Subscription, at: number): boolean => (at < index ? other.status !== 'incomplete_expired' : isLive(other));
  return newestFirst.some((other, at) => at !== index && other.group === group && counts(other, at));
}

/** The same for decisions of the server: what a page need not know is beside it. */
export function toOwned(facts: readonly SubscriptionFact[], offer: Offer): OwnedSubscription[] {
  return toSubscriptions(facts, offer).map((subscription, index) => ({ ...subscription, boughtIn: facts[index]!.note.group }));
}

/** One subscription; the catalog may no longer know its products, its items then keep Stripe's ids. */
export function toSubscription(fact: SubscriptionFact, offer: Offer, locale?: string): Subscription {
  const items = inOrder(
    fact.items.map((item) => toItem(item, fact.currency, offer, locale)),
    offer,
  );
  const plan = items.find((item) => item.kind === 'plan');
  const main = fact.items.find((item) => item.id === plan?.id) ?? fact.items[0];
  const group = plan ? findPlan(offer.catalog, plan.productId)!.group : fact.note.group;
  const { trialEnd, cancelAt, endedAt, openInvoices, nextPayment } = fact;
  return {
    id: fact.id,
    customerId: fact.customerId,
    status: fact.status,
    ...(group !== undefined && { group }),
    ...(plan && { planId: plan.productId }),
    interval: main?.interval ?? 'month',
    currency: fact.currency,
    seats: plan?.quantity ?? 1,
    addOns: addOnsOf(items),
    items,
    currentPeriodStart: main?.periodStart ?? fact.created,
    currentPeriodEnd: main?.periodEnd ?? fact.created,
    ...(trialEnd !== undefined && { trialEnd }),
    ...(cancelAt !== undefined && { cancelAt }),
    ...(fact.endsByOwner && { endsByOwner: true }),
    ...(endedAt !== undefined && { endedAt }),
    ...endReasonOf(fact),
    ...(fact.collectionPaused && endedAt === undefined && { collectionPaused: resumptionOf(fact) }),
    ...(fact.changePendingUntil !== undefined && { changePendingUntil: fact.changePendingUntil }),
    ...(nextPayment && { nextPayment: toNextPayment(nextPayment, fact, offer, locale) }),
    ...(openInvoices && { openInvoices: [...openInvoices] }),
    ...(fact.scheduled && { scheduledChange: toScheduledChange(fact.scheduled, offer) }),
    hasPaymentMethod: fact.hasPaymentMethod,
    ...(needsMethod(fact) && { needsPaymentMethod: true }),
  };
}

function toNextPayment(
  { at, amount, invoice }: NextPaymentFact,
  fact: SubscriptionFact,
  offer: Offer,
  locale: string | undefined,
): NonNullable<Subscription['nextPayment']> {
  return { at, amount, ...(invoice && { receipt: toInvoiceReceipt(invoice, { offer, locale, fact }, { kind: 'at', at }) }) };
}

function toItem(item: ItemFact, currency: string, offer: Offer, locale: string | undefined): SubscriptionItem {
  const entry = offer.entryOf(item.productId);
  const catalog = offer.in(locale);
  const sold = entry?.kind === 'plan' ? findPlan(catalog, entry.id) : entry?.kind === 'add_on' ? findAddOn(catalog, entry.id) : undefined;
  const known = entry && entry.kind !== 'product' && sold ? { kind: entry.kind, productId: entry.id, name: sold.name } : undefined;
  return {
    id: item.id,
    ...(known ?? { kind: 'unknown' as const, productId: item.productId, name: item.productName ?? item.productId }),
    quantity: item.quantity,
    unitAmount: item.unitAmount,
    amount: item.amount,
    interval: item.interval,
    explanation: explainPrice(toPrice(item, currency), currency, item.quantity, item.amount),
  };
}

/** The plan first, then add-ons as the catalog lists them, then what it does not know. */
function inOrder(items: readonly SubscriptionItem[], { catalog }: Offer): SubscriptionItem[] {
  const places = new Map(catalog.addOns.map(({ id }, place) => [id, place]));
  const placeOf = ({ kind, productId }: SubscriptionItem): number => (kind === 'plan' ? -1 : (places.get(productId) ?? places.size));
  return items.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function addOnsOf(items: readonly { kind: string; productId: string; quantity: number }[]): Record<string, number> {
  return Object.fromEntries(items.filter((item) => item.kind === 'add_on').map((item) => [item.productId, item.quantity]));
}

function toScheduledChange({ at, items, byOwner }: ScheduledFact, offer: Offer): ScheduledChange {
  const known = items.flatMap(({ productId, quantity, interval }) => {
    const entry = offer.entryOf(productId);
    return entry ? [{ kind: entry.kind, productId: entry.id, quantity, interval }] : [];
  });
  const plan = known.find((item) => item.kind === 'plan');
  return {
    at,
    planId: plan?.productId ?? '',
    interval: plan?.interval ?? '',
    seats: plan?.quantity ?? 1,
    addOns: addOnsOf(known),
    ...(byOwner && { byOwner }),
  };
}

const resumptionOf = ({ collectionResumesAt: resumesAt }: SubscriptionFact): NonNullable<Subscription['collectionPaused']> =>
  resumesAt === undefined ? {} : { resumesAt };

function endReasonOf(fact: SubscriptionFact): Pick<Subscription, 'endReason'> {
  if (fact.status === 'incomplete_expired') return { endReason: 'expired' };
  if (fact.status !== 'canceled') return {};
  if (endedWithTrial(fact)) return { endReason: 'trial_ended' };
  return { endReason: fact.cancelReason === 'payment_failed' ? 'payment_failed' : 'canceled' };
}

function isChoiceDue({ endReason, planId }: Subscription, offer: Offer): boolean {
  if (endReason !== 'trial_ended' || planId === undefined) return false;
  return findPlan(offer.catalog, planId)?.trial?.end === 'choose';
}
