/**
 * Step 4, checkout, the way back: the buyer returns from Stripe's page.
 *
 * Promise: the page is right at once, without waiting for a webhook; `till-checkout-complete` fires exactly once; whoever
 * turned back without paying finds what they had chosen.
 */
import { returnParameters } from '@tillkit/core/contract/return-parameters';
import { checkSelection } from '@tillkit/core/selection/check-selection';
import { TillCheckoutCompleteEvent } from '../checkout-complete-event.ts';
import { TillErrorEvent } from '../events.ts';
import { announce } from '../provider/announce.ts';
import { connect } from '../provider/client.ts';
import { run } from '../provider/run.ts';
import type { Store } from '../provider/store.ts';
import { recallSelection } from './remember-selection.ts';
import { takeVerifier } from './verifier.ts';

/** Does what the address asks for and takes the marks out of it. */
export async function comeBack(store: Store): Promise<void> {
  const address = new URL(location.href);
  const checkoutSessionId = address.searchParams.get(returnParameters.checkout);
  for (const mark of Object.values(returnParameters)) address.searchParams.delete(mark);
  history.replaceState(history.state, '', address);
  if (checkoutSessionId) {
    await completeCheckout(store, checkoutSessionId);
    return;
  }
  const { catalog } = store.state;
  const before = recallSelection();
  if (before && catalog.status === 'complete') store.choose(checkSelection(catalog.value, before));
}

/** Exchanges a finished checkout session for a session token and tells the page what was bought. */
export async function completeCheckout(store: Store, checkoutSessionId: string): Promise<void> {
  const verifier = takeVerifier(checkoutSessionId);
  if (!verifier) return;
  await run(store, 'purchase', async () => (await connect(store).signIn({ checkoutSessionId, verifier })).checkout);
  const { purchase } = store.state;
  if (purchase.status === 'complete') announce(store, new TillCheckoutCompleteEvent(purchase.value));
  if (purchase.status === 'error') announce(store, new TillErrorEvent(purchase.code));
}
