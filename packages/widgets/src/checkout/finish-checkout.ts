/**
 * Step 4, checkout, the way back: the buyer returns from Stripe's page.
 *
 * Promise: the page is right at once, without waiting for a webhook; `till-checkout-complete` fires exactly once; whoever
 * turned back without paying finds what they had chosen. What proves the purchase, and the mark in the address, stay until the
 * server has confirmed it or finally refuses; meanwhile nothing is bought a second time (decision 0034).
 */
import type { SessionResponse } from '@tillkit/core/contract/contract';
import { returnParameters } from '@tillkit/core/contract/return-parameters';
import { checkSelection } from '@tillkit/core/selection/check-selection';
import { TillCheckoutCompleteEvent } from '../checkout-complete-event.ts';
import { TillErrorEvent } from '../events.ts';
import { announce } from '../provider/announce.ts';
import { connect, TillError } from '../provider/client.ts';
import { returnKey } from '../provider/return-key.ts';
import { run } from '../provider/run.ts';
import { visitorOf } from '../provider/sign-in.ts';
import type { Store } from '../provider/store.ts';
import { recallSelection } from './remember-selection.ts';
import { findVerifier, forgetVerifier, type StartedCheckout } from './verifier.ts';

/** Does what the address asks for; the mark of a checkout leaves it once that is settled. */
export async function comeBack(store: Store): Promise<void> {
  const { page, server, state } = store;
  const { searchParams } = page.address();
  const checkoutSessionId = searchParams.get(returnParameters.checkout) ?? page.tab.get(returnKey(server));
  if (searchParams.has(returnParameters.canceled)) {
    removeMark(store, returnParameters.canceled);
    const before = recallSelection(page.tab);
    if (before && state.catalog.status === 'complete') store.choose(checkSelection(state.catalog.value, before));
  }
  if (checkoutSessionId) await completeCheckout(store, checkoutSessionId);
}

/** Seconds until the next attempt, by how many there were. */
const waits = [1, 2, 4, 8, 15, 30];
/** Attempts that are made without being asked for; the last is about an hour after the first, when no server takes it any more. */
const mostAttempts = 120;

/** What is under way for a store: one exchange at a time, however many ask for it. */
const exchanges = new WeakMap<Store, { readonly id: string; readonly done: Promise<void> }>();

/** Exchanges a finished checkout session for a session token and tells the page what was bought. */
export async function completeCheckout(store: Store, checkoutSessionId: string, attempt = 0): Promise<void> {
  const before = exchanges.get(store);
  if (before?.id === checkoutSessionId) return before.done;
  const done = finish(store, checkoutSessionId, attempt).finally(() => exchanges.delete(store));
  exchanges.set(store, { id: checkoutSessionId, done });
  return done;
}

async function finish(store: Store, checkoutSessionId: string, attempt: number): Promise<void> {
  const { page, server } = store;
  const proof = findVerifier(page.browser, checkoutSessionId, server);
  if (!proof) {
    // a tab that was opened for the payment may have the same storage; it has used the proof
    const code = store.awaited === checkoutSessionId ? 'settled_elsewhere' : 'checkout_not_yours';
    delete store.awaited;
    settle(store);
    await run(store, 'purchase', () => Promise.reject(new TillError(code)));
    return;
  }
  page.tab.set(returnKey(server), checkoutSessionId);
  store.set({ returning: checkoutSessionId });
  let checkout: SessionResponse['checkout'] | 'of-another';
  let failed: unknown;
  await run(store, 'purchase', async () => {
    try {
      checkout = await exchange(store, checkoutSessionId, proof);
      if (checkout === 'of-another') return undefined;
      return checkout;
    } catch (error) {
      failed = error;
      throw isPassing(error) ? new TillError('confirming') : error;
    }
  });
  if (failed !== undefined && isPassing(failed)) {
    if (attempt === 0) announce(store, new TillErrorEvent('confirming'));
    retry(store, checkoutSessionId, attempt, failed);
    return;
  }
  settle(store);
  if (checkout === 'of-another') {
    store.set({ purchase: { status: 'initial' } });
    return;
  }
  // a buyer may still finish a checkout that is not complete
  if (!(failed instanceof TillError && failed.code === 'checkout_not_complete')) {
    forgetVerifier(page.browser, checkoutSessionId);
    if (store.awaited === checkoutSessionId) delete store.awaited;
  }
  const { purchase } = store.state;
  if (purchase.status === 'complete') store.forgetChoice();
  if (purchase.status === 'complete') announce(store, new TillCheckoutCompleteEvent(purchase.value));
  if (purchase.status === 'error') announce(store, new TillErrorEvent(purchase.code));
  if (purchase.status === 'complete' && store.state.account.status !== 'initial') void store.loadAgain?.();
}

/**
 * The purchase, and the session that comes with it, which is kept when it is whose page this is. A checkout that somebody
 * began whom the owner's site does not name any more is left alone: they may come back to it.
 */
async function exchange(
  store: Store,
  checkoutSessionId: string,
  { secret, owner }: StartedCheckout,
): Promise<SessionResponse['checkout'] | 'of-another'> {
  const client = connect(store);
  const asksOwner = store.tokenUrl !== null;
  const visitor = asksOwner ? visitorOf(store) : undefined;
  await visitor?.known();
  const named = visitor?.owner ?? '';
  if (asksOwner && owner !== '' && owner !== named) return 'of-another';
  const session = await client.exchange({ checkoutSessionId, verifier: secret });
  if (session.checkout === undefined) throw new TillError('internal_error');
  // while it was on its way somebody else may have logged in; a second exchange would find this session ended
  const now = visitor?.owner ?? '';
  const isOfAnother = asksOwner && owner !== '' && owner !== now;
  const isTheirs = now === '' || session.subject === now;
  // a sign-in by the owner's token opens more than the return from a checkout
  if (isTheirs && !isOfAnother && !(now !== '' && client.signedIn)) client.keep(session, now);
  else void client.end(session.token);
  if (isOfAnother) return 'of-another';
  return session.checkout;
}

/** Whether the same question may be answered otherwise in a moment. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof TillError)) return false;
  const { status } = error.answer;
  return status === undefined || status >= 500 || status === 408 || status === 425 || status === 429;
}

function retry(store: Store, checkoutSessionId: string, attempt: number, error: unknown): void {
  if (attempt >= mostAttempts) return;
  const asked = error instanceof TillError ? error.answer.retryAfter : undefined;
  const seconds = Math.max(asked ?? 0, waits[Math.min(attempt, waits.length - 1)]!);
  store.page.later(() => {
    if (store.state.returning === checkoutSessionId) void completeCheckout(store, checkoutSessionId, attempt + 1);
  }, seconds * 1000);
}

/** Nothing is open any more: the marks leave the address and the tab. */
function settle(store: Store): void {
  store.page.tab.remove(returnKey(store.server));
  store.set({ returning: undefined });
  removeMark(store, returnParameters.checkout);
}

function removeMark({ page }: Store, name: string): void {
  const address = page.address();
  if (!address.searchParams.has(name)) return;
  address.searchParams.delete(name);
  page.replaceAddress(address);
}
