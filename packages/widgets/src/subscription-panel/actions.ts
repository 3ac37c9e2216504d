/**
 * Step 7, panel: what a customer can do, each as one call to the server.
 *
 * Promise: nothing changes here before the server has answered; its answer is what stands afterwards.
 */
import type {
  CancelRequest,
  ChangeTarget,
  InvoiceList,
  PreviewRequest,
  PreviewResponse,
  SubscriptionList,
  SubscriptionResponse,
} from '@tillkit/core/contract/contract';
import { paths } from '@tillkit/core/contract/paths';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { connect } from '../provider/client.ts';
import { asVisitor, loadAccount } from '../provider/sign-in.ts';
import type { Store } from '../provider/store.ts';

/** Puts the server's answer in the place of what stood there. */
function keep(store: Store, { subscription }: SubscriptionResponse): Subscription {
  const { account } = store.state;
  if (account.status === 'complete') {
    const subscriptions = account.value.subscriptions.map((other) => (other.id === subscription.id ? subscription : other));
    store.set({ account: { status: 'complete', value: { ...account.value, subscriptions } } });
  }
  return subscription;
}

/** Asks the server as the visitor who is signed in. */
export const ask = <Answer>(store: Store, method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Answer> =>
  asVisitor(store, () => connect(store).request<Answer>(method, path, body));

const post = async (store: Store, path: string, body: unknown = {}): Promise<Subscription> =>
  keep(store, await ask<SubscriptionResponse>(store, 'POST', path, body));

/** Stripe's own numbers for a change, signed. */
export const previewChange = (store: Store, subscriptionId: string, target: ChangeTarget): Promise<PreviewResponse> =>
  ask(store, 'POST', paths.previews, { subscriptionId, target } satisfies PreviewRequest);

/** Does exactly what was previewed. */
export const confirmChange = (store: Store, id: string, preview: string): Promise<Subscription> =>
  post(store, paths.changes(id), { preview });

export const undoChange = async (store: Store, id: string): Promise<Subscription> =>
  keep(store, await ask<SubscriptionResponse>(store, 'DELETE', paths.changes(id)));

export const cancelSubscription = (store: Store, id: string, reason: CancelRequest): Promise<Subscription> =>
  post(store, paths.cancel(id), reason);
export const resumeSubscription = (store: Store, id: string): Promise<Subscription> => post(store, paths.resume(id));

/** Pays what is owed; when that is refused some invoices may be paid all the same, and the sum is another. */
export async function payOpenInvoices(store: Store, id: string): Promise<Subscription> {
  try {
    return await post(store, paths.pay(id));
  } catch (error) {
    await readAgain(store);
    throw error;
  }
}

/** Reads again how everything stands, with what is shown left in place meanwhile; an answer that does not come changes nothing. */
export async function readAgain(store: Store): Promise<void> {
  const value = await ask<SubscriptionList>(store, 'GET', paths.subscriptions).catch(() => undefined);
  if (value && store.state.account.status === 'complete') store.set({ account: { status: 'complete', value } });
}

/** One page of invoices, newest first; `after` is the id of the last one seen. */
export const listInvoices = (store: Store, after?: string): Promise<InvoiceList> =>
  ask(store, 'GET', `${paths.invoices}?limit=6${after ? `&after=${encodeURIComponent(after)}` : ''}`);

export async function signOut(store: Store): Promise<void> {
  await connect(store).signOut();
  await loadAccount(store);
}
