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
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { paths } from '@tillkit/core/contract/paths';
import { checkPlanSelection } from '@tillkit/core/selection/choose';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { connect } from '../provider/client.ts';
import { demand } from '../provider/demand.ts';
import { asVisitor, listOwned, loadAccount } from '../provider/sign-in.ts';
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

const isSubscription = ({ subscription }: SubscriptionResponse): boolean => typeof subscription?.id === 'string';
const isPreview = ({ invoice, preview }: PreviewResponse): boolean =>
  typeof preview === 'string' && typeof invoice?.recurring?.amount === 'number';

const post = async (store: Store, path: string, body: unknown = {}): Promise<Subscription> =>
  keep(store, demand(await ask<SubscriptionResponse>(store, 'POST', path, body), isSubscription));

const preview = async (store: Store, request: PreviewRequest): Promise<PreviewResponse> =>
  demand(await ask<PreviewResponse>(store, 'POST', paths.previews, request), isPreview);

/** Stripe's own numbers for a change, signed. */
export const previewChange = (store: Store, subscriptionId: string, target: ChangeTarget): Promise<PreviewResponse> =>
  preview(store, { subscriptionId, target });

/** Does exactly what was previewed. */
export const confirmChange = (store: Store, id: string, shown: string): Promise<Subscription> =>
  post(store, paths.changes(id), { preview: shown });

export const undoChange = async (store: Store, id: string): Promise<Subscription> =>
  keep(store, demand(await ask<SubscriptionResponse>(store, 'DELETE', paths.changes(id)), isSubscription));

export const cancelSubscription = (store: Store, id: string, reason: CancelRequest): Promise<Subscription> =>
  post(store, paths.cancel(id), reason);
/** Takes a cancellation or a rest of payments back; with what was `shown` resumes what is paused, at the amount that it shows. */
export const resumeSubscription = (store: Store, id: string, shown?: string): Promise<Subscription> =>
  post(store, paths.resume(id), shown === undefined ? {} : { preview: shown });

/** What resuming a paused subscription charges, signed. */
export const previewResume = (store: Store, subscriptionId: string): Promise<PreviewResponse> =>
  preview(store, { subscriptionId, action: 'resume' });

/** Pays what is owed; when that is refused some invoices may be paid all the same, and the sum is another. */
export async function payOpenInvoices(store: Store, id: string): Promise<Subscription> {
  try {
    return await post(store, paths.pay(id));
  } catch (error) {
    await readAgain(store);
    throw error;
  }
}

/** What the customer owns. */
export const listSubscriptions = (store: Store): Promise<SubscriptionList> => asVisitor(store, () => listOwned(store));

/** Reads again how everything stands, with what is shown left in place meanwhile; an answer that does not come changes nothing. */
export async function readAgain(store: Store): Promise<void> {
  const value = await listSubscriptions(store).catch(() => undefined);
  if (value && store.state.account.status === 'complete') store.set({ account: { status: 'complete', value } });
}

/** One page of invoices, newest first; `after` is the id of the last one seen. */
export const listInvoices = async (store: Store, after?: string): Promise<InvoiceList> => {
  const path = `${paths.invoices}?limit=6${after ? `&after=${encodeURIComponent(after)}` : ''}`;
  return demand(await ask<InvoiceList>(store, 'GET', path), ({ invoices }) => Array.isArray(invoices));
};

/** The newest ones; undefined where they cannot be read, or when the page has become another person's meanwhile. */
export async function newestInvoices(store: Store): Promise<InvoiceList | undefined> {
  const { person } = store;
  const newest = await listInvoices(store).catch(() => undefined);
  return person === store.person ? newest : undefined;
}

/** The invoices that are known, with the next page of older ones. */
export async function withOlder(store: Store, known: InvoiceList | undefined): Promise<InvoiceList> {
  const older = await listInvoices(store, known?.invoices.at(-1)?.id);
  return { ...older, invoices: [...(known?.invoices ?? []), ...older.invoices], money: { ...known?.money, ...older.money } };
}

/** The choice after a trial: what is free begins at once, what must be paid goes to Stripe's page. Answers the code of a refusal. */
export async function buyAgain(store: Store, catalog: Catalog, selection: PlanSelection): Promise<string | undefined> {
  store.choose(checkPlanSelection(catalog, selection));
  await store.checkout(selection);
  const { purchase } = store.state;
  return purchase.status === 'error' ? purchase.code : undefined;
}

/** Reads again what could not be read. */
export function reload(store: Store): void {
  if (store.state.catalog.status === 'error') void store.reload();
  void loadAccount(store);
}
