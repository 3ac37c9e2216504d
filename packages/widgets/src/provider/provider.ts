import type { Catalog } from '@tillkit/core/catalog/catalog';
import { returnParameters } from '@tillkit/core/contract/return-parameters';
import { defaultSelection } from '@tillkit/core/selection/choose';
import { textsFor } from '../text/texts-for.ts';
import type { ProviderElement, TillConnectEvent } from './find-store.ts';
import { returnKey } from './return-key.ts';
import type * as signInModule from './sign-in.ts';
import { Store } from './store.ts';

type SignInModule = typeof signInModule;

/** What a page can ask for before the buyer chooses. */
export const wishes = ['currency', 'plan', 'interval', 'product'];

/**
 * Connects the widgets inside it to one companion server and lets them share one selection.
 *
 * A page needs it only to name another server, currency or visitor: without one the first widget creates it.
 *
 * @summary The server, currency and visitor that widgets share.
 * @attr {string} server - Origin of the companion server; the origin of the script when absent.
 * @attr {string} currency - ISO 4217 code that prices are shown in; the catalog's default when absent.
 * @attr {string} plan - Id of the plan that is chosen at first.
 * @attr {string} interval - Billing interval that is chosen at first: `month`, `year`, `3-month`.
 * @attr {string} product - Id of a one-time product that is sold alone, instead of a plan.
 * @attr {string} token-url - Address on your own site that answers `{ "token": "…" }`, a JWT for the visitor who is logged in there, or 401 for nobody. It is asked on load and on every return to the page, and the page belongs to whom it names. With another `server`, the page's own script must allow that server first: `customElements.get('till-provider').allowServer('https://till.example')`.
 * @attr {string} account-url - Address of the page with your customers' accounts, where somebody is led who has bought already.
 * @slot - The widgets, among anything else.
 * @event {TillCheckoutCompleteEvent} till-checkout-complete - A purchase is finished (sent from the checkout inside).
 */
export class TillProvider extends HTMLElement implements ProviderElement {
  static readonly observedAttributes = [...wishes, 'token-url', 'account-url'];

  static readonly #allowed = new Set<string>();

  /**
   * Lets the owner's token go to a companion server other than the script's own. Only code can say so: an element that somebody
   * has put into the page must not lead a token elsewhere. Call it before the provider is on the page.
   */
  static allowServer(server: string): void {
    TillProvider.#allowed.add(new URL(server, location.href).origin);
  }

  #store: Store | undefined;

  constructor() {
    super();
    this.addEventListener('till-connect', (event) => {
      event.stopPropagation();
      (event as TillConnectEvent).store = this.store;
    });
  }

  /** What the script tag knows beforehand: its own origin and the catalog inside it. */
  protected get defaults(): { server: string; catalog: Catalog | null } {
    return { server: location.origin, catalog: null };
  }

