/**
 * Step 4, checkout, on the owner's page: one checkout session with Stripe's payment element.
 *
 * Promise: nothing is asked of Stripe before `open`; card details stay inside Stripe's iframe.
 */
import type { Selection } from '@tillkit/core/selection/selection';
import { loadStripe } from '@stripe/stripe-js/pure';
import { buyerMaxAge, createCheckoutSession } from '../checkout/start-checkout.ts';
import { TillError } from '../provider/client.ts';
import { asVisitor } from '../provider/sign-in.ts';
import type { Store } from '../provider/store.ts';
import { within } from '../provider/time-limit.ts';

/** For Stripe's script and fields to be there. */
const patienceMilliseconds = 20_000;
/** For a payment, a bank's questions to the buyer included. */
const confirmMilliseconds = 10 * 60_000;

/** The part of Stripe.js (release train endive) that the card form uses. */
interface CheckoutSdk {
  createPaymentElement(): { mount(place: HTMLElement): void; on(name: string, listener: () => void): unknown; destroy(): void };
  changeAppearance(appearance: object): void;
  loadActions(): Promise<{ type: 'success'; actions: Actions } | { type: 'error' }>;
}
interface Actions {
  confirm(options: {
    email?: string;
    redirect: 'if_required';
  }): Promise<{ type: 'success' } | { type: 'error'; error: { message: string } }>;
}

/** A payment that can be confirmed. */
export interface CardPayment {
  readonly checkoutSessionId: string;
  /** Undefined when it went well, else Stripe's sentence for the buyer. */
  confirm(email: string | undefined): Promise<string | undefined>;
  changeAppearance(appearance: object): void;
  close(): void;
}

/** Opens a checkout session for `selection` and mounts Stripe's fields in `place`, which lies in the document's light DOM. */
export async function openPayment(
  store: Store,
  selection: Selection,
  place: HTMLElement,
  appearance: object,
  publishableKey: string,
): Promise<CardPayment> {
  const [stripe, session] = await Promise.all([
    within(patienceMilliseconds, loadStripe(publishableKey)).catch(() => null),
    asVisitor(store, () => createCheckoutSession(store, selection, 'elements'), buyerMaxAge),
  ]);
  if (!stripe || !session.clientSecret) throw new TillError('stripe_unavailable');
  const { language } = store.state.texts;
  const sdk = (stripe as unknown as { initCheckoutElementsSdk(options: object): CheckoutSdk }).initCheckoutElementsSdk({
    clientSecret: session.clientSecret,
    elementsOptions: { appearance, locale: language },
  });
  const element = sdk.createPaymentElement();
  const ready = new Promise<void>((resolve, reject) => {
    element.on('ready', () => resolve());
    element.on('loaderror', () => reject(new TillError('stripe_unavailable')));
  });
  element.mount(place);
  // a frame that something blocks stays silent: its fields would never be there
  const [loaded] = await within(patienceMilliseconds, Promise.all([sdk.loadActions(), ready])).catch((error: unknown) => {
    element.destroy();
    throw error;
  });
  if (loaded.type !== 'success') throw new TillError('stripe_unavailable');
  return {
    checkoutSessionId: session.checkoutSessionId,
    async confirm(email) {
      // where a bank sends the buyer back to is what the server gave the session: this page with the mark of the checkout
      const result = await within(confirmMilliseconds, loaded.actions.confirm({ ...(email && { email }), redirect: 'if_required' }));
      return result.type === 'error' ? result.error.message : undefined;
    },
    changeAppearance: (now) => sdk.changeAppearance(now),
    close: () => element.destroy(),
  };
}
