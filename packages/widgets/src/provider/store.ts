/**
 * What the widgets of one provider share: catalog, selection, quote, purchase and account.
 *
 * Promise: one immutable state, replaced whole and told to every widget that follows it. Nothing about money is ever
 * optimistic: an amount comes from core's quote or from the server.
 */
import type { Catalog } from '@tillkit/core/catalog/catalog';
import type { SessionResponse, SubscriptionList } from '@tillkit/core/contract/contract';
import type { Discount } from '@tillkit/core/discount/discount';
import type { Quote, QuoteOptions } from '@tillkit/core/quote/quote';
import type { Selection, SelectionResult } from '@tillkit/core/selection/selection';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { en } from '../text/en.ts';
import type { Texts } from '../text/texts.ts';
import type { TillClient } from './client.ts';
import { engine, quote as workOut } from './engine.ts';
import { browserPage, type Page } from './page.ts';
import type { Visitor } from './visitor.ts';

/** Anything that comes from the server has these four states. */
export type Remote<Value> =
  | { readonly status: 'initial' | 'pending' }
  | { readonly status: 'complete'; readonly value: Value }
  | {
      readonly status: 'error';
      readonly code: string;
      /** What happened and what to do, in the page's language. */ readonly message: string;
      /** Where the next step is, when it is a page. */ readonly link?: { readonly href: string; readonly label: string };
      /** It speaks of what may have been paid: another choice does not take it back. */ readonly stays?: boolean;
    };

export interface TillState {
  readonly texts: Texts;
  /** The owner's site has not said yet whom this page belongs to: nothing of anybody is shown. */
  readonly asking: boolean;
  readonly catalog: Remote<Catalog>;
  readonly selection?: Selection | undefined;
  /** Add-ons that the last choice of plan, interval or currency took out. */
  readonly dropped: readonly string[];
  /** Our own estimate of the selection's cost. */
  readonly quote?: Quote | undefined;
  /** The purchase: pending while it starts or is confirmed, complete when the server has seen it. */
  readonly purchase: Remote<NonNullable<SessionResponse['checkout']> | undefined>;
  /** What began at once, without a checkout session: a free plan or a trial without card. */
  readonly started?: Subscription | undefined;
  /** Id of a checkout that the buyer came back from and that is not confirmed yet: nothing else is bought meanwhile. */
  readonly returning?: string | undefined;
  /** What the signed-in customer owns; `initial` while nobody asked, an error `signed_out` when nobody is signed in. */
  readonly account: Remote<SubscriptionList>;
  /** The promotion code that the buyer entered and the server accepted, and what it takes off. */
  readonly promotionCode?: string | undefined;
  readonly discounts?: readonly Discount[];
}

/** A selection with whose it is, as it is kept in the tab. */
export interface KeptChoice {
  /** Whom the owner's site names, else whose session it is; empty for nobody. */
  readonly who: string;
  readonly selection: Selection;
}

const initial = { status: 'initial' } as const;

/** A widget that follows a store. */
export interface Follower extends EventTarget {
  readonly localName: string;
  requestUpdate(): void;
}

export class Store {
  state: TillState = { texts: en, asking: false, catalog: initial, dropped: [], purchase: initial, account: initial };
  /** There once `connect` of client.ts was called, which the chunks that talk to the server do first. */
  client!: TillClient;
  /** What holds for the signed-in customer alone, such as a trial that is used up. */
  terms?: (selection: Selection) => QuoteOptions;
  /** Told of every change. */
  readonly followers = new Set<Follower>();
  /** How many persons this page has had; what was read for one is not shown to another. */
  person = 0;
  /** Asks the owner's site who is here; once its code was fetched. */
  visitor?: Visitor;
  /** Reads the account again, once it was read; how far the latest reading is. */
  loadAgain?: () => Promise<void>;
  load?: { signing: boolean };
  /** Its provider stands on the page. */
  live = true;
  /** A checkout that goes on in another tab while this page, a frame, stays. */
  awaited?: string;
  /** Under which name the tab keeps what the buyer chooses; nothing is kept where there is none. */
  choiceKey?: () => string;
  /** BCP 47 language of the page, in which the server names what it names. */
  language = 'en';
  /** Where the customer's account stands on the owner's site. */
  accountUrl: string | null = null;

