/** Step 6 at Stripe: by what somebody on trial may be known again. */
import type { StripeGateway } from './gateway.ts';
import { readPurchaseNote } from './metadata.ts';
import { idOf } from './price-facts.ts';
import { undefinedIfMissing } from './stripe-errors.ts';

export interface TrialPayer {
  readonly customerId: string;
  /** Plan group that the purchase was noted with. */
  readonly group: string;
  /**
   * Stripe's name for the card's number, the same for every customer of the account. Absent without a card, and for Link and
   * bank accounts; a wallet's is that of the device.
   */
  readonly fingerprint?: string;
  /** As it was typed. */
  readonly email?: string;
}

/** Who is on trial; undefined when the subscription is on none (any more), and for one that was not sold here. */
export async function readTrialPayer(stripe: StripeGateway, subscriptionId: string): Promise<TrialPayer | undefined> {
  const client = await stripe();
  const expand = ['default_payment_method', 'customer.invoice_settings.default_payment_method'];
  const subscription = await client.subscriptions.retrieve(subscriptionId, { expand }).catch(undefinedIfMissing);
  if (subscription?.status !== 'trialing') return undefined;
  const { group } = readPurchaseNote(subscription.metadata);
  // what the owner made at Stripe is in no plan group: none of it is another's second trial
  if (group === undefined) return undefined;
  const customer = typeof subscription.customer === 'string' || subscription.customer.deleted ? undefined : subscription.customer;
  const method = subscription.default_payment_method ?? customer?.invoice_settings.default_payment_method;
  const fingerprint = method && typeof method === 'object' ? method.card?.fingerprint : undefined;
  return {
    customerId: idOf(subscription.customer),
    group,
    ...(fingerprint && { fingerprint }),
    ...(customer?.email && { email: customer.email }),
  };
}
