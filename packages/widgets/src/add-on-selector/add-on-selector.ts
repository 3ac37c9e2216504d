import type { Catalog, Price } from '@tillkit/core/catalog/catalog';
import { addOnChoices, type AddOnChoice } from '@tillkit/core/catalog/lookup';
import { setAddOn } from '@tillkit/core/selection/choose';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { TillElement } from '../element/till-element.ts';
import { stepper, stepperStyles } from '../stepper/stepper.ts';
import { base } from '../style/base.styles.ts';
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
export class TillAddOnSelector extends TillElement {
  static override styles = [base, stepperStyles, styles];

  @state() private notice = '';

  protected override render(): TemplateResult | typeof nothing {
    const { sold, chosenPlan, words } = this;
    if (!sold?.addOns.length || !chosenPlan) return nothing;
    const dropped = sold.addOns.filter(({ id }) => this.store?.state.dropped.includes(id)).map(({ name }) => name);
    return html`<section part="base" dir=${words.direction}>
      <div class="head" part="header">
        <slot name="header"><h2>${words.addWhatYouNeed}</h2></slot>
        <span class="small muted">${words.changeLater}</span>
      </div>
      <ul role="list">
        ${addOnChoices(sold, chosenPlan).map((choice) => this.#row(sold, chosenPlan, choice))}
      </ul>
      <p class="small" part="hint" role="status">${this.notice || (dropped[0] ? words.dropped(dropped.join(', ')) : '')}</p>
    </section>`;
  }

  /** "a month", "once"; nothing for what is paid by use, whose price is none of an interval. */
  #howOften({ interval, model }: Price): string {
    if (!interval) return this.words.once;
    return model?.metered ? '' : this.words.perInterval(interval);
  }

  #row(sold: Catalog, chosen: PlanSelection, { addOn, price, unavailable }: AddOnChoice): TemplateResult {
    const { words } = this;
    const { id, name, description, image, unit, quantity: rule } = addOn;
    const amount = price?.amounts[chosen.currency];
    const quantity = chosen.addOns[id] ?? 0;
    const describedBy = `why-${id}`;
    const onChoose = (wished: number, adjusted: boolean): void => {
      this.notice = adjusted ? words.adjusted(name, wished) : '';
      this.choose(setAddOn(sold, chosen, id, wished));
    };
    return html`<li part="line">
      ${image ? html`<img src=${image} alt="" loading="lazy" />` : nothing}
      <div class="what">
        <h3>${name}</h3>
        <p class="small muted" id=${describedBy}>
          ${description} <span class="hidden">${rule.max > 1 ? words.range(rule.min, rule.max, rule.step) : nothing}</span>
        </p>
      </div>
      <p class="price small muted" part="price">
        ${amount === undefined ? nothing : words.priceOf(this.priceText(price!, chosen.currency), unit, this.#howOften(price!))}
      </p>
      <div class="choose">
        ${
          unavailable
            ? html`<span class="small">${words.unavailable(unavailable)}</span>`
            : rule.max > 1
              ? stepper({ words, name, rule, quantity, optional: true, describedBy, onChoose })
              : html`<label>
                  <input
                    type="checkbox"
                    aria-label=${words.add(name)}
                    aria-describedby=${describedBy}
                    .checked=${quantity > 0}
                    @change=${() => onChoose(1 - quantity, false)}
                  />
                </label>`
        }
      </div>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'till-add-on-selector': TillAddOnSelector;
  }
}
