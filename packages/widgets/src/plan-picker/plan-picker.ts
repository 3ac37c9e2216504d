import type { Catalog, IntervalKey, Plan, Price } from '@tillkit/core/catalog/catalog';
import { priceAt } from '@tillkit/core/catalog/lookup';
import { intervalSaving } from '@tillkit/core/quote/interval-saving';
import { intervalFor, selectInterval, selectPlan, setSeats } from '@tillkit/core/selection/choose';
import type { PlanSelection, SelectionResult } from '@tillkit/core/selection/selection';
import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { TillElement } from '../element/till-element.ts';
import { stepper, stepperStyles } from '../stepper/stepper.ts';
import { contactAddress } from '../provider/web-address.ts';
import { base } from '../style/base.styles.ts';
import { styles } from './plan-picker.styles.ts';

const planAndInterval = (selection: PlanSelection | undefined): string => JSON.stringify([selection?.planId, selection?.interval]);

/**
 * Step 2, selection: the plans as cards, one of which is chosen, and how often it is billed.
 *
 * @summary Plans and billing interval.
 * @slot header - Your own heading instead of "Choose a plan".
 * @csspart base - Everything.
 * @csspart header - Heading and interval toggle.
 * @csspart body - The cards.
 * @csspart plan - One card.
 * @csspart price - Amount and interval of a card.
 * @csspart stepper - Number of seats with its two buttons.
 * @csspart error - What went wrong, and a button to try again.
 * @cssstate pending - The catalog is loading, or a purchase is on its way.
 * @cssstate error - Something went wrong.
 * @event {TillSelectionChangeEvent} till-selection-change - The buyer chose another plan, interval or number of seats.
 */
export class TillPlanPicker extends TillElement {
  static override styles = [base, stepperStyles, styles];

  /** Shows only the plans of this plan group; all when absent. */
  @property() group: string | undefined;

  /** What the toggle was set to here, and the plan and interval that were chosen with it: the plan may have another. */
  @state() private toggled: { readonly interval: IntervalKey; readonly chosen: string } | undefined;