  /** Origin of the companion server. */
  readonly server: string;
  /** Address on the owner's site that answers with a signed token for the visitor who is logged in there. */
  tokenUrl: string | null;
  /** Fetches the catalog again. */
  readonly reload: () => Promise<void>;
  /** Takes over what a widget's attributes wish for: currency, plan, interval, product. */
  readonly wish: (widget: Element) => void;
  readonly page: Page;

  constructor(
    server: string,
    tokenUrl: string | null,
    reload: () => Promise<void>,
    wish: (widget: Element) => void,
    page: Page = browserPage(),
  ) {
    this.server = server;
    this.tokenUrl = tokenUrl;
    this.reload = reload;
    this.wish = wish;
    this.page = page;
    this.state = { ...this.state, asking: tokenUrl !== null };
  }

  set(change: Partial<TillState>): void {
    this.state = { ...this.state, ...change };
    this.followers.forEach((follower) => follower.requestUpdate());
  }

  /**
   * The page is another person's now: whatever belonged to the one before is gone. A checkout that the tab came back from stays
   * open until its exchange has said whose it is.
   */
  become(): void {
    this.person += 1;
    delete this.terms;
    delete this.awaited;
    const { account } = this.state;
    this.set({
      purchase: initial,
      account: account.status === 'initial' ? initial : { status: 'pending' },
      started: undefined,
      promotionCode: undefined,
      discounts: [],
    });
    this.requote();
    // a reading that is still signing in will be the new person's
    if (this.live && account.status !== 'initial' && !this.load?.signing) void this.loadAgain?.();
  }

  /** Takes over a selection that core accepted; a refusal changes nothing. */
  choose(result: SelectionResult<Selection>): void {
    const fitted = engine?.fit(this.state, result) ?? result;
    if (!fitted.ok) return;
    const { selection, dropped } = fitted;
    const { selection: before, purchase } = this.state;
    if (before && JSON.stringify(before) !== JSON.stringify(selection)) {
      if (purchase.status === 'complete') this.buyMore();
      this.reconsider();
    }
    this.set({ selection, dropped });
    this.requote();
  }

  /** Something else is wanted now: why the purchase was refused holds no more, save where it may have been paid. */
  reconsider(): void {
    const { purchase, returning } = this.state;
    if (purchase.status === 'error' && !purchase.stays && returning === undefined) this.set({ purchase: initial });
  }

  /** Keeps what the buyer has chosen through a reload of this tab. */
  keepChoice(): void {
    const { selection } = this.state;
    if (!selection || !this.choiceKey) return;
    const who = this.visitor?.owner ?? (this.client as TillClient | undefined)?.subject ?? '';
    this.page.tab.set(this.choiceKey(), JSON.stringify({ who, selection } satisfies KeptChoice));
  }

  /** What was bought is not chosen any more: after a reload the page begins anew. */
  forgetChoice(): void {
    if (this.choiceKey) this.page.tab.remove(this.choiceKey());
  }

  /** Puts a finished purchase away: what is sold stands there again. */
  buyMore(): void {
    this.set({ purchase: initial, started: undefined });
  }

  /** Works the quote out, also again after the account has told which trials are used up. */
  requote(): void {
    const { selection } = this.state;
    const quote = selection && this.quoteOf(selection);
    if (quote) this.set({ quote });
  }

  /** What a selection costs whoever is here, by the catalog that is shown. */
  quoteOf(selection: Selection): Quote | undefined {
    const { catalog } = this.state;
    return catalog.status === 'complete'
      ? workOut(catalog.value, selection, { ...this.state, at: this.page.now() / 1000, ...this.terms?.(selection) })
      : undefined;
  }

  /** Starts the purchase; its code is fetched when it is first needed. While an earlier one is not confirmed, that is asked for instead. */
  async checkout(selection: Selection): Promise<void> {
    const { returning } = this.state;
    this.set({ purchase: { status: 'pending' } });
    const way = await import('../checkout/start-checkout.ts').catch(() => undefined);
    if (way) await (returning === undefined ? way.startCheckout(this, selection) : way.completeCheckout(this, returning));
    else this.set({ purchase: { status: 'error', code: 'offline', message: this.state.texts.offline } });
  }
}
