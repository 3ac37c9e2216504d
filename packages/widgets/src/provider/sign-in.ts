import { paths } from '@tillkit/core/contract/paths';
import type { SubscriptionList } from '@tillkit/core/contract/contract';
import { connect, TillError } from './client.ts';
import { demand } from './demand.ts';
import { run } from './run.ts';
import type { Store } from './store.ts';
import { Visitor } from './visitor.ts';

/** Whom the owner's site names, asked once for a store. */
export const visitorOf = (store: Store): Visitor => (store.visitor ??= new Visitor(store));

/**
 * Makes the page the present visitor's, where a `token-url` says who that is, asked no longer ago than `maxAge` milliseconds.
 * Throws `offline` when it cannot be known, and `superseded` when whom it was asked for signs out by hand meanwhile.
 */
export async function signInVisitor(store: Store, maxAge?: number): Promise<void> {
  const client = connect(store);
  if (store.tokenUrl === null) return;
  const visitor = visitorOf(store);
  if (maxAge !== undefined) visitor.comeIn();
  await visitor.known(maxAge);
  while (!client.signedIn && visitor.owner) {
    const { owner } = visitor;
    const token = await visitor.takeToken();
    if (token === undefined) break;
    if (visitor.owner !== owner) continue;
    const session = await client.exchange({ token });
    // while it was on its way the owner may have named somebody else, or another widget may have signed the same person in
    if (visitor.owner === owner && !client.signedIn) client.keep(session, owner);
    else void client.end(session.token);
  }
  if (maxAge !== undefined && visitor.owner && !client.signedIn) throw new TillError('superseded');
}

/**
 * Runs `work` for the visitor who is logged in on the owner's site, asked no longer ago than `maxAge` milliseconds; once more
 * after a fresh sign-in when the session has ended, or when it is too old for what `work` does. Nothing that was chosen or typed
 * is touched. Where the page has become another person's meanwhile, `work` is not done for them: it throws `superseded`.
 */
export async function asVisitor<Answer>(store: Store, work: () => Promise<Answer>, maxAge?: number): Promise<Answer> {
  const client = connect(store);
  const owner = store.visitor?.owner;
  await signInVisitor(store, maxAge);
  if (owner !== undefined && owner !== store.visitor?.owner) throw new TillError('superseded');
  const { person } = store;
  const { signedIn } = client;
  try {
    return await work();
  } catch (error) {
    const again = signedIn && error instanceof TillError && (error.code === 'signed_out' || error.code === 'step_up_required');
    if (!again || store.tokenUrl === null || store.person !== person) throw error;
    client.forget();
    await signInVisitor(store, 0);
    if (!client.signedIn) throw new TillError('signed_out');
    if (store.person !== person) throw new TillError('superseded');
    return work();
  }
}

/** What the customer owns, as the server says. */
export const listOwned = async (store: Store): Promise<SubscriptionList> =>
  demand(
    await connect(store).request<SubscriptionList>('GET', paths.subscriptions),
    ({ subscriptions, trialUsed }) => Array.isArray(subscriptions) && Array.isArray(trialUsed),
  );

/** Reads what the customer owns into the store; an error `signed_out` when nobody is signed in. */
export async function loadAccount(store: Store): Promise<void> {
  const load = { signing: true };
  store.load = load;
  store.loadAgain = () => loadAccount(store);
  const read = async (): Promise<SubscriptionList> => {
    if (!store.client.signedIn) throw new TillError('signed_out');
    return listOwned(store);
  };
  const signInAndRead = async (): Promise<SubscriptionList> => {
    await signInVisitor(store).finally(() => (load.signing = false));
    return asVisitor(store, read);
  };
  await run(store, 'account', signInAndRead, () => store.load === load);
  applyTerms(store);
}

/** Works the quote out again with what holds for this customer alone; by the catalog that stands there then, which may come later. */
export function applyTerms(store: Store): void {
  const { account } = store.state;
  if (account.status !== 'complete') return;
  const { trialUsed } = account.value;
  store.terms = (selection) => {
    const { catalog } = store.state;
    const plan = catalog.status === 'complete' && catalog.value.plans.find(({ id }) => 'planId' in selection && id === selection.planId);
    return { trialAvailable: !(plan && trialUsed.includes(plan.group)) };
  };
  store.requote();
}

/** Once it is known whose page this is: shows what is theirs, the terms of a customer's prices included. */
export async function showVisitor(store: Store): Promise<void> {
  await visitorOf(store)
    .known()
    .catch(() => undefined);
  const { account } = store.state;
  const { owner } = visitorOf(store);
  const isDue = account.status === 'initial' ? !!owner : account.status === 'error' && (!!owner || account.code === 'offline');
  if (isDue && store.load?.signing !== true) await loadAccount(store);
}

/** The question again, with everything covered until its answer is here. */
export async function askAgain(store: Store): Promise<void> {
  await visitorOf(store).ask();
  await showVisitor(store);
}

/** Ends the session, here and on the server. The owner's site is asked again when the page is loaded or calls `refresh()`. */
export async function signOut(store: Store): Promise<void> {
  const client = connect(store);
  if (store.tokenUrl !== null) visitorOf(store).leave();
  const ended = client.signOut();
  await Promise.all([ended, store.state.account.status === 'initial' ? undefined : loadAccount(store)]);
}