  /** What the widgets inside share. */
  get store(): Store {
    if (!this.#store) {
      this.#store = new Store(
        this.getAttribute('server') ?? this.defaults.server,
        this.#tokenUrl,
        () => this.#load(),
        (widget) => this.#wish(widget),
      );
      this.#store.accountUrl = this.#accountUrl;
      this.#store.choiceKey = () => this.#choiceKey;
      void this.#load();
    }
    return this.#store;
  }

  /**
   * Asks your site again who is logged in, and shows what belongs to them: call it after somebody has logged in or out while
   * the page stands. A `till-visitor-change` event on the document does the same for every provider.
   */
  async refresh(): Promise<void> {
    await this.#withSignIn(async (way, store) => {
      if (store.tokenUrl === null) await store.loadAgain?.();
      else {
        way.visitorOf(store).comeIn();
        await way.visitorOf(store).ask();
        await way.showVisitor(store);
      }
    });
  }

  /** Ends the customer's session on this page and on the server. Whom your site still names comes in again with the next page, or by `refresh()`. */
  async signOut(): Promise<void> {
    await this.#withSignIn((way, store) => way.signOut(store));
  }

  async #withSignIn(work: (way: SignInModule, store: Store) => Promise<unknown>): Promise<void> {
    const { store } = this;
    const way = await import('./sign-in.ts').catch(() => undefined);
    if (way) await work(way, store);
    else store.set({ asking: false, account: { status: 'error', code: 'offline', message: store.state.texts.offline } });
  }

  /** Where the owner's token comes from: this site only, and only for a server that it may go to. */
  get #tokenUrl(): string | null {
    const given = this.getAttribute('token-url');
    if (given === null) return null;
    const own = new URL(this.defaults.server, location.href).origin;
    const server = URL.parse(this.getAttribute('server') ?? own, location.href)?.origin ?? '';
    const url = URL.parse(given, document.baseURI);
    const isAllowed = url?.origin === window.origin && (server === own || TillProvider.#allowed.has(server));
    if (!isAllowed)
      console.error(
        `till-provider: token-url is left alone. It must be an address of this site, and ${server} must be the script's own server or one that TillProvider.allowServer() names.`,
      );
    return isAllowed ? url.href : null;
  }

  get #accountUrl(): string | null {
    const url = URL.parse(this.getAttribute('account-url') ?? '', document.baseURI);
    return this.hasAttribute('account-url') && url && /^https?:$/u.test(url.protocol) ? url.href : null;
  }

  /** Called by the browser. */
  connectedCallback(): void {
    this.style.display = 'contents';
    if (this.#store?.live === false) {
      this.#store.live = true;
      this.#returned(); // put back, perhaps much later
    }
    addEventListener('pageshow', this.#backFromStripe);
    addEventListener('focus', this.#focused);
    addEventListener('online', this.#online);
    document.addEventListener('visibilitychange', this.#visible);
    document.addEventListener('till-visitor-change', this.#changed);
  }

  /** Called by the browser. */
  disconnectedCallback(): void {
    if (this.#store) this.#store.live = false;
    removeEventListener('pageshow', this.#backFromStripe);
    removeEventListener('focus', this.#focused);
    removeEventListener('online', this.#online);
    document.removeEventListener('visibilitychange', this.#visible);
    document.removeEventListener('till-visitor-change', this.#changed);
  }

  /** Called by the browser. */
  attributeChangedCallback(name: string): void {
    const store = this.#store;
    if (!store) return;
    if (name === 'account-url') store.accountUrl = this.#accountUrl;
    else if (name === 'token-url') {
      store.tokenUrl = this.#tokenUrl;
      void this.#withSignIn((way) => way.askAgain(store));
    } else void this.#choose();
  }

  #wish(widget: Element): void {
    for (const name of wishes) {
      const wish = widget.getAttribute(name);
      if (wish) this.setAttribute(name, wish);
    }
  }

  /** Takes the catalog that came with the script, or fetches the one in the page's language. */
  async #load(): Promise<void> {
    const { store } = this;
    const { searchParams } = store.page.address();
    const returning = searchParams.get(returnParameters.checkout) ?? store.page.tab.get(returnKey(store.server));
    // before anything is sold: whoever has paid does not pay again while the code that confirms it comes
    if (returning !== undefined) store.set({ returning, purchase: { status: 'pending' } });
    const { catalog } = this.defaults;
    const language = this.closest<HTMLElement>('[lang]')?.lang ?? 'en';
    store.language = language;
    const texts = textsFor(language);
    const same = catalog?.locale.split('-')[0] === language.split('-')[0] ? catalog : undefined;
    if (same && !same.extended && !('then' in texts)) store.set({ texts, catalog: { status: 'complete', value: same } });
    else {
      const way = await import('./fetch-catalog.ts').catch(() => undefined);
      if (way) await way.fetchCatalog(store, texts, same);
      else this.#lose();
    }
    const started = this.#choose();
    void this.#restoreChoice(started);
    if (store.tokenUrl !== null) void this.#withSignIn((way) => way.showVisitor(store));
    if (returning === undefined && !searchParams.has(returnParameters.canceled)) return;
    const way = await import('../checkout/finish-checkout.ts').catch(() => undefined);
    if (way) await way.comeBack(store);
    else if (returning !== undefined) store.set({ purchase: { status: 'error', code: 'offline', message: store.state.texts.offline } });
  }

  /** Nothing can be shown for want of code: what is sold is asked for again on demand. */
  #lose(): void {
    const { store } = this;
    store.set({ catalog: { status: 'error', code: 'offline', message: store.state.texts.offline } });
  }

  /** A page that wishes for something else, and another provider, has a choice of its own. */
  get #choiceKey(): string {
    const { server } = this.store;
    return `till:choice:${JSON.stringify([server, this.id, ...wishes.map((name) => this.getAttribute(name))])}`;
  }

  async #restoreChoice(started: Promise<void>): Promise<void> {
    const { store } = this;
    const key = this.#choiceKey;
    if (store.page.tab.get(key) === undefined) return;
    const [way] = await Promise.all([import('../checkout/kept-choice.ts').catch(() => undefined), started]);
    await way?.restoreChoice(store, key);
  }

  /** The first selection: what the page wishes, else what stands, else what the owner recommends. */
  async #choose(): Promise<void> {
    const { store } = this;
    const { catalog, selection } = store.state;
    if (catalog.status !== 'complete') return;
    const wish = (name: string): string | undefined => this.getAttribute(name) ?? undefined;
    const currency = wish('currency')?.toLowerCase();
    const [product] = catalog.value.products;
    const productId = wish('product') ?? (catalog.value.plans[0] ? undefined : product?.id);
    if (productId) {
      const way = await import('../checkout/products.ts').catch(() => undefined);
      if (way) way.start(store, productId, currency);
      else this.#lose();
      return;
    }
    const before = selection && 'planId' in selection ? selection : undefined;
    const interval = wish('interval') ?? before?.interval;
    store.choose(defaultSelection(catalog.value, { planId: wish('plan') ?? before?.planId, interval, currency }));
  }

  /** A page that comes back out of the browser's cache must not still say "one moment", nor be another person's. */
  readonly #backFromStripe = (event: PageTransitionEvent): void => {
    if (!event.persisted) return;
    this.store.set({ purchase: { status: 'initial' } });
    this.#returned();
  };

  readonly #visible = (): void => {
    if (document.visibilityState === 'visible') this.#returned();
  };

  readonly #focused = (): void => {
    const store = this.#store;
    if (store && store.tokenUrl !== null) void this.#withSignIn((way) => way.visitorOf(store).focused());
    this.#lookForPayment();
  };

  readonly #online = (): void => {
    const store = this.#store;
    if (!store) return;
    if (store.tokenUrl !== null) void this.#withSignIn((way) => way.showVisitor(store));
    this.#lookForPayment();
  };

  readonly #changed = (): void => void this.refresh();

  #returned(): void {
    const store = this.#store;
    if (store && store.tokenUrl !== null) {
      store.set({ asking: true }); // at once: what is drawn may be another person's
      void this.#withSignIn((way) => way.askAgain(store));
    }
    this.#lookForPayment();
  }

  /** Asks for what was paid in another tab, or could not be confirmed. */
  #lookForPayment(): void {
    const store = this.#store;
    const checkoutSessionId = store?.state.returning ?? store?.awaited;
    if (!store || checkoutSessionId === undefined) return;
    // where its code is lost, what is drawn says so already, and asks for it
    void import('../checkout/finish-checkout.ts').then(
      (way) => way.completeCheckout(store, checkoutSessionId),
      () => undefined,
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'till-provider': TillProvider;
  }
}
