/**
 * Step 4, checkout, the way back: the buyer returns from Stripe's page.
 *
 * Promise: the page is right at once, without waiting for a webhook, and `till-checkout-complete` fires exactly once.
 */
import { returnParameters } from '@tillkit/core/contract/paths';
import { TillCheckoutCompleteEvent } from '../events.ts';
import type { Store } from '../provider/store.ts';
import { takeVerifier } from './verifier.ts';

/** Exchanges the checkout session named in the address for a session token and tells the page what was bought. */
export async function finishCheckout(store: Store): Promise<void> {
  const address = new URL(location.href);
  const checkoutSessionId = address.searchParams.get(returnParameters.checkout) ?? '';
  address.searchParams.delete(returnParameters.checkout);
  history.replaceState(history.state, '', address);
  await completeCheckout(store, checkoutSessionId);
}

/** The same for a checkout that was finished without leaving the page. */
export async function completeCheckout(store: Store, checkoutSessionId: string): Promise<void> {
  const verifier = takeVerifier(checkoutSessionId);
  if (!verifier) return;
  const done = await store.run('purchase', async () => (await store.client.signIn({ checkoutSessionId, verifier })).checkout);
  const { purchase } = store.state;
  if (done && purchase.status === 'complete') store.announce(new TillCheckoutCompleteEvent(purchase.value));
}
