/** What became of a checkout that is paid once: paid, given back, or taken back by a bank. */
import type { PurchaseState } from '@tillkit/core/entitlement/access';
import type { Stripe } from 'stripe';
import type { Purchase } from '../store/purchases.ts';
import type { StripeGateway } from './gateway.ts';
import { readPurchaseNote } from './metadata.ts';
import { idOf } from './price-facts.ts';
import { undefinedIfMissing } from './stripe-errors.ts';

/** A dispute that leaves the money where it is: one that was won, or an inquiry, for which a bank takes nothing yet. */
const harmless: ReadonlySet<string> = new Set(['won', 'prevented', 'warning_needs_response', 'warning_under_review', 'warning_closed']);

/** The purchase in a finished checkout of ours; undefined for any other session. */
export async function readPurchase(stripe: StripeGateway, checkoutSessionId: string): Promise<Purchase | undefined> {
  const client = await stripe();
  const session = await client.checkout.sessions
    .retrieve(checkoutSessionId, { expand: ['payment_intent.latest_charge'] })
    .catch(undefinedIfMissing);
  const { productId } = readPurchaseNote(session?.metadata ?? null);
  if (!session || session.mode !== 'payment' || session.status !== 'complete' || !session.customer || productId === undefined)
    return undefined;
  return { checkoutSessionId, customerId: idOf(session.customer), productId, state: await stateOf(client, session) };
}

/** Ids of all checkouts of the account in which something of ours was bought alone, newest first. */
export async function* eachPurchase(stripe: StripeGateway): AsyncGenerator<string> {
  const client = await stripe();
  for await (const { id, mode, metadata } of client.checkout.sessions.list({ status: 'complete', limit: 100 }))
    if (mode === 'payment' && readPurchaseNote(metadata).productId !== undefined) yield id;
}

async function stateOf(client: Stripe, session: Stripe.Checkout.Session): Promise<PurchaseState> {
  if (session.payment_status === 'no_payment_required') return 'paid';
  if (session.payment_status !== 'paid') return 'processing';
  const intent = session.payment_intent;
  const charge = intent && typeof intent === 'object' ? intent.latest_charge : null;
  if (!intent || !charge || typeof charge === 'string') return 'paid';
  if (charge.refunded) return 'refunded';
  if (!charge.disputed) return 'paid';
  const { data } = await client.disputes.list({ payment_intent: idOf(intent), limit: 100 });
  return data.some(({ status }) => !harmless.has(status)) ? 'disputed' : 'paid';
}
