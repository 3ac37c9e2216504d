import type { Catalog } from '@tillkit/core/catalog/catalog';
import { formatMoney } from '@tillkit/core/money/format-money';
import type { Quote, QuoteLine } from '@tillkit/core/quote/quote';
import type { Selection } from '@tillkit/core/selection/selection';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { TillCheckoutRequestEvent, TillErrorEvent } from '../events.ts';
import { Connection } from '../provider/connection.ts';
import { base } from '../style/base.styles.ts';
import { receipt } from '../style/receipt.styles.ts';
import type { Texts } from '../text/texts.ts';
import { callToAction, dueLabel, smallPrint } from './wording.ts';
import { styles } from './total.styles.ts';

/**
 * Step 3, quote: the receipt of what is selected, line by line, with the sum and the button that pays it.
 *
 * @summary Live total of the selection, as a receipt.
 * @slot note - A sentence of your own under the button.
 * @csspart base - The whole receipt.
 * @csspart header - Heading with plan and interval.
 * @csspart line - One line: name, explanation, amount.
 * @csspart total - The rule and the sum.
 * @csspart submit - The button.
 * @csspart footer - Everything under the sum.
 * @csspart error - What went wrong and what to do.
 * @cssstate pending - The catalog is loading, or a purchase is on its way.
 * @cssstate error - Something went wrong.
 * @event {TillCheckoutRequestEvent} till-checkout-request - The buyer wants to pay; cancelable.
 * @event {TillErrorEvent} till-error - A purchase could not begin.
 */
export class TillTotal extends LitElement {
  static override styles = [base, receipt, styles];

  /** What is sold; the provider's catalog when absent. */
  @property({ attribute: false }) catalog: Catalog | undefined;
  /** What is chosen; the provider's selection when absent. */
  @property({ attribute: false }) selection: Selection | undefined;
  /** Id of the provider it belongs to, when it does not stand inside one. */
  @property() provider: string | undefined;
  /** Leaves the button out, for pages that have their own. */
  @property({ type: Boolean, attribute: 'hide-checkout' }) hideCheckout = false;
  /** Keeps sum and button in sight as a bar at the bottom of a narrow container. */
  @property({ type: Boolean }) bar = false;

  /** Words to use instead of the page language's. */
  @property({ attribute: false }) texts: Texts | undefined;

  @state() private unfolded = false;
  @state() private spoken = '';

