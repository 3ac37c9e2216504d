import type { Catalog, Price } from '@tillkit/core/catalog/catalog';
import { formatMoney } from '@tillkit/core/money/format-money';
import type { Quote } from '@tillkit/core/quote/quote';
import type { PlanSelection, Selection, SelectionResult } from '@tillkit/core/selection/selection';
import { LitElement, type PropertyValues } from 'lit';
import { property } from 'lit/decorators.js';
import { TillSelectionChangeEvent } from '../events.ts';
import { engine, quote as workOut } from '../provider/engine.ts';
import { findStore } from '../provider/find-store.ts';
import type { Remote, Store } from '../provider/store.ts';
import { en } from '../text/en.ts';
import type { Texts } from '../text/texts.ts';

/**
 * What the four widgets of a pricing page have in common: what is sold and chosen, by property or from the provider, in
 * the page's language. What the page sets wins; with a catalog of its own a widget needs no provider.
 */
export abstract class TillElement extends LitElement {
  /** What is sold; the provider's catalog when absent. */
  @property({ attribute: false }) catalog: Catalog | undefined;
  /** What is chosen; the provider's selection when absent. */
  @property({ attribute: false }) selection: Selection | undefined;
  /** Words to use instead of the page language's. */
  @property({ attribute: false }) texts: Texts | undefined;
  /** Id of the provider it belongs to, when it does not stand inside one. */
  @property() provider: string | undefined;

  protected store: Store | undefined;
  readonly #internals = this.attachInternals();

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.catalog) return;
    this.store = findStore(this);
    this.store.followers.add(this);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.store?.followers.delete(this);
  }

  protected get words(): Texts {
    return this.texts ?? this.store?.state.texts ?? en;
  }

  protected get remote(): Remote<Catalog> {
    return this.store?.state.catalog ?? { status: 'initial' };
  }

  /** Nothing before what is needed to work its amounts out is here. */
  protected get sold(): Catalog | undefined {
    const sold = this.catalog ?? (this.remote.status === 'complete' ? this.remote.value : undefined);
    return sold?.extended && !engine ? undefined : sold;
  }

  protected get chosen(): Selection | undefined {
    return this.selection ?? this.store?.state.selection;
  }

  protected get chosenPlan(): PlanSelection | undefined {
    const { chosen } = this;
    return chosen && 'planId' in chosen ? chosen : undefined;
  }

  protected get quote(): Quote | undefined {
    const { sold, selection, store } = this;
    if (!sold || !selection) return store?.state.quote;
    // what the page has chosen is bought on the terms of whoever is here, as anything else
    return this.catalog ? workOut(sold, selection) : store?.quoteOf(selection);
  }

  /** An amount of minor units in the chosen currency, as text. */
  protected money(amount: number, currency = this.chosen?.currency ?? ''): string {
    const pattern = this.sold?.money[currency];
    return pattern ? formatMoney(amount, pattern) : '';
  }

  /** What a price comes to, as text; what one unit costs where there is more to it. */
  protected priceText(price: Price, currency: string): string {
    return engine?.priceText(price, currency, this.words, this.sold!) ?? this.money(price.amounts[currency]!, currency);
  }

  /** Takes over what core accepted and tells the page; a refusal changes nothing. */
  protected choose(result: SelectionResult<Selection>): void {
    if (!result.ok) return;
    if (this.selection || !this.store) this.selection = result.selection;
    else {
      this.store.choose(result);
      this.store.keepChoice();
    }
    const { quote } = this;
    if (quote) this.dispatchEvent(new TillSelectionChangeEvent(result.selection, quote));
  }

  /** Keeps the custom states, for `:state(…)` in the page's CSS. */
  protected override willUpdate(_: PropertyValues): void {
    const { states } = this.#internals;
    states.clear();
    states.add(this.remote.status === 'complete' ? (this.store?.state.purchase.status ?? 'initial') : this.remote.status);
  }
}
