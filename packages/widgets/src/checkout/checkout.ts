import type { Selection, SelectionResult } from '@tillkit/core/selection/selection';
import { html, nothing, type CSSResult, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { TillElement } from '../element/till-element.ts';
import { wishes } from '../provider/provider.ts';
import type { Store } from '../provider/store.ts';
import { base } from '../style/base.styles.ts';
import { styles } from './checkout.styles.ts';

/** What stands in place of picker and add-ons, or of everything. */
export interface Face {
  readonly styles: readonly CSSResult[];
  readonly render: (store: Store, choose: (result: SelectionResult<Selection>) => void) => TemplateResult;
}

/**
 * Steps 2 to 4 in one tag: plans and add-ons beside the receipt, and the confirmation after the return from Stripe.
 *
 * @summary Picker, add-ons and total together: what most pages want.
 * @attr {string} currency - ISO 4217 code that prices are shown in; the catalog's default when absent.
 * @attr {string} plan - Id of the plan that is chosen at first.
 * @attr {string} interval - Billing interval that is chosen at first: `month`, `year`, `3-month`.
 * @attr {string} product - Id of a one-time product that is sold alone, instead of a plan.
 * @slot note - A sentence of your own under the button.
 * @slot complete - What stands under the confirmation, such as a link to the account page.
 * @csspart base - Everything.
 * @csspart header - Heading of the confirmation.
 * @csspart line - One line of the confirmation.
 * @csspart total - The sum of the confirmation.
 * @csspart footer - What happens next.
 * @cssstate complete - A purchase is finished.
 * @event {TillSelectionChangeEvent} till-selection-change - The buyer chose something else.
 * @event {TillCheckoutRequestEvent} till-checkout-request - The buyer wants to pay; cancelable.
 * @event {TillCheckoutCompleteEvent} till-checkout-complete - A purchase is finished; once, also after the return from Stripe's page.
 * @event {TillErrorEvent} till-error - A purchase could not begin.
 */
export class TillCheckout extends TillElement {
  static override styles = [base, styles];

  /** A face that few buyers see, fetched when one does. */
  @state() private face: Face | undefined;
  /** Its code could not be fetched. */
  @state() private failed = false;
  #wanted = '';

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, ...wishes];
  }

  override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    super.attributeChangedCallback(name, before, now);
    this.store?.wish(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { store, chosen } = this;
    const complete = store?.state.purchase.status === 'complete';
    const wanted = complete ? (store.state.asking ? 'covered' : 'confirmation') : chosen && 'productId' in chosen ? 'products' : '';
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.face = undefined;
    this.failed = false;
    if (wanted && wanted !== 'covered') void this.#fetch(wanted);
  }

  async #fetch(wanted: string): Promise<void> {
    const loaded = await (wanted === 'products' ? import('./products.ts') : import('./confirmation.ts')).catch(() => undefined);
    if (!loaded) {
      if (this.#wanted === wanted) this.failed = true;
      return;
    }
    const { face } = loaded;
    for (const { styleSheet } of face.styles) if (styleSheet) this.shadowRoot?.adoptedStyleSheets.push(styleSheet);
    if (this.#wanted !== wanted) return;
    this.face = face;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[tabindex]')?.focus();
  }

  protected override render(): TemplateResult {
    return html`<div part="base" dir=${this.words.direction}>
      ${
        this.#wanted === 'covered'
          ? nothing
          : this.#wanted === 'confirmation'
            ? (this.#face ?? this.#bought)
            : html`<div class="grid">
                <div class="choices">
                  ${
                    this.#wanted
                      ? this.#face
                      : html`<till-plan-picker .provider=${this.provider}></till-plan-picker>
                          <till-add-on-selector .provider=${this.provider}></till-add-on-selector>`
                  }
                </div>
                <till-total bar .provider=${this.provider}><slot name="note" slot="note"></slot></till-total>
              </div>`
      }
    </div>`;
  }

  /** What was bought is not sold again while its confirmation is fetched, or cannot be. */
  get #bought(): TemplateResult | typeof nothing {
    const { words } = this;
    if (!this.failed) return nothing;
    return html`<p role="status">${words.ordered}</p>
      <p><button class="plain" @click=${() => this.#again()}>${words.tryAgain}</button></p>
      <slot name="complete"></slot>`;
  }

  #again(): void {
    this.failed = false;
    void this.#fetch(this.#wanted);
  }

  get #face(): TemplateResult | undefined {
    return this.store && this.face?.render(this.store, (result) => this.choose(result));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'till-checkout': TillCheckout;
  }
}
