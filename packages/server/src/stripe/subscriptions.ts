/** Steps 6 and 7 at Stripe: reading subscriptions, and the writes that the panel and direct creation need. */
import type { Trial } from '@tillkit/core/catalog/catalog';
import type { Stripe } from 'stripe';
import { readDebt } from './debt.ts';
import type { StripeGateway } from './gateway.ts';
import { allLines, discountNames, toInvoiceReading } from './invoice-reading.ts';
import { clearedCancelNote, readPurchaseNote, writeCancelNote, writePurchaseNote, type PurchaseNote } from './metadata.ts';
import { readOneTimeItems } from './one-time-items.ts';
import { idOf } from './price-facts.ts';
import { withAllTiers } from './price-models.ts';
import { hasNoUpcomingInvoice, isFinal, isMissing, undefinedIfMissing } from './stripe-errors.ts';
import { subscriptionExpansions, toSubscriptionFact, type BesideFact, type SubscriptionFact } from './subscription-fact.ts';

/** What is sold at Stripe: a price and how many. */
export interface PricedLine {
  readonly priceId: string;
  /** Absent where use is counted: Stripe refuses a number beside it. */
  readonly quantity?: number;
}

/** Readings of a subscription that changes while it is read. */
const maxReadings = 3;

/** A subscription as Stripe has it now, with what its next invoice will be; undefined when it does not exist. */
export async function readSubscription(stripe: StripeGateway, id: string): Promise<SubscriptionFact | undefined> {
  const client = await stripe();
  for (let reading = 1; ; reading += 1) {
    const subscription = await client.subscriptions.retrieve(id, { expand: subscriptionExpansions }).catch(undefinedIfMissing);
    if (!subscription) return undefined;
    try {
      const priced = await withTiers(client, subscription);
      const nextPayment = await readNextPayment(client, subscription);
      return toSubscriptionFact(priced, { ...(nextPayment && { nextPayment }), ...(await readBeside(client, subscription)) });
    } catch (error) {
      // it ended, or lost its schedule, since it was retrieved
      const torn = isMissing(error) || hasNoUpcomingInvoice(error);
      if (torn && reading < maxReadings) continue;
      // nothing comes next, or what was planned Stripe does not price any more: that hides nothing else
      if (hasNoUpcomingInvoice(error) || (isFinal(error) && !torn))
        return toSubscriptionFact(await withTiers(client, subscription), await readBeside(client, subscription));
      throw error;
    }
  }
}

/** Tiers in another currency than the price's own lie too deep to be expanded with the subscription. */
async function withTiers(client: Stripe, subscription: Stripe.Subscription): Promise<Stripe.Subscription> {
  const { currency, items } = subscription;
  const data = await Promise.all(items.data.map(async (item) => ({ ...item, price: await withAllTiers(client, item.price, [currency]) })));
  return { ...subscription, items: { ...items, data } };
}

