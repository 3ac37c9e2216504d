/**
 * What the widgets of one provider share: catalog, selection, quote, purchase and account.
 *
 * Promise: one immutable state, replaced whole and told to every widget that follows it. Nothing about money is ever
 * optimistic: an amount comes from core's quote or from the server.
 */
import type { Catalog } from '@tillkit/core/catalog/catalog';
import type { SessionResponse, SubscriptionList } from '@tillkit/core/contract/contract';
import type { Quote } from '@tillkit/core/quote/quote';
import { quoteSelection } from '@tillkit/core/quote/quote-selection';
import type { Selection, SelectionResult } from '@tillkit/core/selection/selection';
import { en } from '../text/en.ts';
import type { Texts } from '../text/texts.ts';
import { TillError, type TillClient } from './client.ts';

/** Anything that comes from the server has these four states. */
export type Remote<Value> =
  | { readonly status: 'initial' | 'pending' }
  | { readonly status: 'complete'; readonly value: Value }
  | { readonly status: 'error'; readonly code: string };

export interface TillState {
  readonly texts: Texts;
  readonly catalog: Remote<Catalog>;
  readonly selection?: Selection | undefined;
  /** Add-ons that the last choice of plan, interval or currency took out. */
  readonly dropped: readonly string[];
  /** Our own estimate of the selection's cost. */
  readonly quote?: Quote | undefined;
  /** The purchase: pending while it starts or is confirmed, complete when the server has seen it. */
  readonly purchase: Remote<NonNullable<SessionResponse['checkout']> | undefined>;
  /** What the signed-in customer owns; `initial` while nobody asked, an error `signed_out` when nobody is signed in. */
  readonly account: Remote<SubscriptionList>;
}

const initial: TillState = {
  texts: en,
  catalog: { status: 'initial' },
  dropped: [],
  purchase: { status: 'initial' },
  account: { status: 'initial' },
};

/** What a page can ask for before the buyer chooses. */
export interface Wishes {
  readonly currency?: string | undefined;
  readonly plan?: string | undefined;
  readonly interval?: string | undefined;
  readonly product?: string | undefined;
}

/** A widget that follows a store. */
export interface Follower extends EventTarget {
  readonly localName: string;
  requestUpdate(): void;
}

export class Store {
  #state = initial;
  readonly #followers = new Set<Follower>();
  /** Fetches the catalog again; set by the provider. */
  reload: () => Promise<void> = async () => undefined;
  /** Hands a widget's own wishes for currency, plan or interval to the provider, which sets this. */
  wish: (wishes: Wishes) => void = () => undefined;

  constructor(
    readonly client: TillClient,
    /** Address on the owner's site that answers with a signed token for the visitor who is logged in there. */
    readonly tokenUrl?: string,
  ) {}

  get state(): TillState {
    return this.#state;
  }

  /** Tells `follower` of every change until the returned function is called. */
  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  set(change: Partial<TillState>): void {
    this.#state = { ...this.#state, ...change };
    for (const follower of this.#followers) follower.requestUpdate();
  }

  /** Takes over a selection that core accepted, with its quote; a refusal changes nothing. */
  choose(result: SelectionResult<Selection>): boolean {
    const { catalog } = this.#state;
    if (!result.ok || catalog.status !== 'complete') return false;
    this.set({ selection: result.selection, dropped: result.dropped, quote: this.#quote(catalog.value, result.selection) });
    return true;
  }

  /** Works the quote out again, after the account has told which trials are used up. */
  requote(): void {
    const { catalog, selection } = this.#state;
    if (catalog.status === 'complete' && selection) this.set({ quote: this.#quote(catalog.value, selection) });
  }

  /** Runs `work` and keeps its outcome under `key`, with all four states. */
  async run<Key extends 'purchase' | 'account' | 'catalog'>(
    key: Key,
    work: () => Promise<Extract<TillState[Key], { status: 'complete' }>['value']>,
  ): Promise<boolean> {
    this.set({ [key]: { status: 'pending' } } as Partial<TillState>);
    try {
      this.set({ [key]: { status: 'complete', value: await work() } } as Partial<TillState>);
      return true;
    } catch (error) {
      if (!(error instanceof TillError)) console.error(error);
      this.set({ [key]: { status: 'error', code: error instanceof TillError ? error.code : 'internal_error' } } as Partial<TillState>);
      return false;
    }
  }

  /** Starts the purchase; its code is fetched when it is first needed. */
  async checkout(selection: Selection): Promise<void> {
    this.set({ purchase: { status: 'pending' } });
    const way = await import('../checkout/start-checkout.ts').catch(() => undefined);
    if (way) await way.startCheckout(this, selection);
    else this.set({ purchase: { status: 'error', code: 'offline' } });
  }

  /** Sends an event that belongs to the whole provider from one widget: the checkout where there is one. */
  announce(event: Event): void {
    const followers = [...this.#followers];
    const speaker = followers.find((follower) => follower.localName === 'till-checkout') ?? followers[0];
    (speaker ?? document).dispatchEvent(event);
  }

  #quote(catalog: Catalog, selection: Selection): Quote {
    const { account } = this.#state;
    const plan = 'planId' in selection ? catalog.plans.find(({ id }) => id === selection.planId) : undefined;
    const trialUsed = account.status === 'complete' && plan !== undefined && account.value.trialUsed.includes(plan.group);
    return quoteSelection(catalog, selection, { trialAvailable: !trialUsed });
  }
}
