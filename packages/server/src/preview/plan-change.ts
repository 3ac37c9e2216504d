/**
 * Step 7, panel: what a wished change means for a running subscription.
 *
 * Promise: pure; the wish names the whole target, what it does not name stays as it is, also at the price the customer
 * has always paid.
 */
import type { Price } from '@tillkit/core/catalog/catalog';
import { findAddOn, findPlan, addOnPrice, isOneTime, planPrice } from '@tillkit/core/catalog/lookup';
import type { ChangeTarget } from '@tillkit/core/contract/contract';
import { roundShare } from '@tillkit/core/money/exact';
import { rateQuantity } from '@tillkit/core/pricing/price-rate';
import type { Explanation } from '@tillkit/core/receipt/receipt';
import { yearlyAmount } from '@tillkit/core/quote/interval-saving';
import { selectPlan } from '@tillkit/core/selection/choose';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import type { Offer } from '../catalog/catalog-source.ts';
import { acceptSelection } from '../checkout/accept-selection.ts';
import { pricedLine } from '../checkout/priced-lines.ts';
import { BillingError } from '../http/billing-error.ts';
import { explainPrice, toPrice } from '../receipt/invoice-receipt.ts';
import type { PlannedMode } from '../stripe/change-money.ts';
import type { ItemFact, SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { ItemChange, PricedLine } from '../stripe/subscriptions.ts';
import { isFree } from '../subscription/live.ts';
import { refuseLargerTrial } from '../subscription/trial-quantities.ts';
import { toSubscription } from '../subscription/to-subscription.ts';

export interface PlannedChange {
  /** The whole target, checked against the catalog. */
  readonly target: PlanSelection;
  /** What to do with the items now. */
  readonly items: readonly ItemChange[];
  /** All recurring items afterwards, for a change that waits, each with the item whose place it takes. */
  readonly lines: readonly (PricedLine & { readonly itemId?: string })[];
  /** What every renewal consists of afterwards, at the prices that the customer pays then. */
  readonly renewal: readonly RenewalLine[];
  /** Minor units of every renewal afterwards, before tax and credit. */
  readonly recurring: number;
  readonly mode: PlannedMode;
  readonly effective: 'now' | 'period_end';
  /** New minus old whole price of an interval, minor units, before tax and credit. */
  readonly difference: number;
}

/** One item of a renewal. */
export interface RenewalLine {
  readonly kind: 'plan' | 'add_on' | 'other';
  /** Of the catalog, or Stripe's product where the catalog does not know it. */
  readonly id: string;
  readonly productName?: string;
  readonly quantity: number;
  readonly interval: string;
  readonly amount: number;
  readonly explanation: readonly Explanation[];
}

/** Plans a change; throws when the catalog does not sell the target or the status forbids any change. */
export function planChange(fact: SubscriptionFact, wish: ChangeTarget, offer: Offer): PlannedChange {
  const changeable = (fact.status === 'active' || fact.status === 'trialing') && fact.cancelAt === undefined;
  if (!changeable) throw new BillingError('not_possible_now');
  if (fact.scheduleId !== undefined && !fact.scheduleNote)
    throw new BillingError('not_possible_now', { detail: 'The owner of the site has planned how this subscription goes on.' });
  const target = toTarget(fact, wish, offer);
  const wanted = wantedLines(target, fact, offer);
  const items = itemChanges(fact, wanted, offer);
  const renewal = [...wanted.map(({ line }) => line), ...untouchedItems(fact, offer).map((item) => untouchedLine(item, fact.currency))];
  const recurring = amountOf(renewal);
  // what there is costs nothing to have, whatever a change would
  const mode = items.length === 0 ? 'no_charge' : modeOf(fact, target, renewal, offer);
  if (fact.status === 'trialing' && mode === 'no_charge')
    refuseLargerTrial(target, toSubscription(fact, offer), fact.note.trialStart, offer);
  return {
    target,
    items,
    lines: toLines(fact, wanted, offer),
    renewal,
    recurring,
    mode,
    effective: mode === 'at_period_end' ? 'period_end' : 'now',
    difference: recurring - amountOf(fact.items),
  };
}

/** The wish laid over what the customer has; a new plan keeps the add-ons that it offers unless the wish names them. */
function toTarget(fact: SubscriptionFact, wish: ChangeTarget, offer: Offer): PlanSelection {
  const { catalog } = offer;
  const { planId, interval, currency, seats, addOns } = toSubscription(fact, offer);
  if (planId === undefined)
    throw new BillingError('not_possible_now', { detail: 'The catalog does not know the plan of this subscription.' });
  let target: PlanSelection = { planId, interval, currency, seats, addOns };
  if (wish.planId !== undefined && wish.planId !== planId) {
    const moved = selectPlan(catalog, { ...target, interval: wish.interval ?? interval }, wish.planId);
    if (!moved.ok) throw new BillingError(moved.code);
    // another group's rules, one live subscription and one trial, are kept by a purchase
    if (findPlan(catalog, moved.selection.planId)?.group !== findPlan(catalog, planId)?.group)
      throw new BillingError('not_possible_now', { detail: 'A change stays within the plan group.' });
    target = moved.selection;
  }
  const wished = {
    ...(wish.interval !== undefined && { interval: wish.interval }),
    ...(wish.seats !== undefined && { seats: wish.seats }),
  };
  const named = wish.addOns && Object.fromEntries(Object.entries(wish.addOns).filter(([, quantity]) => quantity > 0));
  const accepted = acceptSelection(catalog, { ...target, ...wished, ...(named && { addOns: named }) }) as PlanSelection;
  refuseOneTime(accepted, offer);
  return accepted;
}

/** What is paid once belongs to a purchase: on a change Stripe would leave it pending until the next renewal. */
function refuseOneTime({ addOns }: PlanSelection, { catalog }: Offer): void {
  const once = Object.keys(addOns).find((id) => isOneTime(findAddOn(catalog, id)!));
  if (once !== undefined) throw new BillingError('one_time_add_on_in_change', { detail: `It is about "${once}".` });
}

interface WantedLine {
  readonly key: string;
  readonly priced: PricedLine;
  readonly line: RenewalLine;
  /** Minor units of the whole interval. */
  readonly amount: number;
}

function wantedLines(target: PlanSelection, fact: SubscriptionFact, offer: Offer): WantedLine[] {
  const { catalog } = offer;
  const { planId, interval, seats, addOns } = target;
  const lines = [
    { kind: 'plan' as const, id: planId, price: planPrice(catalog, planId, interval)!, quantity: seats },
    ...Object.entries(addOns).map(([id, quantity]) => ({
      kind: 'add_on' as const,
      id,
      price: addOnPrice(findAddOn(catalog, id)!, interval)!,
      quantity,
    })),
  ];
  return lines.map(({ kind, id, price, quantity }) => {
    const key = `${kind}:${id}`;
    const had = fact.items.find((item) => keyOf(item, offer) === key && item.interval === interval);
    const paid = had ? toPrice(had, target.currency) : price;
    const amount = amountAt(paid, target.currency, quantity);
    return {
      key,
      line: { kind, id, quantity, interval, amount, explanation: explainPrice(paid, target.currency, quantity, amount) },
      priced: pricedLine(had?.priceId ?? offer.priceId(price.id), paid, quantity),
      amount,
    };
  });
}

/**
 * The items that a target speaks of: the plan and its add-ons. Everything else is the owner's: what the catalog sells alone or not
 * at all, and a plan beside the one that the subscription is shown as.
 */
function chosenItems({ items }: SubscriptionFact, offer: Offer): ItemFact[] {
  const plan = items.find((item) => isPlan(item, offer));
  return items.filter((item) => item === plan || offer.entryOf(item.productId)?.kind === 'add_on');
}

function untouchedItems(fact: SubscriptionFact, offer: Offer): ItemFact[] {
  const chosen = new Set(chosenItems(fact, offer));
  return fact.items.filter((item) => !chosen.has(item));
}

/** What is recurring afterwards: what is wanted, and what stays as it is. */
function toLines(fact: SubscriptionFact, wanted: readonly WantedLine[], offer: Offer): PlannedChange['lines'] {
  const placeOf = itemFinder(fact, offer);
  return [
    ...wanted.map(({ key, priced }) => {
      const itemId = placeOf(key)?.id;
      return { ...priced, ...(itemId !== undefined && { itemId }) };
    }),
    ...untouchedItems(fact, offer).map((item) => ({ itemId: item.id, ...pricedLine(item.priceId, item, item.quantity) })),
  ];
}

/** Finds the item that stands for a plan or an add-on; whatever plan there is stands for any plan. */
function itemFinder(fact: SubscriptionFact, offer: Offer): (key: string) => ItemFact | undefined {
  const chosen = chosenItems(fact, offer);
  return (key) => chosen.find((item) => (key.startsWith('plan:') ? isPlan(item, offer) : keyOf(item, offer) === key));
}

/** Changes item by item: the plan's item becomes the new plan's, so that Stripe sees a change and not a new beginning. */
function itemChanges(fact: SubscriptionFact, wanted: readonly WantedLine[], offer: Offer): ItemChange[] {
  const itemFor = itemFinder(fact, offer);
  const kept = new Set(wanted.map(({ key }) => itemFor(key)?.id));
  const changes = wanted.flatMap(({ key, priced }): ItemChange[] => {
    const item = itemFor(key);
    if (!item) return [{ kind: 'add', ...priced }];
    const same = item.priceId === priced.priceId && item.quantity === (priced.quantity ?? item.quantity);
    return same ? [] : [{ kind: 'keep', itemId: item.id, ...priced }];
  });
  const removed = chosenItems(fact, offer)
    .filter((item) => !kept.has(item.id))
    .map((item): ItemChange => ({ kind: 'remove', itemId: item.id }));
  return [...changes, ...removed];
}

function keyOf({ productId }: ItemFact, offer: Offer): string {
  const entry = offer.entryOf(productId);
  return entry ? `${entry.kind}:${entry.id}` : '';
}

const isPlan = ({ productId }: ItemFact, offer: Offer): boolean => offer.entryOf(productId)?.kind === 'plan';

const amountAt = (price: Price, currency: string, quantity: number): number => roundShare(rateQuantity(price, currency, quantity).exact);

function untouchedLine(item: ItemFact, currency: string): RenewalLine {
  const { productId, productName, quantity, amount, interval } = item;
  const explanation = explainPrice(toPrice(item, currency), currency, quantity, amount);
  return { kind: 'other', id: productId, ...(productName !== undefined && { productName }), quantity, interval, amount, explanation };
}

const amountOf = (lines: readonly { readonly amount: number }[]): number => lines.reduce((sum, { amount }) => sum + amount, 0);

/**
 * Whether a change is an upgrade: it makes renewals dearer, or come less often. A shorter interval and a lower price are
 * a downgrade; the owner says for each plan what either does.
 */
function directionOf(fact: SubscriptionFact, target: PlanSelection, recurring: number, offer: Offer): 'upgrade' | 'downgrade' {
  const { interval } = toSubscription(fact, offer);
  const lengthening = yearlyAmount(1_000_000, interval) - yearlyAmount(1_000_000, target.interval);
  if (lengthening !== 0) return lengthening > 0 ? 'upgrade' : 'downgrade';
  return recurring < amountOf(fact.items) ? 'downgrade' : 'upgrade';
}

/**
 * What the change does about money. In a trial nothing is charged, unless the new plan has none, which ends it; from a free plan
 * everything is charged now. Where the interval changes Stripe begins a new period, so the whole difference is prorated and a change without charge waits.
 */
function modeOf(fact: SubscriptionFact, target: PlanSelection, renewal: readonly RenewalLine[], offer: Offer): PlannedMode {
  if (fact.status === 'trialing') return keepsTrial(fact, target, renewal, offer) ? 'no_charge' : 'end_trial';
  if (isFree(fact)) return 'prorate_now';
  const mode = offer.changesOf(target.planId)[directionOf(fact, target, amountOf(renewal), offer)];
  if (target.interval === toSubscription(fact, offer).interval) return mode;
  return mode === 'difference_now' ? 'prorate_now' : mode === 'no_charge' ? 'at_period_end' : mode;
}

/** A trial goes on in its own plan, in another one with a trial, and in what costs nothing. */
function keepsTrial(fact: SubscriptionFact, { planId }: PlanSelection, renewal: readonly RenewalLine[], offer: Offer): boolean {
  return (
    isFree({ items: renewal }) || planId === toSubscription(fact, offer).planId || findPlan(offer.catalog, planId)?.trial !== undefined
  );
}
