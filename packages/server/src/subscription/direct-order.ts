import { findPlan } from '@tillkit/core/catalog/lookup';
import type { SubscriptionRequest } from '@tillkit/core/contract/contract';
import { quoteExactly } from '@tillkit/core/quote/quote-exactly';
import type { Offer } from '../catalog/catalog-source.ts';
import { groupOf, trialAvailable } from '../checkout/buyer.ts';
import { toPricedLines } from '../checkout/priced-lines.ts';
import { demandShown } from '../checkout/shown-amounts.ts';
import { BillingError } from '../http/billing-error.ts';
import { hashSecret } from '../identity/session-token.ts';
import { cancelNow } from '../stripe/cancel-now.ts';
import type { StripeGateway } from '../stripe/gateway.ts';
import { pastKeptAnswer } from '../stripe/kept-answers.ts';
import { noteOf } from '../stripe/metadata.ts';
import { createSubscription, listRunning, type NewSubscription } from '../stripe/subscriptions.ts';
import type { Till } from '../till.ts';
import type { OwnedSubscription } from './live.ts';
import { refuseLargeTrial, trialStartOf } from './trial-quantities.ts';

export interface DirectOrder extends Omit<NewSubscription, 'customerId' | 'idempotencyKey'> {
  /** The same for a repeated request, another for another order and once there was another subscription of the plan group. */
  readonly attempt: string;
}

/** A free plan, or a trial without a card: what starts at once. Throws `needs_checkout` when anything is due or a card is needed. */
export function toDirectOrder({ selection, shown }: SubscriptionRequest, owned: readonly OwnedSubscription[], offer: Offer): DirectOrder {
  const quote = quoteExactly(offer.catalog, selection, { trialAvailable: trialAvailable(selection, owned, offer) });
  demandShown(shown, quote);
  const trial = quote.trial && findPlan(offer.catalog, selection.planId)!.trial;
  // what is paid or used after a trial is taxed by the buyer's address, which the checkout asks for
  const needsAddress = trial && offer.catalog.tax !== 'none';
  if (quote.cardRequired || needsAddress) throw new BillingError('needs_checkout');
  const group = groupOf(selection, offer);
  if (trial) refuseLargeTrial(selection, offer);
  const { recurring } = toPricedLines(selection, offer);
  const order = {
    currency: selection.currency,
    lines: recurring,
    ...(trial && { trial }),
    note: { ...noteOf(selection, group), ...(trial && trialStartOf(selection)) },
  };
  // All that Stripe is asked for: under one key it takes one and the same request only, and a price may have changed since.
  // And what was or may have been bought in the group before: what an earlier order has begun is no answer to a later one.
  const earlier = owned.filter(({ boughtIn = group }) => boughtIn === group).map(({ id }) => id);
  const attempt = `${group}:${hashSecret(JSON.stringify([earlier.toSorted(), order]))}`;
  return { ...order, attempt };
}

/**
 * Starts it at Stripe and answers its id; the same order twice is one subscription, whoever asks for it. What was started
 * for a customer who was erased meanwhile, or where `demandOwned` throws a refusal, is ended again.
 */
export async function startDirectly(
  till: Pick<Till, 'stripe' | 'store' | 'now'>,
  customerId: string,
  order: DirectOrder,
  demandOwned?: () => Promise<void>,
): Promise<string> {
  const { stripe, store, now } = till;
  // before Stripe is asked: its event may be here before its answer
  const before = new Set((await store.subscriptions.ofCustomer(customerId)).map((fact) => fact.id));
  const id = await pastKeptAnswer(
    `subscribe:${customerId}:${order.attempt}`,
    now(),
    (idempotencyKey) => createSubscription(stripe, { ...order, customerId, idempotencyKey }),
    () => findStarted(stripe, customerId, order, before),
  );
  try {
    await demandOwned?.();
    if (await store.erased.has(customerId)) throw new BillingError('signed_out');
  } catch (error) {
    if (error instanceof BillingError) await cancelNow(stripe, id);
    throw error;
  }
  return id;
}

/** What runs at Stripe by this order: of its plan, and not there before, which the order has read. */
async function findStarted(
  stripe: StripeGateway,
  customerId: string,
  { note: { planId } }: DirectOrder,
  before: ReadonlySet<string>,
): Promise<string | undefined> {
  const running = await listRunning(stripe, customerId);
  return running.find(({ id, note }) => !before.has(id) && note.planId === planId)?.id;
}
