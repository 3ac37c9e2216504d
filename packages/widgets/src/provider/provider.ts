import type { Catalog } from '@tillkit/core/catalog/catalog';
import { returnParameters } from '@tillkit/core/contract/return-parameters';
import { defaultSelection } from '@tillkit/core/selection/choose';
import { textsFor } from '../text/texts-for.ts';
import type { ProviderElement, TillConnectEvent } from './find-store.ts';
import { Store } from './store.ts';

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
 * @attr {string} token-url - Address on your own site that answers `{ "token": "…" }`, a JWT for the visitor who is logged in there.
 * @slot - The widgets, among anything else.
 * @event {TillCheckoutCompleteEvent} till-checkout-complete - A purchase is finished (sent from the checkout inside).
 */
export class TillProvider extends HTMLElement implements ProviderElement {
  static readonly observedAttributes = wishes;

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
        this.getAttribute('token-url'),
        () => this.#load(),
        (widget) => this.#wish(widget),
      );
      void this.#load();
    }
    return this.#store;
  }

  /** Called by the browser. */
  connectedCallback(): void {
    this.style.display = 'contents';
    addEventListener('pageshow', this.#backFromStripe);
  }

  /** Called by the browser. */
  disconnectedCallback(): void {
    removeEventListener('pageshow', this.#backFromStripe);
  }

  /** Called by the browser. */
  attributeChangedCallback(): void {
    if (this.#store) this.#choose();
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
    const { catalog } = this.defaults;
    const language = this.closest<HTMLElement>('[lang]')?.lang ?? 'en';
    const texts = textsFor(language);
    const same = catalog?.locale.split('-')[0] === language.split('-')[0] ? catalog : undefined;
    if (same && !same.extended && !('then' in texts)) store.set({ texts, catalog: { status: 'complete', value: same } });
    else {
      const { fetchCatalog } = await import('./fetch-catalog.ts');
      await fetchCatalog(store, language, texts, same);
    }
    this.#choose();
    const address = location.search;
    if (address.includes(returnParameters.checkout) || address.includes(returnParameters.canceled)) {
      const { comeBack } = await import('../checkout/finish-checkout.ts');
      await comeBack(store);
    }
  }

  /** The first selection: what the page wishes, else what stands, else what the owner recommends. */
  #choose(): void {
    const { store } = this;
    const { catalog, selection } = store.state;
    if (catalog.status !== 'complete') return;
    const wish = (name: string): string | undefined => this.getAttribute(name) ?? undefined;
    const currency = wish('currency')?.toLowerCase();
    const [product] = catalog.value.products;
    const productId = wish('product') ?? (catalog.value.plans[0] ? undefined : product?.id);
    if (productId) {
      void import('../checkout/products.ts').then(({ start }) => start(store, productId, currency));
      return;
    }
    const before = selection && 'planId' in selection ? selection : undefined;
    const interval = wish('interval') ?? before?.interval;
    store.choose(defaultSelection(catalog.value, { planId: wish('plan') ?? before?.planId, interval, currency }));
  }

  /** A page that comes back out of the browser's cache must not still say "one moment". */
  readonly #backFromStripe = (event: PageTransitionEvent): void => {
    if (event.persisted) this.store.set({ purchase: { status: 'initial' } });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'till-provider': TillProvider;
  }
}
