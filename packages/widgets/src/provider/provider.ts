import type { Catalog } from '@tillkit/core/catalog/catalog';
import { paths, returnParameters } from '@tillkit/core/contract/paths';
import { checkSelection, defaultSelection, selectProduct } from '@tillkit/core/selection/choose';
import { LitElement, type PropertyValues } from 'lit';
import { property } from 'lit/decorators.js';
import { recallSelection } from '../checkout/remember-selection.ts';
import { textsFor } from '../text/texts-for.ts';
import { TillClient } from './client.ts';
import { TillConnectEvent, type ProviderElement } from './connection.ts';
import { Store } from './store.ts';

/**
 * Connects the widgets inside it to one companion server and lets them share one selection.
 *
 * A page needs it only to name another server, currency or visitor: without one the first widget creates it.
 *
 * @summary The server, currency and visitor that widgets share.
 * @slot - The widgets, among anything else.
 * @event {TillCheckoutCompleteEvent} till-checkout-complete - A purchase is finished (sent from the checkout inside).
 */
export class TillProvider extends LitElement implements ProviderElement {
  /** Origin of the companion server; the origin of the script when absent. */
  @property() server: string | undefined;
  /** ISO 4217 code that prices are shown in; the catalog's default when absent. */
  @property() currency: string | undefined;
  /** Id of the plan that is chosen at first. */
  @property() plan: string | undefined;
  /** Billing interval that is chosen at first: `month`, `year`, `3-month`. */
  @property() interval: string | undefined;
  /** Id of a one-time product that is sold alone, instead of a plan. */
  @property() product: string | undefined;
  /** Address on your own site that answers `{ "token": "…" }`, a JWT for the visitor who is logged in there. */
  @property({ attribute: 'token-url' }) tokenUrl: string | undefined;
  /** Language of the texts; the nearest `lang` attribute when absent. */
  @property() locale: string | undefined;

  #store: Store | undefined;
  #language = '';

  /** What the script tag knows beforehand: its own origin and the catalog inside it. */
  protected get defaults(): { server: string; catalog: Catalog | null } {
    return { server: location.origin, catalog: null };
  }

  /** What the widgets inside share. */
  get store(): Store {
    return (this.#store ??= this.#open());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('till-connect', this.#answer);
    addEventListener('pageshow', this.#backFromStripe);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('till-connect', this.#answer);
    removeEventListener('pageshow', this.#backFromStripe);
  }

  protected override createRenderRoot(): HTMLElement {
    this.style.display = 'contents';
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.#store || !this.hasUpdated) return;
    if (changed.has('currency') || changed.has('plan') || changed.has('interval') || changed.has('product')) this.#choose();
    if (changed.has('locale')) void this.load();
  }

  /** Fetches the catalog again, after an error or when the page's language has changed. */
  async load(): Promise<void> {
    const { store } = this;
    this.#language = this.locale ?? this.closest<HTMLElement>('[lang]')?.lang ?? 'en';
    const inlined = this.defaults.catalog;
    const language = new RegExp(`^${this.#language.split('-')[0]}\\b`, 'i');
    const texts = textsFor(this.#language);
    if (!(texts instanceof Promise) && inlined && language.test(inlined.locale)) {
      store.set({ texts, catalog: { status: 'complete', value: inlined } });
    } else {
      await store.run('catalog', async () => {
        const path = `${paths.catalog}?locale=${encodeURIComponent(this.#language)}`;
        const same = inlined && language.test(inlined.locale);
        const [catalog, words] = await Promise.all([same ? inlined : store.client.request<Catalog>('GET', path), texts]);
        store.set({ texts: words });
        return catalog;
      });
    }
    this.#choose();
  }

  #open(): Store {
    const store = new Store(new TillClient(this.server ?? this.defaults.server), this.tokenUrl);
    this.#store = store;
    store.reload = () => this.load();
    store.wish = (wishes) => void Object.assign(this, wishes);
    void this.load();
    if (location.search.includes(`${returnParameters.checkout}=`)) {
      void import('../checkout/finish-checkout.ts').then(({ finishCheckout }) => finishCheckout(store));
    }
    return store;
  }

  /** The first selection: what the buyer had before leaving, what the page wishes, or what the owner recommends. */
  #choose(): void {
    const { catalog, selection } = this.store.state;
    if (catalog.status !== 'complete') return;
    const returned = selection ? undefined : recallSelection();
    if (returned && this.store.choose(checkSelection(catalog.value, returned))) return;
    const currency = this.currency?.toLowerCase();
    const before = selection && 'planId' in selection ? selection : undefined;
    const planId = this.plan ?? before?.planId;
    const interval = this.interval ?? before?.interval;
    const wish = { ...(planId && { planId }), ...(interval && { interval }), ...(currency && { currency }) };
    const [product] = catalog.value.products;
    const wished = this.product ?? (catalog.value.plans.length ? undefined : product?.id);
    this.store.choose(wished ? selectProduct(catalog.value, wished, undefined, currency) : defaultSelection(catalog.value, wish));
  }

  readonly #answer = (event: Event): void => {
    event.stopPropagation();
    (event as TillConnectEvent).store = this.store;
  };

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
