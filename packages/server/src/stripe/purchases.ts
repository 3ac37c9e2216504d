/** What became of a checkout that is paid once: paid, given back, or taken back by a bank. */
import type { PurchaseState } from '@tillkit/core/entitlement/access';
import type { Stripe } from 'stripe';
import type { Purchase } from '../store/purchases.ts';
import { chargeOf, stateOfCharges } from './charge-states.ts';
import type { StripeGateway } from './gateway.ts';
import { readPurchaseNote } from './metadata.ts';
import { idOf } from './price-facts.ts';
import { undefinedIfMissing } from './stripe-errors.ts';

/** The purchase in a finished checkout of ours; undefined for any other session. */
export async function readPurchase(stripe: StripeGateway, checkoutSessionId: string): Promise<Purchase | undefined> {
  const client = await stripe();
  const session = await client.checkout.sessions
    .retrieve(checkoutSessionId, { expand: ['line_items', 'payment_intent.latest_charge'] })
    .catch(undefinedIfMissing);
  const { productId } = readPurchaseNote(session?.metadata ?? null);
  if (!session || session.mode !== 'payment' || session.status !== 'complete' || !session.customer || productId === undefined)
    return undefined;
  const quantity = session.line_items?.data[0]?.quantity ?? 1;
  return { checkoutSessionId, customerId: idOf(session.customer), productId, quantity, state: await stateOf(client, session) };
}

/** Ids of all checkouts of the account in which something of ours was bought alone, newest first. */
export async function* eachPurchase(stripe: StripeGateway): AsyncGenerator<string> {
  const client = await stripe();
  for await (const { id, mode, metadata } of client.checkout.sessions.list({ status: 'complete', limit: 100 }))
    if (mode === 'payment' && readPurchaseNote(metadata).productId !== undefined) yield id;
}

async function stateOf(
  client: Stripe,
  { payment_status: payment, payment_intent: intent }: Stripe.Checkout.Session,
): Promise<PurchaseState> {
  if (payment === 'no_payment_required') return 'paid';
  return payment === 'paid' ? stateOfCharges(client, chargeOf(intent)) : 'processing';
}
