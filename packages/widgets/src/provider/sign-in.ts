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
  const response = await client.fetch(tokenUrl, { credentials: 'same-origin', headers: { accept: 'application/json' } }).catch(() => undefined);
  if (!response) throw new TillError('offline');
  if (!response.ok) return; // nobody is logged in on the owner's site
  const { token } = (await response.json()) as { token?: string };
  if (token) await client.signIn({ token });
}

/** Reads what the customer owns into the store; an error `signed_out` when nobody is signed in. */
export async function loadAccount(store: Store): Promise<void> {
  await run(store, 'account', async () => {
    await signInWithToken(store);
    if (!store.client.signedIn) throw new TillError('signed_out');
    return store.client.request<SubscriptionList>('GET', paths.subscriptions);
  });
  const { account } = store.state;
  if (account.status !== 'complete') return;
  const { subscriptions, trialUsed } = account.value;
  store.set({ trialUsed, owned: subscriptions.flatMap(({ planId, endedAt }) => (planId && endedAt === undefined ? planId : [])) });
  store.requote();
}
