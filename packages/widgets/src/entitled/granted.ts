/** Step 6, subscription: what the visitor of one provider may use, asked for once by however many elements. */
import type { Entitlements } from '@tillkit/core/contract/contract';
import { entitlementsPath } from '@tillkit/core/contract/entitlements-path';
import { connect, TillError } from '../provider/client.ts';
import { demand } from '../provider/demand.ts';
import { asVisitor, signInVisitor } from '../provider/sign-in.ts';
import type { Store, TillState } from '../provider/store.ts';

export class Granted {
  /** Undefined while nobody knows yet. */
  features: readonly string[] | undefined;
  /** Told when it has changed. */
  readonly followers = new Set<{ requestUpdate(): void }>();
  readonly #store: Store;
  #seen: readonly [TillState['account'], TillState['purchase']] | undefined;
  #asked = 0;
  #person = 0;
  #signingIn = false;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Asks at the first time, and again after a purchase, a change, signing in or out. */
  follow(): void {
    const { account, purchase } = this.#store.state;
    if (this.#person !== this.#store.person) {
      this.#person = this.#store.person;
      this.features = undefined;
      if (this.#signingIn) return; // what is read next is the new person's already
      this.#seen = undefined;
      this.#asked += 1; // an answer that is on its way is about somebody else
    }
    if (this.#store.state.asking || account.status === 'pending' || purchase.status === 'pending') return;
    if (this.#seen?.[0] === account && this.#seen[1] === purchase) return;
    this.#seen = [account, purchase];
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const turn = (this.#asked += 1);
    const features = await this.#read().catch((error: unknown) => {
      // whoever is signed out has nothing; whoever cannot be asked about keeps what was known
      return error instanceof TillError && error.code === 'signed_out' ? [] : (this.features ?? []);
    });
    if (turn !== this.#asked) return;
    this.features = features;
    for (const follower of this.followers) follower.requestUpdate();
  }

  async #read(): Promise<readonly string[]> {
    const client = connect(this.#store);
    this.#signingIn = true;
    await signInVisitor(this.#store).finally(() => (this.#signingIn = false));
    const answer = await asVisitor(this.#store, () => {
      if (!client.signedIn) throw new TillError('signed_out');
      return client.request<Entitlements>('GET', entitlementsPath);
    });
    return demand(answer, ({ features }) => Array.isArray(features)).features;
  }
}

const byStore = new WeakMap<Store, Granted>();

/** The one that all elements of a provider share. */
export function grantedOf(store: Store): Granted {
  const known = byStore.get(store) ?? new Granted(store);
  byStore.set(store, known);
  return known;
}