  readonly #internals = this.attachInternals();
  readonly #connection = new Connection(this);
  #settled: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#settled);
  }

  get #known(): { catalog: Catalog; selection: Selection; quote: Quote } | undefined {
    const { catalog, selection, quote } = this.#connection;
    return catalog && selection && quote && { catalog, selection, quote };
  }

  protected override willUpdate(): void {
    const { states } = this.#internals;
    const purchase = this.#connection.state?.purchase.status;
    this.#flag(states, 'pending', !this.#known || purchase === 'pending');
    this.#flag(states, 'error', this.#connection.remoteCatalog.status === 'error' || purchase === 'error');
  }

  #flag(states: CustomStateSet, name: string, on: boolean): void {
    if (on) states.add(name);
    else states.delete(name);
  }

  protected override updated(): void {
    const known = this.#known;
    if (!known) return;
    const sentence = `${dueLabel(this.#connection.texts, known.quote)}: ${this.#money(known.catalog, known.quote, headline(known.quote))}`;
    clearTimeout(this.#settled);
    if (sentence !== this.spoken) this.#settled = setTimeout(() => (this.spoken = sentence), 600);
  }

  protected override render(): TemplateResult | typeof nothing {
    const known = this.#known;
    if (this.#connection.remoteCatalog.status === 'error') return nothing; // the picker says what is wrong
    const body = known ? this.#receipt(known.catalog, known.selection, known.quote) : this.#skeleton();
    return html`<div dir=${this.#connection.texts.direction}>
      ${body}
      <p class="hidden" aria-live="polite">${this.spoken}</p>
    </div>`;
  }

  #receipt(catalog: Catalog, selection: Selection, quote: Quote): TemplateResult {
    const texts = this.#connection.texts;
    const sum = this.#money(catalog, quote, headline(quote));
    const plan = 'planId' in selection ? quote.lines.find(({ kind }) => kind === 'plan') : undefined;
    return html`
      <section part="base" class="receipt ${this.unfolded ? '' : 'folded'}" id="receipt" aria-label=${texts.yourOrder}>
        <header part="header">
          <h2>${texts.yourOrder}</h2>
          ${plan?.interval ? html`<p class="small muted">${texts.planAtInterval(plan.name, plan.interval)}</p>` : nothing}
        </header>
        <dl>
          ${quote.lines.map((line) => this.#line(catalog, quote, line))}
          <div class="sum" part="total">
            <dt>${dueLabel(texts, quote)}</dt>
            <dd>${sum}</dd>
          </div>
        </dl>
        <footer part="footer">
          ${smallPrint(texts, catalog, quote, (amount) => this.#money(catalog, quote, amount)).map(
            (sentence) => html`<p class="small muted">${sentence}</p>`,
          )}
          ${this.hideCheckout ? nothing : this.#checkout(quote)}
          <slot name="note"></slot>
        </footer>
      </section>
      ${this.bar ? this.#bar(quote, sum) : nothing}
    `;
  }

  #line(catalog: Catalog, quote: Quote, line: QuoteLine): TemplateResult {
    const texts = this.#connection.texts;
    const why = [
      line.quantity > 1 ? texts.times(String(line.quantity), this.#money(catalog, quote, line.unitAmount)) : '',
      line.interval || line.kind === 'product' ? '' : texts.once,
    ].filter(Boolean);
    return html`<div class="line" part="line">
      <dt>${line.name} ${why.length ? html`<bdi class="why">${why.join(', ')}</bdi>` : nothing}</dt>
      <dd>${line.amount ? this.#money(catalog, quote, line.amount) : texts.free}</dd>
    </div>`;
  }

  #checkout(quote: Quote): TemplateResult {
    const texts = this.#connection.texts;
    const purchase = this.#connection.state?.purchase;
    return html`
      ${purchase?.status === 'error'
        ? html`<p class="error small" part="error" role="alert">${texts.error(purchase.code)}</p>`
        : nothing}
      ${this.#button(quote)}
      <p class="note small muted">${quote.cardRequired ? texts.cancelAnyTime : texts.noCardNeeded}</p>
    `;
  }

  #button(quote: Quote): TemplateResult {
    const pending = this.#connection.state?.purchase.status === 'pending';
    return html`<button class="primary" part="submit" type="button" aria-disabled=${pending} @click=${this.#submit}>
      ${pending ? this.#connection.texts.oneMoment : callToAction(this.#connection.texts, quote)}
    </button>`;
  }

  #bar(quote: Quote, sum: string): TemplateResult {
    return html`<div class="bar">
      <button class="fold" type="button" aria-expanded=${this.unfolded} aria-controls="receipt" @click=${this.#fold}>
        <span class="small muted">${dueLabel(this.#connection.texts, quote)}</span><strong>${sum}</strong>
      </button>
      ${this.hideCheckout ? nothing : this.#button(quote)}
    </div>`;
  }

  #skeleton(): TemplateResult {
    return html`<section part="base" class="receipt" aria-busy="true">
      <header part="header">
        <h2>${this.#connection.texts.yourOrder}</h2>
        <p class="small muted">${this.#connection.texts.loading}</p>
      </header>
      ${[0, 1, 2].map(() => html`<div class="line skeleton"></div>`)}
    </section>`;
  }

  #money(catalog: Catalog, quote: Quote, amount: number): string {
    const pattern = catalog.money[quote.currency];
    return pattern ? formatMoney(amount, pattern) : '';
  }

  readonly #fold = (): void => {
    this.unfolded = !this.unfolded;
  };

  readonly #submit = async (): Promise<void> => {
    const { store } = this.#connection;
    const selection = this.#known?.selection;
    if (!selection || this.#connection.state?.purchase.status === 'pending') return;
    if (!this.dispatchEvent(new TillCheckoutRequestEvent(selection)) || !store) return;
    await store.checkout(selection);
    const { purchase } = store.state;
    if (purchase.status === 'error') this.dispatchEvent(new TillErrorEvent(purchase.code));
  };
}

/** The amount that is set largest: what is due at the next payment. */
const headline = (quote: Quote): number => (quote.trial && !quote.dueToday ? (quote.recurring?.amount ?? 0) : quote.dueToday);

declare global {
  interface HTMLElementTagNameMap {
    'till-total': TillTotal;
  }
}