  /** What the toggle shows; once something else has chosen, it is what that has chosen. */
  get #interval(): IntervalKey | undefined {
    return this.toggled?.chosen === planAndInterval(this.chosenPlan) ? this.toggled?.interval : this.chosenPlan?.interval;
  }

  #pick(interval: IntervalKey, result: SelectionResult): void {
    this.toggled = { interval, chosen: planAndInterval(result.ok ? result.selection : this.chosenPlan) };
    this.choose(result);
  }

  protected override render(): TemplateResult {
    const { words, sold, chosenPlan: chosen, remote } = this;
    if (remote.status === 'error') {
      return html`<p class="error" part="error" role="alert" dir=${words.direction}>
        ${remote.message} <button class="plain" @click=${() => this.store?.reload()}>${words.tryAgain}</button>
      </p>`;
    }
    const plans = sold?.plans.filter(({ group }) => !this.group || group === this.group);
    const intervals = sold?.intervals.filter((interval) => plans?.some(({ prices }) => priceAt(prices, interval))) ?? [];
    return html`<div part="base" dir=${words.direction}>
      <div class="head" part="header">
        <slot name="header"><h2>${words.choosePlan}</h2></slot>
        ${sold && chosen && intervals[1] ? this.#toggle(sold, chosen, intervals) : nothing}
      </div>
      <fieldset class="plans" part="body">
        <legend class="hidden">${sold ? words.choosePlan : words.loading}</legend>
        ${sold ? plans?.map((plan) => this.#card(sold, plan, chosen)) : html`<div class="plan ghost"></div>`}
        ${plans?.[0] || !sold ? nothing : words.nothingSold}
      </fieldset>
    </div>`;
  }

  #toggle(sold: Catalog, chosen: PlanSelection, intervals: readonly IntervalKey[]): TemplateResult {
    const { words } = this;
    return html`<fieldset class="toggle">
      <legend class="hidden">${words.billingInterval}</legend>
      ${intervals.map((interval) => {
        const saving = intervalSaving(sold, chosen.currency, interval, chosen.planId, chosen.seats);
        return html`<label>
          <input
            type="radio"
            name="interval"
            .checked=${interval === this.#interval}
            @change=${() => this.#pick(interval, selectInterval(sold, chosen, interval))}
          />${words.intervalName(interval)} <em>${saving ? words.saveYearly(this.money(saving)) : nothing}</em></label
        >`;
      })}
    </fieldset>`;
  }

  #card(sold: Catalog, plan: Plan, chosen: PlanSelection | undefined): TemplateResult {
    const { words } = this;
    const { id, name, kind, badge, description, features, prices, seats, callToAction, contactUrl } = plan;
    const on = id === chosen?.planId;
    const interval = this.#interval ?? sold.defaultInterval;
    const currency = chosen?.currency ?? sold.defaultCurrency;
    // where it has no such price, the one that it is chosen with, or would be
    const price = priceAt(prices, interval) ?? priceAt(prices, on ? chosen.interval : intervalFor(sold, plan, interval));
    const amount = price?.amounts[currency];
    return html`<div class="plan ${on ? 'on' : ''}" part="plan">
      ${
        kind === 'contact'
          ? html`<h3>${name}</h3>
              <p><a class="plain" href=${contactAddress(contactUrl) ?? nothing}>${callToAction ?? words.contact}</a></p>`
          : html`<input
                type="radio"
                name="plan"
                id=${id}
                aria-labelledby="name-${id} price-${id}"
                aria-describedby="about-${id}"
                .checked=${on}
                ?disabled=${amount === undefined}
                @change=${() => chosen && this.#pick(interval, selectPlan(sold, { ...chosen, interval }, id))}
              />
              <label for=${id}><span class="name" id="name-${id}">${name}</span></label>
              <p class="cost" part="price" id="price-${id}">${this.#price(plan, price, currency)}</p>`
      }
      <p class="description small muted">${description}</p>
      <ul role="list" id="about-${id}">
        ${features.map(
          ({ text, included }) =>
            html`<li class=${included ? '' : 'muted'}>${text} <span class="hidden">${included ? nothing : words.notIncluded}</span></li>`,
        )}
      </ul>
      ${
        on && seats
          ? html`<div class="seats small">
              <span id="seats">${words.seats} <span class="hidden">${words.range(seats.min, seats.max, seats.step)}</span></span>
              ${stepper({
                words,
                name: words.seats,
                rule: seats,
                quantity: chosen.seats,
                describedBy: 'seats',
                onChoose: (count) => this.choose(setSeats(sold, chosen, count)),
              })}
            </div>`
          : nothing
      }
      ${badge ? html`<span class="badge"><span class="on-accent">${badge}</span></span>` : nothing}
    </div>`;
  }

  /** Its trial, unless whoever is here has had the one of its group. */
  #trialOf({ id, trial }: Plan): Plan['trial'] {
    const chosen = this.chosenPlan;
    const terms = chosen && this.store?.terms?.({ ...chosen, planId: id });
    return terms?.trialAvailable === false ? undefined : trial;
  }

  #price(plan: Plan, price: Price | undefined, currency: string): TemplateResult | string {
    const { words } = this;
    const { seats } = plan;
    const trial = this.#trialOf(plan);
    const amount = price?.amounts[currency];
    if (amount === undefined) return words.unavailable('currency_not_offered');
    const text = amount || price!.model ? this.priceText(price!, currency) : words.free;
    const { model, interval = '' } = price!;
    const per = words.perInterval(interval);
    // what is paid by use has no price of an interval
    const perText = model?.metered || !(amount || model) ? '' : seats ? words.perSeat(per) : per;
    return html`<strong class=${text.length > 9 ? 'long' : ''}>${text}</strong>
      <span class="small muted">${perText}</span>
      <span class="small good">${trial && (amount || model?.metered) ? words.trialBadge(trial.days, trial.cardRequired) : nothing}</span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'till-plan-picker': TillPlanPicker;
  }
}
