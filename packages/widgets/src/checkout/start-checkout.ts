/**
 * Step 4, checkout, the way there: from a selection to Stripe's page, or to a subscription at once where nothing is due.
 */
import { paths } from '@tillkit/core/contract/paths';
import type { CheckoutSessionRequest, CheckoutSessionResponse, SubscriptionResponse } from '@tillkit/core/contract/contract';
import type { PlanSelection, Selection } from '@tillkit/core/selection/selection';
import { TillCheckoutCompleteEvent } from '../checkout-complete-event.ts';
import { announce } from '../provider/announce.ts';
import { connect, TillError } from '../provider/client.ts';
import { run } from '../provider/run.ts';
import { asVisitor } from '../provider/sign-in.ts';
import type { Store } from '../provider/store.ts';
import { rememberSelection } from './remember-selection.ts';
import { browserVerifier, keepVerifier } from './verifier.ts';

/** Starts the purchase of what is selected; leaves the page for Stripe's unless nothing is due and nobody must pay. */
export async function startCheckout(store: Store, selection: Selection): Promise<void> {
  const { quote } = store.state;
  let bought: SubscriptionResponse['subscription'] | undefined;
  const begin = async (): Promise<undefined> => {
    if (store.client.signedIn && quote && !quote.cardRequired && 'planId' in selection) {
      bought = await subscribe(store, selection);
      store.set({ started: bought });
      if (bought) return undefined;
    }
    const session = await createCheckoutSession(store, selection, 'hosted_page');
    rememberSelection(selection);
    if (session.url) location.assign(session.url);
    return new Promise<undefined>(() => undefined); // stays pending until the page is gone
  };
  const begun = await run(store, 'purchase', () => asVisitor(store, begin));
  if (begun && bought) announce(store, new TillCheckoutCompleteEvent(undefined, bought));
}

/** A free plan or a trial without card, at once; undefined when the server wants a checkout after all. */
async function subscribe(store: Store, selection: PlanSelection): Promise<SubscriptionResponse['subscription'] | undefined> {
  try {
    return (await store.client.request<SubscriptionResponse>('POST', paths.subscriptions, { selection })).subscription;
  } catch (error) {
    if (error instanceof TillError && error.code === 'needs_checkout') return undefined;
    throw error;
  }
}

/** Asks the server for a checkout session and keeps the proof that this browser started it. */
export async function createCheckoutSession(
  store: Store,
  selection: Selection,
  uiMode: 'hosted_page' | 'elements',
): Promise<CheckoutSessionResponse> {
  const verifier = await browserVerifier();
  const body: CheckoutSessionRequest = {
    selection,
    uiMode,
    returnUrl: location.href,
    verifierHash: verifier.hash,
    locale: store.state.texts.language,
    ...(store.state.promotionCode && { promotionCode: store.state.promotionCode }),
  };
  const session = await connect(store).request<CheckoutSessionResponse>('POST', paths.checkoutSessions, body);
  keepVerifier(session.checkoutSessionId, verifier);
  return session;
}
