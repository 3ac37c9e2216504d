/**
 * Step 4, checkout, the way there: from a selection to Stripe's page, or to a subscription at once where nothing is due.
 *
 * Promise: a purchase is the present visitor's. Where a `token-url` says who that is, it is asked just before.
 */
import { paths } from '@tillkit/core/contract/paths';
import type { Catalog } from '@tillkit/core/catalog/catalog';
import type {
  CheckoutSessionRequest,
  CheckoutSessionResponse,
  SubscriptionRequest,
  SubscriptionResponse,
} from '@tillkit/core/contract/contract';
import { listedAmounts } from '@tillkit/core/quote/listed-amounts';
import type { Quote } from '@tillkit/core/quote/quote';
import type { PlanSelection, Selection } from '@tillkit/core/selection/selection';
import { TillCheckoutCompleteEvent } from '../checkout-complete-event.ts';
import { announce } from '../provider/announce.ts';
import { connect, TillError } from '../provider/client.ts';
import { leaveFor } from '../provider/leave.ts';
import { run } from '../provider/run.ts';
import { asVisitor, loadAccount } from '../provider/sign-in.ts';
import type { Store } from '../provider/store.ts';
import { rememberSelection } from './remember-selection.ts';
import { browserVerifier, keepVerifier } from './verifier.ts';

export { completeCheckout } from './finish-checkout.ts';

/** How long ago the owner's site may have been asked who is here, in milliseconds. */
export const buyerMaxAge = 2000;

/** Starts the purchase of what is selected; leaves the page for Stripe's unless nothing is due and nobody must pay. */
export async function startCheckout(store: Store, selection: Selection): Promise<void> {
  let bought: SubscriptionResponse['subscription'] | undefined;
  let person = -1;
  const begin = async (): Promise<undefined> => {
    ({ person } = store);
    if (store.client.signedIn && 'planId' in selection && beginsAtOnce(store, selection)) {
      bought = await subscribe(store, selection);
      store.set({ started: bought });
      if (bought) return undefined;
    }
    const session = await createCheckoutSession(store, selection, 'hosted_page');
    rememberSelection(store.page.tab, selection);
    store.awaited = session.checkoutSessionId;
    return leaveFor(store.page, session.url);
  };
  const begun = await run(
    store,
    'purchase',
    () => asVisitor(store, begin, buyerMaxAge),
    () => person === -1 || person === store.person,
  );
  if (!begun || !bought) return;
  store.forgetChoice();
  announce(store, new TillCheckoutCompleteEvent(undefined, bought));
  if (store.state.account.status !== 'initial') await store.loadAgain?.();
}

/** The promotion code that the buyer has entered, where it is good for the selection: what is bought is what was shown. */
function codeFor({ state: { promotionCode } }: Store, quote: Quote | undefined): string | undefined {
  return quote?.leftOut ? undefined : promotionCode;
}

/** Whether nothing is due and nobody must pay; a code that lowers what comes later goes through a checkout, which takes it along. */
function beginsAtOnce(store: Store, selection: PlanSelection): boolean {
  const quote = store.quoteOf(selection);
  if (!quote || quote.cardRequired) return false;
  return codeFor(store, quote) === undefined || listedAmounts(quote).recurring === 0;
}

/** What the buyer has been shown; the server refuses to take anything else. */
function shownOf(store: Store, selection: Selection): Pick<CheckoutSessionRequest, 'shown'> {
  const quote = store.quoteOf(selection);
  return quote ? { shown: listedAmounts(quote) } : {};
}

/** Where the amounts are others by now: reads catalog and account again, so that the buyer sees them; the refusal is said beside them. */
async function showAnew(store: Store): Promise<void> {
  const catalog = await connect(store).request<Catalog>('GET', paths.catalog, undefined, 'reload');
  if (!Array.isArray(catalog?.plans) || !Array.isArray(catalog.products)) return;
  if (catalog.extended) await import('../extended/extended.ts');
  store.set({ catalog: { status: 'complete', value: catalog } });
  if (store.client.signedIn) await loadAccount(store);
  store.requote();
}

/** Asks for something that is bought. */
async function order<Answer>(store: Store, path: string, request: CheckoutSessionRequest | SubscriptionRequest): Promise<Answer> {
  try {
    return await connect(store).request<Answer>('POST', path, { ...request, ...shownOf(store, request.selection) });
  } catch (error) {
    if (error instanceof TillError && error.code === 'preview_changed') await showAnew(store).catch(() => undefined);
    throw error;
  }
}

/** A free plan or a trial without card, at once; undefined when the server wants a checkout after all. */
async function subscribe(store: Store, selection: PlanSelection): Promise<SubscriptionResponse['subscription'] | undefined> {
  try {
    const { subscription } = await order<SubscriptionResponse>(store, paths.subscriptions, { selection });
    if (!(subscription as SubscriptionResponse['subscription'] | undefined)) throw new TillError('internal_error');
    return subscription;
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
  const { page, server } = store;
  const owner = store.visitor?.owner ?? '';
  const verifier = await browserVerifier(page.browser);
  const promotionCode = codeFor(store, store.quoteOf(selection));
  const body: CheckoutSessionRequest = {
    selection,
    uiMode,
    returnUrl: page.address().href,
    verifierHash: verifier.hash,
    locale: store.state.texts.language,
    ...(promotionCode && { promotionCode }),
  };
  const session = await order<CheckoutSessionResponse>(store, paths.checkoutSessions, body);
  if (typeof session?.checkoutSessionId !== 'string') throw new TillError('internal_error');
  keepVerifier(page.browser, session.checkoutSessionId, { secret: verifier.secret, server, owner });
  return session;
}
