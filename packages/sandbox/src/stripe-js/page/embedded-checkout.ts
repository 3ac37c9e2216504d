/** Step checkout: `createEmbeddedCheckoutPage`: the hosted page of a session with `ui_mode: 'embedded_page'`, in an iframe. */
import type { StripeJsError } from '../frame-channel.ts';
import { readSession, type SessionFacts } from './checkout-state.ts';
import { placeOf } from './frame-element.ts';
import { IntegrationError } from './integration-error.ts';
import type { StripeContext } from './stripe-context.ts';

export interface EmbeddedOptions {
  readonly clientSecret?: string;
  readonly fetchClientSecret?: () => Promise<string>;
  readonly onComplete?: () => void;
}

export interface EmbeddedCheckout {
  mount(place: string | HTMLElement): void;
  unmount(): void;
  destroy(): void;
}

let openPages = 0;

/** Goes on when the buyer is done: to the return URL, or by telling the page. */
async function afterEachPage(context: StripeContext, secret: string, facts: SessionFacts, options: EmbeddedOptions): Promise<boolean> {
  const { session, returnUrl, redirectOnCompletion } = await readSession(context, secret);
  if ((session.status as { type: string }).type !== 'complete') return false;
  options.onComplete?.();
  if (redirectOnCompletion !== 'always' || returnUrl === null) return true;
  return context.leave(returnUrl.replaceAll('{CHECKOUT_SESSION_ID}', String(facts.session.id)));
}

function makePage(context: StripeContext, secret: string, facts: SessionFacts, options: EmbeddedOptions): EmbeddedCheckout {
  const frame = document.createElement('iframe');
  frame.title = 'Checkout';
  frame.setAttribute('allow', 'payment');
  frame.style.cssText = 'display:block;inline-size:100%;block-size:46rem;border:0';
  const url = context.apiOrigin + facts.url;
  let isDone = false;
  let isDestroyed = false;
  const look = async (): Promise<void> => {
    if (isDone || !frame.isConnected) return;
    isDone = await afterEachPage(context, secret, facts, options);
    if (isDone) frame.src = url; // says that it is complete
  };
  const hear = ({ source, data }: MessageEvent<{ type?: string } | null>): void => {
    if (source !== frame.contentWindow || data?.type !== 'sandbox:3ds') return;
    frame.src = url;
  };
  frame.addEventListener('load', () => void look());
  return {
    mount(target) {
      if (isDestroyed) throw new IntegrationError('This Embedded Checkout has already been destroyed.');
      const place = placeOf(target);
      addEventListener('message', hear);
      frame.src = url;
      place.replaceChildren(frame);
    },
    unmount() {
      removeEventListener('message', hear);
      frame.remove();
    },
    destroy() {
      if (isDestroyed) return;
      this.unmount();
      isDestroyed = true;
      openPages -= 1;
    },
  };
}

/** One at a time, as Stripe.js allows. */
export async function createEmbeddedCheckoutPage(context: StripeContext, options: EmbeddedOptions): Promise<EmbeddedCheckout> {
  const { clientSecret, fetchClientSecret } = options;
  if ((clientSecret === undefined) === (fetchClientSecret === undefined)) {
    throw new IntegrationError('createEmbeddedCheckoutPage takes either clientSecret or fetchClientSecret.');
  }
  if (openPages > 0) throw new IntegrationError('You cannot have multiple Embedded Checkout objects.');
  openPages += 1;
  try {
    const secret = clientSecret ?? (await fetchClientSecret?.()) ?? '';
    const facts = await readSession(context, secret);
    if (facts.uiMode !== 'embedded_page') {
      throw new IntegrationError(`createEmbeddedCheckoutPage needs a session with ui_mode "embedded_page", not "${facts.uiMode}".`);
    }
    return makePage(context, secret, facts, options);
  } catch (error) {
    openPages -= 1;
    if (error instanceof Error) throw error;
    throw new IntegrationError((error as StripeJsError).message);
  }
}
