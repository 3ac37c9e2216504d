import { paths } from '@tillkit/core/contract/paths';
import type { SubscriptionList } from '@tillkit/core/contract/contract';
import { connect, TillError } from './client.ts';
import { run } from './run.ts';
import type { Store } from './store.ts';

/** Signs the visitor in with the token that the owner's site answers, where the provider names its address. */
export async function signInWithToken(store: Store): Promise<void> {
  const client = connect(store);
  const { tokenUrl } = store;
  if (client.signedIn || !tokenUrl) return;
  const response = await client
    .fetch(tokenUrl, { credentials: 'same-origin', headers: { accept: 'application/json' } })
    .catch(() => undefined);
  if (!response) throw new TillError('offline');
  if (!response.ok) return; // nobody is logged in on the owner's site
  const { token } = (await response.json()) as { token?: string };
  if (token) await client.signIn({ token });
}

/**
 * Runs `work` for the visitor who is logged in on the owner's site; once more after a fresh sign-in when the session has
 * ended, or when it is too old for what `work` does. Nothing that was chosen or typed is touched.
 */
export async function asVisitor<Answer>(store: Store, work: () => Promise<Answer>): Promise<Answer> {
  await signInWithToken(store);
  try {
    return await work();
  } catch (error) {
    const again = error instanceof TillError && (error.code === 'signed_out' || error.code === 'step_up_required');
    if (!again || !store.tokenUrl) throw error;
    connect(store).forget();
    await signInWithToken(store);
    return work();
  }
}

/** Reads what the customer owns into the store; an error `signed_out` when nobody is signed in. */
export async function loadAccount(store: Store): Promise<void> {
  const read = async (): Promise<SubscriptionList> => {
    if (!store.client.signedIn) throw new TillError('signed_out');
    return store.client.request('GET', paths.subscriptions);
  };
  await run(store, 'account', () => asVisitor(store, read));
  const { account, catalog } = store.state;
  if (account.status !== 'complete' || catalog.status !== 'complete') return;
  const { trialUsed } = account.value;
  store.terms = (selection) => {
    const plan = catalog.value.plans.find(({ id }) => 'planId' in selection && id === selection.planId);
    return { trialAvailable: !trialUsed.includes(plan?.group ?? '') };
  };
  store.requote();
}
