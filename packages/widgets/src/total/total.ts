import type { Quote } from '@tillkit/core/quote/quote';
import { isTooLarge } from '@tillkit/core/quote/is-too-large';
import { receiptOfQuote } from '@tillkit/core/receipt/of-quote';
import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { TillElement } from '../element/till-element.ts';
import { TillCheckoutRequestEvent, TillErrorEvent } from '../events.ts';
import { receiptLines } from '../receipt/receipt-lines.ts';
import { base } from '../style/base.styles.ts';
import { receipt } from '../style/receipt.styles.ts';
import { linkTarget } from '../provider/link-target.ts';
import { callToAction, dueLabel, headline, reassurance, smallPrint } from './wording.ts';
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
export class TillTotal extends TillElement {
  static override styles = [base, receipt, styles];

  /** Keeps sum and button in sight as a bar at the bottom of a narrow container. */
  @property({ type: Boolean }) bar = false;

  @state() private unfolded = false;
  /** What the live region says: the sum, once it has settled. */
  @state() private spoken = '';
  #settled: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#settled);
  }

  get #purchase() {
    return this.store?.state.purchase;
  }

  /** More than Stripe charges at once: known while it is chosen, not when it is paid. */
  get #isTooLarge(): boolean {
    return this.quote !== undefined && isTooLarge(this.quote);
  }

  protected override updated(): void {
    const { quote } = this;
    const sentence = quote ? `${dueLabel(this.words, quote)}: ${this.money(headline(quote))}` : '';
    clearTimeout(this.#settled);
    if (sentence !== this.spoken) this.#settled = setTimeout(() => (this.spoken = sentence), 600);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { quote, words } = this;
    if (this.remote.status === 'error') return nothing; // the picker says what is wrong
    const plan = quote?.lines[0];
    return html`<div dir=${words.direction}>
      <section part="base" class="receipt ${this.unfolded ? '' : 'folded'}">
        <header part="header">
          <h2>${words.yourOrder}</h2>
          <p class="small muted">${quote ? plan?.interval && `${plan.name}, ${words.intervalName(plan.interval)}` : words.loading}</p>
        </header>
        ${quote ? this.#body(quote) : nothing}
      </section>
      ${this.bar && quote ? this.#bar(quote) : nothing}
      <p class="hidden" aria-live="polite">${this.spoken}</p>
    </div>`;
  }

  #body(quote: Quote): TemplateResult {
    const { words } = this;
    const tax = this.sold?.tax ?? 'none';
    return html`<dl>
        ${receiptLines(receiptOfQuote(quote), { words, pattern: this.sold!.money[quote.currency]!, day: String })}
        <div class="sum" part="total">
          <dt>${dueLabel(words, quote)}</dt>
          <dd>${this.money(headline(quote))}</dd>
        </div>
      </dl>
      <footer part="footer">
        ${smallPrint(words, tax, quote, (amount) => this.money(amount)).map((sentence) => html`<p class="small muted">${sentence}</p>`)}
        ${this.#problem()} ${this.#button(quote)}
        <p class="note small muted">${reassurance(words, quote)}</p>
        <slot name="note"></slot>
      </footer>`;
  }

  /** Why the purchase did not go on, and the way from there. */
  #problem(): TemplateResult | typeof nothing {
    const purchase = this.#purchase;
    if (this.#isTooLarge) return html`<p class="error small" part="error" role="alert">${this.words.tooLarge}</p>`;
    if (purchase?.status !== 'error') return nothing;
    const { message, link } = purchase;
    return html`<p class="error small" part="error" role="alert">
      ${message} ${link ? html`<a class="plain" href=${link.href} target=${linkTarget}>${link.label}</a>` : nothing}
    </p>`;
  }

  #button(quote: Quote): TemplateResult {
    const pending = this.#purchase?.status === 'pending';
    return html`<button class="primary" part="submit" aria-disabled=${pending || this.#isTooLarge} @click=${this.#submit}>
      <span class="on-accent"
        >${pending ? this.words.oneMoment : this.store?.state.returning ? this.words.tryAgain : callToAction(this.words, quote)}</span
      >
    </button>`;
  }

  #bar(quote: Quote): TemplateResult {
    // the receipt with its own problem is folded away
    return html`<div class="beside-bar">${this.unfolded ? nothing : this.#problem()}</div>
      <div class="bar">
        <button class="fold" aria-expanded=${this.unfolded} @click=${() => (this.unfolded = !this.unfolded)}>
          <span class="small muted">${dueLabel(this.words, quote)}</span><strong>${this.money(headline(quote))}</strong>
        </button>
        ${this.#button(quote)}
      </div>`;
  }

  async #submit(): Promise<void> {
    const { chosen, store } = this;
    if (!chosen || this.#isTooLarge || this.#purchase?.status === 'pending') return;
    // while a payment is not confirmed the button asks for that one, and nothing else is bought
    if (store?.state.returning !== undefined) return store.checkout(chosen);
    if (!this.dispatchEvent(new TillCheckoutRequestEvent(chosen)) || !store) return;
    await store.checkout(chosen);
    const { purchase } = store.state;
    if (purchase.status === 'error' && purchase.code !== 'other_tab') this.dispatchEvent(new TillErrorEvent(purchase.code));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'till-total': TillTotal;
  }
}
