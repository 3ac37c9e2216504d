/**
 * Step 7 at Stripe: the end of a subscription at once.
 *
 * Promise: what was used until now is billed, once, and nothing else because of the end (decision 0041).
 */
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';
import { undefinedIfMissing } from './stripe-errors.ts';
import { toCancellationDetails, type Cancellation } from './subscriptions.ts';

export interface ImmediateCancellation extends Cancellation {
  /** A subscription of the same customer that stays: what both count it bills alone. */
  readonly stays?: string;
}

/** Where use is billed: a trial's is free, what stands still or never began has none. */
const billsUse: ReadonlySet<string> = new Set(['active', 'past_due', 'unpaid']);

/**
 * Ends a subscription at once, without refund; one that has ended is none to Stripe, and is as it should be. Under no key of
 * idempotency: Stripe heeds those of a POST alone.
 */
export async function cancelNow(stripe: StripeGateway, id: string, { stays, ...reason }: ImmediateCancellation = {}): Promise<void> {
  const client = await stripe();
  // Stripe forgets the use unless a last invoice is asked for; that would also bill what waits for the next one, so only where it is needed
  const last = (await hasUseToBill(client, id, stays)) ? { invoice_now: true } : {};
  await client.subscriptions.cancel(id, { ...toCancellationDetails(reason), ...last }).catch(undefinedIfMissing);
}

async function hasUseToBill(client: Stripe, id: string, stays: string | undefined): Promise<boolean> {
  const ending = await client.subscriptions.retrieve(id).catch(undefinedIfMissing);
  if (!ending || !billsUse.has(ending.status)) return false;
  const meters = metersOf(ending);
  if (meters.length === 0 || stays === undefined) return meters.length > 0;
  // a meter counts the customer's use, not that of one subscription: to bill some of it twice is worse than to bill some of it never
  const counted = metersOf(await client.subscriptions.retrieve(stays));
  return !meters.some((meter) => counted.includes(meter));
}

/** What counts the use that is paid for; a price from before there were meters counts for itself. */
const metersOf = ({ items }: Stripe.Subscription): string[] =>
  items.data.flatMap(({ price }) => (price.recurring?.usage_type === 'metered' ? [price.recurring.meter ?? price.id] : []));
