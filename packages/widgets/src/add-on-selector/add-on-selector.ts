import type { Catalog } from '@tillkit/core/catalog/catalog';
import { addOnChoices, type AddOnChoice } from '@tillkit/core/catalog/lookup';
import { formatMoney } from '@tillkit/core/money/format-money';
import { setAddOn } from '@tillkit/core/selection/choose';
import type { PlanSelection, Selection } from '@tillkit/core/selection/selection';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { Connection } from '../provider/connection.ts';
import { stepper, stepperStyles } from '../stepper/stepper.ts';
import { base } from '../style/base.styles.ts';
import type { Texts } from '../text/texts.ts';
import { styles } from './add-on-selector.styles.ts';

/**
 * Step 2, selection: what can be bought beside the chosen plan, and how many of it.
 *
 * Shows nothing while the catalog has no add-ons; the plan picker tells of loading and errors.
 *
 * @summary Add-ons with their quantities.
 * @slot header - Your own heading instead of "Add what you need".
 * @csspart base - Everything.
 * @csspart header - Heading and hint.
 * @csspart line - One add-on.
 * @csspart price - Its price.
 * @csspart stepper - Number input with its two buttons.
 * @csspart hint - What was taken out or adjusted.
 * @event {TillSelectionChangeEvent} till-selection-change - The buyer chose another quantity.
 */
export class TillAddOnSelector extends LitElement {
  static override styles = [base, stepperStyles, styles];

  /** What is sold; the provider's catalog when absent. */
  @property({ attribute: false }) catalog: Catalog | undefined;
  /** What is chosen; the provider's selection when absent. */
  @property({ attribute: false }) selection: Selection | undefined;
  /** Id of the provider it belongs to, when it does not stand inside one. */
  @property() provider: string | undefined;
  /** Words to use instead of the page language's. */
  @property({ attribute: false }) texts: Texts | undefined;

  @state() private notice = '';

  readonly #connection = new Connection(this);

  protected override render(): TemplateResult | typeof nothing {
    const { catalog, selection, texts } = this.#connection;
    if (!catalog?.addOns.length || !selection || !('planId' in selection)) return nothing;
    return html`<section part="base" dir=${texts.direction} aria-labelledby="heading">
      <div class="head" part="header">
        <slot name="header"><h2 id="heading">${texts.addWhatYouNeed}</h2></slot>
        <span class="small muted">${texts.changeLater}</span>
      </div>
      <ul role="list">
        ${addOnChoices(catalog, selection).map((choice) => this.#row(catalog, selection, choice))}
      </ul>
      <p class="notice small" part="hint" role="status">${this.notice || this.#dropped(catalog)}</p>
    </section>`;
  }

  #row(catalog: Catalog, selection: PlanSelection, { addOn, price, unavailable }: AddOnChoice): TemplateResult {
    const { texts } = this.#connection;
    const pattern = catalog.money[selection.currency];
    const amount = price?.amounts[selection.currency];
    return html`<li part="line" class=${unavailable ? 'off' : ''}>
      ${addOn.image ? html`<img src=${addOn.image} alt="" loading="lazy" width="48" height="48" />` : nothing}
      <div class="what">
        <h3>${addOn.name}</h3>
        <p class="small muted" id="why-${addOn.id}">
          ${addOn.description ?? nothing}
          ${addOn.quantity.max > 1 ? html`<span class="hidden">${texts.range(addOn.quantity.min, addOn.quantity.max, addOn.quantity.step)}</span>` : nothing}
        </p>
      </div>
      <p class="price small muted" part="price">
        ${amount === undefined || !pattern
          ? nothing
          : html`${texts.priceOf(formatMoney(amount, pattern), addOn.unit ?? '')}${price?.interval ? nothing : `, ${texts.once}`}`}
      </p>
      <div class="choose">
        ${unavailable ? html`<span class="small muted">${texts.unavailable(unavailable)}</span>` : this.#quantity(catalog, selection, addOn)}
      </div>
    </li>`;
  }

  #quantity(catalog: Catalog, selection: PlanSelection, addOn: AddOnChoice['addOn']): TemplateResult {
    const { texts } = this.#connection;
    const quantity = selection.addOns[addOn.id] ?? 0;
    const choose = (wished: number, adjusted: boolean): void => {
      this.notice = adjusted ? texts.adjusted(addOn.name, wished) : '';
      this.#connection.choose(setAddOn(catalog, selection, addOn.id, wished));
    };
    if (addOn.quantity.max > 1) {
      return stepper({ texts, name: addOn.name, rule: addOn.quantity, quantity, optional: true, describedBy: `why-${addOn.id}`, onChoose: choose });
    }
    return html`<label class="toggle">
      <input
        type="checkbox"
        aria-label=${texts.add(addOn.name)}
        aria-describedby="why-${addOn.id}"
        .checked=${quantity > 0}
        @change=${(event: Event) => choose((event.target as HTMLInputElement).checked ? 1 : 0, false)}
      />
    </label>`;
  }

  /** What the last change of plan took out, in words. */
  #dropped(catalog: Catalog): string {
    const dropped = this.#connection.state?.dropped ?? [];
    const names = catalog.addOns.filter(({ id }) => dropped.includes(id)).map(({ name }) => name);
    return names.length ? this.#connection.texts.dropped(names.join(', ')) : '';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'till-add-on-selector': TillAddOnSelector;
  }
}