/** The subscription that an invoice, a credit note or a schedule belongs to, if any. */
export async function subscriptionBehind(stripe: StripeGateway, kind: string, id: string): Promise<string | undefined> {
  const client = await stripe();
  try {
    if (kind === 'subscription_schedule') {
      const { subscription } = await client.subscriptionSchedules.retrieve(id);
      return subscription ? idOf(subscription) : undefined;
    }
    const invoice = kind === 'credit_note' ? idOf((await client.creditNotes.retrieve(id)).invoice) : id;
    const subscription = (await client.invoices.retrieve(invoice)).parent?.subscription_details?.subscription;
    return subscription ? idOf(subscription) : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A subscription as a list shows it, which is enough to see whether our copy is up to date. */
export interface SeenSubscription {
  readonly id: string;
  /** Whether a copy agrees in everything that a list shows. */
  sameAs(known: SubscriptionFact): boolean;
}

/** Every subscription of the account, ended ones too. */
export async function* eachSubscription(stripe: StripeGateway): AsyncGenerator<SeenSubscription> {
  const client = await stripe();
  for await (const subscription of client.subscriptions.list({ status: 'all', limit: 100 })) {
    const shape = shapeOf(toSubscriptionFact(subscription));
    yield { id: subscription.id, sameAs: (known) => shapeOf(known) === shape };
  }
}

/** What a list shows of a subscription without expansions, as comparable text. */
function shapeOf({ id, customerId, status, items, trialEnd, cancelAt, endedAt, cancelReason, collectionPaused }: SubscriptionFact): string {
  const lines = items.map(({ id: itemId, priceId, quantity, periodStart, periodEnd }) => [
    itemId,
    priceId,
    quantity,
    periodStart,
    periodEnd,
  ]);
  return JSON.stringify([id, customerId, status, lines, trialEnd, cancelAt, endedAt, cancelReason, collectionPaused]);
}

export interface ListedSubscription {
  readonly id: string;
  readonly status: string;
  readonly note: PurchaseNote;
}

/** All subscriptions that a customer ever had, newest first. */
export async function listSubscriptions(stripe: StripeGateway, customerId: string): Promise<ListedSubscription[]> {
  const client = await stripe();
  const found: ListedSubscription[] = [];
  for await (const { id, status, metadata } of client.subscriptions.list({ customer: customerId, status: 'all', limit: 100 }))
    found.push({ id, status, note: readPurchaseNote(metadata) });
  return found;
}

/** What its invoices tell. */
async function readBeside(client: Stripe, subscription: Stripe.Subscription): Promise<BesideFact> {
  const { open, ...told } = await readDebt(client, subscription);
  const oneTime = readPurchaseNote(subscription.metadata).oneTime && (await readOneTimeItems(client, subscription));
  return {
    ...(open.length > 0 && { openInvoices: open }),
    ...told,
    ...(oneTime && { oneTime }),
  };
}

/** A customer's subscriptions that have not ended; a customer who was deleted has none. */
export async function listRunning(stripe: StripeGateway, customerId: string): Promise<ListedSubscription[]> {
  const all = (await listSubscriptions(stripe, customerId).catch(undefinedIfMissing)) ?? [];
  return all.filter(({ status }) => status !== 'canceled' && status !== 'incomplete_expired');
}

/** Stripe's upcoming invoice, for subscriptions that renew. */
async function readNextPayment(client: Stripe, subscription: Stripe.Subscription): Promise<BesideFact['nextPayment']> {
  const { status, cancel_at: cancelAt, pause_collection: pause, items } = subscription;
  const at = Math.min(...items.data.map((item) => item.current_period_end));
  const renews = ['trialing', 'active', 'past_due'].includes(status) && (cancelAt === null || cancelAt > at) && !pause;
  if (!renews) return undefined;
  const invoice = await client.invoices.createPreview(
    subscription.schedule
      ? { schedule: typeof subscription.schedule === 'string' ? subscription.schedule : subscription.schedule.id }
      : { subscription: subscription.id },
  );
  // what is told in passing does not wait for lines that cannot be had: a receipt names their sum
  const lines = (await allLines(client, invoice).catch(undefinedIfMissing)) ?? invoice.lines.data;
  return {
    at,
    amount: invoice.amount_due,
    invoice: toInvoiceReading(invoice, lines, discountNames(subscription.discounts)),
  };
}

export interface NewSubscription {
  readonly customerId: string;
  readonly currency: string;
  readonly lines: readonly PricedLine[];
  readonly trial?: Trial;
  readonly note: PurchaseNote;
  readonly idempotencyKey: string;
}

/** Creates a subscription for which nothing is due now; returns its id. */
export async function createSubscription(stripe: StripeGateway, order: NewSubscription): Promise<string> {
  const client = await stripe();
  const { id } = await client.subscriptions.create(
    {
      customer: order.customerId,
      currency: order.currency,
      items: order.lines.map(toItem),
      billing_mode: { type: 'flexible' },
      payment_behavior: 'error_if_incomplete',
      metadata: { ...writePurchaseNote(order.note) },
      ...toTrialParams(order.trial),
    },
    { idempotencyKey: order.idempotencyKey },
  );
  return id;
}

/** Trial parameters, the same for a checkout session; `choose` and `free` are Stripe's `cancel` (decisions 0004, 0016). */
export function toTrialParams(trial: Trial | undefined) {
  if (!trial) return {};
  const end = trial.end === 'choose' || trial.end === 'free' ? 'cancel' : trial.end;
  return {
    trial_period_days: trial.days,
    trial_settings: { end_behavior: { missing_payment_method: end } },
  } satisfies Stripe.SubscriptionCreateParams;
}

/** The same for checkouts, previews and phases. */
export function toItem({ priceId, quantity }: PricedLine): { price: string; quantity?: number } {
  return { price: priceId, ...(quantity !== undefined && { quantity }) };
}

/** One item of a subscription after a change: kept with a new price or quantity, added, or removed. */
export type ItemChange =
  | ({ readonly kind: 'keep'; readonly itemId: string } & PricedLine)
  | ({ readonly kind: 'add' } & PricedLine)
  | { readonly kind: 'remove'; readonly itemId: string };

export function toItemParams(changes: readonly ItemChange[]) {
  return changes.map((change) => {
    if (change.kind === 'remove') return { id: change.itemId, deleted: true };
    return { ...(change.kind === 'keep' && { id: change.itemId }), ...toItem(change) };
  });
}

export interface Cancellation {
  readonly feedback?: string | undefined;
  readonly comment?: string | undefined;
}

/** What tells whether something was done to a subscription; undefined when it does not exist. */
export interface SubscriptionMarks {
  /** The last change of items. */
  readonly changeId?: string;
  readonly scheduleId?: string;
  readonly cancelAt?: number;
}

export async function readMarks(stripe: StripeGateway, id: string): Promise<SubscriptionMarks | undefined> {
  const client = await stripe();
  const subscription = await client.subscriptions.retrieve(id).catch(undefinedIfMissing);
  if (!subscription) return undefined;
  const { schedule, metadata, cancel_at: cancelAt } = subscription;
  const { changeId } = readPurchaseNote(metadata);
  return {
    ...(changeId && { changeId }),
    ...(schedule && { scheduleId: idOf(schedule) }),
    ...(cancelAt !== null && { cancelAt }),
  };
}

export interface PeriodEndCancellation {
  readonly reason: Cancellation;
  /** When that will be, Unix seconds. */
  readonly cancelAt: number;
  /** What the customer had planned, as text of ours. */
  readonly planned?: string;
}

/** Lets a subscription run to the end of what is paid, and notes that it was the customer who said so. */
export async function cancelAtPeriodEnd(
  stripe: StripeGateway,
  id: string,
  { reason, cancelAt, planned = '' }: PeriodEndCancellation,
  idempotencyKey: string,
): Promise<void> {
  const client = await stripe();
  const metadata = { ...writeCancelNote(cancelAt, planned) };
  await client.subscriptions.update(id, { cancel_at_period_end: true, metadata, ...toCancellationDetails(reason) }, { idempotencyKey });
}

export function toCancellationDetails({ feedback, comment }: Cancellation) {
  const details = { ...(feedback !== undefined && { feedback }), ...(comment !== undefined && { comment }) };
  return Object.keys(details).length > 0 ? { cancellation_details: details as Stripe.SubscriptionUpdateParams.CancellationDetails } : {};
}

/** Takes a cancellation back; what was `planned` before stays written down until it is planned again. */
export async function keepRunning(stripe: StripeGateway, id: string, planned: boolean, idempotencyKey: string): Promise<void> {
  const client = await stripe();
  const metadata = planned ? {} : { metadata: { ...clearedCancelNote } };
  await client.subscriptions.update(id, { cancel_at_period_end: false, ...metadata }, { idempotencyKey });
}

/** What was planned before is planned again. */
export async function forgetKeptPlan(stripe: StripeGateway, id: string): Promise<void> {
  const client = await stripe();
  await client.subscriptions.update(id, { metadata: { ...clearedCancelNote } });
}

/** Takes a pause of collection back. */
export async function resumeCollection(stripe: StripeGateway, id: string, idempotencyKey: string): Promise<void> {
  const client = await stripe();
  await client.subscriptions.update(id, { pause_collection: '' }, { idempotencyKey });
}

/** Brings a subscription of status `paused` back; it is charged at once, and stays paused until that is paid. */
export async function resumePaused(stripe: StripeGateway, id: string, idempotencyKey: string): Promise<void> {
  const client = await stripe();
  await client.subscriptions.resume(
    id,
    { billing_cycle_anchor: { type: 'now' }, payment_behavior: 'resume_on_payment_success' },
    { idempotencyKey },
  );
}

/** Stops a subscription until it is resumed; what is paid and not used becomes credit (Stripe's default). */
export async function pause(stripe: StripeGateway, id: string, idempotencyKey: string): Promise<void> {
  const client = await stripe();
  await client.subscriptions.pause(id, { type: 'subscription' }, { idempotencyKey });
}
