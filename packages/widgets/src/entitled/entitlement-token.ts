/**
 * Step 6, subscription: what the visitor may use, signed for the owner's backend; fetched when a page first asks for it.
 *
 * Promise: a token that is handed out again is good for half a minute more, is the present visitor's, and was made after
 * the last purchase or change that this page knows of; however many ask at the same time, the server is asked once.
 */
import type { EntitlementToken } from '@tillkit/core/contract/contract';
import { entitlementTokensPath } from '@tillkit/core/contract/entitlements-path';
import { connect, TillError } from '../provider/client.ts';
import { demand } from '../provider/demand.ts';
import { asVisitor } from '../provider/sign-in.ts';
import type { Store, TillState } from '../provider/store.ts';

const spareSeconds = 30;

interface Kept {
  readonly token: Promise<string>;
  readonly account: TillState['account'];
  readonly purchase: TillState['purchase'];
  /** Absent while it is fetched. */
  fetched?: { readonly goodUntil: number; readonly session: number };
}

const byStore = new WeakMap<Store, Kept>();

/** The token that is at hand, or a fresh one; throws `signed_out` when nobody is signed in. */
export function entitlementToken(store: Store): Promise<string> {
  const known = byStore.get(store);
  if (known && holds(known, store)) return known.token;
  const { account, purchase } = store.state;
  const fresh: Kept = { token: fetchToken(store, (fetched) => (fresh.fetched = fetched)), account, purchase };
  byStore.set(store, fresh);
  fresh.token.catch(() => byStore.get(store) === fresh && byStore.delete(store));
  return fresh.token;
}

function holds({ fetched, account, purchase }: Kept, { state, client }: Store): boolean {
  if (account !== state.account || purchase !== state.purchase) return false;
  return !fetched || (performance.now() < fetched.goodUntil && fetched.session === client.sessions);
}

async function fetchToken(store: Store, keep: (fetched: NonNullable<Kept['fetched']>) => void): Promise<string> {
  const client = connect(store);
  let session = client.sessions;
  const answer = await asVisitor(store, () => {
    if (!client.signedIn) throw new TillError('signed_out');
    session = client.sessions;
    return client.request<EntitlementToken>('POST', entitlementTokensPath);
  });
  const { token } = demand(answer, (given) => typeof given.token === 'string');
  keep({ goodUntil: performance.now() + (lifeOf(token) - spareSeconds) * 1000, session });
  return token;
}

/** Seconds; both ends from the server's clock, which need not be the visitor's. */
function lifeOf(token: string): number {
  const payload = atob(token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'));
  const { iat, exp } = JSON.parse(payload) as { iat: number; exp: number };
  return exp - iat;
}
