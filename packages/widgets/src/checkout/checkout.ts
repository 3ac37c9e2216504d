import type { Catalog } from '@tillkit/core/catalog/catalog';
import { formatMoney } from '@tillkit/core/money/format-money';
import { selectProduct } from '@tillkit/core/selection/choose';
import type { ProductSelection } from '@tillkit/core/selection/selection';
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { Connection } from '../provider/connection.ts';
import { stepper, stepperStyles } from '../stepper/stepper.ts';
import { base } from '../style/base.styles.ts';
import { receipt } from '../style/receipt.styles.ts';
import { styles } from './checkout.styles.ts';

type Confirmation = typeof import('./confirmation.ts');

/**
 * Steps 2 to 4 in one tag: plans and add-ons beside the receipt, and the confirmation after the return from Stripe.
 *
 * @summary Picker, add-ons and total together: what most pages want.
 * @slot note - A sentence of your own under the button.
 * @slot complete - What stands under the confirmation, such as a link to the account page.
 * @csspart base - Everything.
 * @csspart receipt - The confirmation after a purchase.
 * @cssstate complete - A purchase is finished.
 * @event {TillSelectionChangeEvent} till-selection-change - The buyer chose something else.
 * @event {TillCheckoutRequestEvent} till-checkout-request - The buyer wants to pay; cancelable.
 * @event {TillCheckoutCompleteEvent} till-checkout-complete - A purchase is finished; once, also after the return from Stripe's page.
 * @event {TillErrorEvent} till-error - A purchase could not begin.
 */
export class TillCheckout extends LitElement {
  static override styles = [base, receipt, stepperStyles, styles];

  /** ISO 4217 code that prices are shown in; the catalog's default when absent. */
  @property() currency: string | undefined;
  /** Id of the plan that is chosen at first. */
  @property() plan: string | undefined;
  /** Billing interval that is chosen at first: `month`, `year`, `3-month`. */
  @property() interval: string | undefined;
  /** Id of a one-time product that is sold alone, instead of a plan. */
  @property() product: string | undefined;
  /** Id of the provider it belongs to, when it does not stand inside one. */
  @property() provider: string | undefined;

  @state() private confirmation: Confirmation | undefined;

  readonly #internals = this.attachInternals();
  readonly #connection = new Connection(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    const wishes = (['currency', 'plan', 'interval', 'product'] as const).filter((name) => changed.has(name) && this[name] !== undefined);
    if (wishes.length) this.#connection.store?.wish(Object.fromEntries(wishes.map((name) => [name, this[name]])));
    if (this.#connection.state?.purchase.status !== 'complete') return;
    this.#internals.states.add('complete');
    if (!this.confirmation) void import('./confirmation.ts').then((module) => (this.confirmation = module));
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('confirmation')) this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  protected override render(): TemplateResult {
    const { texts, catalog, state, selection } = this.#connection;
    if (this.confirmation && catalog && state?.purchase.status === 'complete') {
      return html`<div part="base" dir=${texts.direction}>
        <section class="done receipt" part="receipt">${this.confirmation.confirmation(texts, catalog, state)}<slot name="complete"></slot></section>
      </div>`;
    }
    const alone = catalog && selection && 'productId' in selection ? this.#products(catalog, selection) : undefined;
    return html`<div class="grid" part="base" dir=${texts.direction}>
      <div class="choices">
        ${alone ?? html`<till-plan-picker .provider=${this.provider}></till-plan-picker><till-add-on-selector .provider=${this.provider}></till-add-on-selector>`}
      </div>
      <till-total bar .provider=${this.provider}><slot name="note" slot="note"></slot></till-total>
    </div>`;
  }

  /** What is sold alone, for a catalog without plans or a page that names a product. */
  #products(catalog: Catalog, selection: ProductSelection): TemplateResult {
    const { texts } = this.#connection;
    const pattern = catalog.money[selection.currency];
    const choose = (productId: string, quantity?: number): void => {
      this.#connection.choose(selectProduct(catalog, productId, quantity, selection.currency));
    };
    const shown = catalog.products.filter(({ id }) => !this.product || id === this.product);
    return html`<fieldset>
      <legend class="hidden">${texts.yourOrder}</legend>
      ${shown.map(({ id, name, description, price, quantity }) => {
        const on = id === selection.productId;
        return html`<div class="product">
          <input type="radio" name="product" id=${id} .checked=${on} @change=${() => choose(id)} />
          <label for=${id}
            ><span class="name">${name}</span> <span class="small muted">${pattern ? formatMoney(price.amounts[selection.currency] ?? 0, pattern) : nothing}</span
            ><br /><span class="small muted" id="about-${id}">${description ?? nothing}</span></label
          >
          ${on && quantity.max > 1
            ? stepper({ texts, name, rule: quantity, quantity: selection.quantity, optional: false, describedBy: `about-${id}`, onChoose: (count) => choose(id, count) })
            : nothing}
        </div>`;
      })}
    </fieldset>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'till-checkout': TillCheckout;
  }
}
