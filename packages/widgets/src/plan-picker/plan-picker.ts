import type { Catalog, IntervalKey, Plan, Price } from '@tillkit/core/catalog/catalog';
import { priceAt } from '@tillkit/core/catalog/lookup';
import { formatMoney } from '@tillkit/core/money/format-money';
import { intervalSaving } from '@tillkit/core/quote/interval-saving';
import { selectInterval, selectPlan, setSeats } from '@tillkit/core/selection/choose';
import type { PlanSelection, Selection } from '@tillkit/core/selection/selection';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { Connection } from '../provider/connection.ts';
import { stepper, stepperStyles } from '../stepper/stepper.ts';
import { base } from '../style/base.styles.ts';
import type { Texts } from '../text/texts.ts';
import { styles } from './plan-picker.styles.ts';

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
 * @cssstate pending - The catalog is loading.
 * @cssstate error - The catalog could not be loaded.
 * @event {TillSelectionChangeEvent} till-selection-change - The buyer chose another plan, interval or number of seats.
 */
export class TillPlanPicker extends LitElement {
  static override styles = [base, stepperStyles, styles];

  /** What is sold; the provider's catalog when absent. */
  @property({ attribute: false }) catalog: Catalog | undefined;
  /** What is chosen; the provider's selection when absent. */
  @property({ attribute: false }) selection: Selection | undefined;
  /** Id of the provider it belongs to, when it does not stand inside one. */
  @property() provider: string | undefined;
  /** Shows only the plans of this plan group; all when absent. */
  @property() group: string | undefined;
  /** Words to use instead of the page language's. */
  @property({ attribute: false }) texts: Texts | undefined;

  /** What the toggle shows, also when the chosen plan has another interval. */
  @state() private interval: IntervalKey | undefined;

  readonly #internals = this.attachInternals();
  readonly #connection = new Connection(this);

  protected override willUpdate(): void {
    const { status } = this.#connection.remoteCatalog;
    for (const [name, on] of [
      ['pending', status === 'initial' || status === 'pending'],
      ['error', status === 'error'],
    ] as const) {
      if (on) this.#internals.states.add(name);
      else this.#internals.states.delete(name);
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { texts, remoteCatalog: remote } = this.#connection;
    if (remote.status === 'complete') return this.#plans(remote.value);
    if (remote.status !== 'error') return this.#ghosts();
    return html`<p class="error" part="error" role="alert" dir=${texts.direction}>
      ${texts.error(remote.code)} <button class="plain" type="button" @click=${this.#retry}>${texts.tryAgain}</button>
    </p>`;
  }

  #plans(catalog: Catalog): TemplateResult | typeof nothing {
    const { texts, selection } = this.#connection;
    const plans = catalog.plans.filter(({ group }) => !this.group || group === this.group);
    if (!plans.length) return catalog.products.length ? nothing : html`<p part="base" dir=${texts.direction}>${texts.nothingSold}</p>`;
    const chosen = selection && 'planId' in selection ? selection : undefined;
    const intervals = catalog.intervals.filter((interval) => plans.some(({ prices }) => priceAt(prices, interval)));
    return html`<div part="base" dir=${texts.direction}>
      <div class="head" part="header">
        <slot name="header"><h2 id="heading">${texts.choosePlan}</h2></slot>
        ${chosen && intervals.length > 1 ? this.#toggle(catalog, chosen, intervals) : nothing}
      </div>
      <fieldset class="plans" part="body">
        <legend class="hidden">${texts.choosePlan}</legend>
        ${plans.map((plan) => (plan.kind === 'contact' ? this.#contact(plan) : this.#card(catalog, plan, chosen)))}
      </fieldset>
    </div>`;
  }

  #toggle(catalog: Catalog, chosen: PlanSelection, intervals: readonly IntervalKey[]): TemplateResult {
    const { texts } = this.#connection;
    const pattern = catalog.money[chosen.currency];
    return html`<fieldset class="toggle">
      <legend class="hidden">${texts.billingInterval}</legend>
      ${intervals.map((interval) => {
        const saving = intervalSaving(catalog, chosen.currency, interval, chosen.planId);
        return html`<label>
          <input
            type="radio"
            name="interval"
            value=${interval}
            .checked=${interval === (this.interval ?? chosen.interval)}
            @change=${() => this.#chooseInterval(catalog, chosen, interval)}
          />
          ${texts.intervalName(interval)} ${saving && pattern ? html`<em>${texts.saveYearly(formatMoney(saving, pattern))}</em>` : nothing}
        </label>`;
      })}
    </fieldset>`;
  }

  #card(catalog: Catalog, plan: Plan, chosen: PlanSelection | undefined): TemplateResult {
    const on = plan.id === chosen?.planId;
    const price = priceAt(plan.prices, this.interval ?? chosen?.interval ?? catalog.defaultInterval) ?? plan.prices[0];
    const currency = chosen?.currency ?? catalog.defaultCurrency;
    const sold = price?.amounts[currency] !== undefined;
    return html`<div class="plan ${on ? 'on' : ''} ${sold ? '' : 'off'}" part="plan">
      <input
        type="radio"
        name="plan"
        id=${plan.id}
        value=${plan.id}
        aria-labelledby="name-${plan.id} price-${plan.id}"
        aria-describedby="about-${plan.id}"
        .checked=${on}
        ?disabled=${!sold}
        @change=${() => chosen && this.#choosePlan(catalog, chosen, plan.id)}
      />
      <label class="name" for=${plan.id} id="name-${plan.id}">${plan.name} ${this.#mark(plan)}</label>
      ${price && sold ? this.#price(catalog, plan, price, currency) : html`<p class="cost small reason" id="price-${plan.id}">${this.#connection.texts.unavailable('currency_not_offered')}</p>`}
      ${this.#about(plan)} ${on && chosen && plan.seats ? this.#seats(catalog, plan.seats, chosen) : nothing}
      ${plan.badge ? html`<span class="badge">${plan.badge}</span>` : nothing}
    </div>`;
  }

  #contact(plan: Plan): TemplateResult {
    return html`<div class="plan contact" part="plan">
      <h3 class="name">${plan.name}</h3>
      <p class="cost"><a class="plain" href=${plan.contactUrl ?? ''}>${plan.callToAction ?? this.#connection.texts.contact}</a></p>
      ${this.#about(plan)} ${plan.badge ? html`<span class="badge">${plan.badge}</span>` : nothing}
    </div>`;
  }

  /** "Your plan", when the visitor is known and has it. */
  #mark(plan: Plan): TemplateResult | typeof nothing {
    const account = this.#connection.state?.account;
    const live = ['trialing', 'active', 'past_due'];
    const mine =
      account?.status === 'complete' && account.value.subscriptions.some(({ planId, status }) => planId === plan.id && live.includes(status));
    return mine ? html`<span class="mine">${this.#connection.texts.yourPlan}</span>` : nothing;
  }

  #price(catalog: Catalog, plan: Plan, price: Price, currency: string): TemplateResult {
    const { texts } = this.#connection;
    const pattern = catalog.money[currency];
    const amount = price.amounts[currency] ?? 0;
    const text = amount && pattern ? formatMoney(amount, pattern) : texts.free;
    const per = price.interval ? texts.perInterval(price.interval) : '';
    return html`<p class="cost" part="price" id="price-${plan.id}">
      <strong class=${text.length > 9 ? 'long' : ''}>${text}</strong>
      <span class="small muted">${amount ? (plan.seats ? texts.perSeat(per) : per) : texts.freeForever}</span>
      ${plan.trial && amount ? html`<br /><span class="small trial">${texts.trialBadge(plan.trial.days, plan.trial.cardRequired)}</span>` : nothing}
    </p>`;
  }

  #about(plan: Plan): TemplateResult {
    return html`<p class="description small muted">${plan.description ?? nothing}</p>
      <ul class="features" role="list" id="about-${plan.id}">
        ${plan.features.map(
          ({ text, included }) =>
            html`<li class=${included ? '' : 'no'}>
              <span>${text}${included ? nothing : html`<span class="hidden"> ${this.#connection.texts.notIncluded}</span>`}</span>
            </li>`,
        )}
      </ul>`;
  }

  #seats(catalog: Catalog, rule: NonNullable<Plan['seats']>, chosen: PlanSelection): TemplateResult {
    const { texts } = this.#connection;
    return html`<div class="seats">
      <span class="small" id="seats" aria-hidden="true">${texts.seats}</span>
      ${stepper({
        texts,
        name: texts.seats,
        rule,
        quantity: chosen.seats,
        optional: false,
        describedBy: 'seats-range',
        onChoose: (seats) => this.#connection.choose(setSeats(catalog, chosen, seats)),
      })}
      <span class="hidden" id="seats-range">${texts.range(rule.min, rule.max, rule.step)}</span>
    </div>`;
  }

  /** The final geometry, without words, while the catalog is on its way. */
  #ghosts(): TemplateResult {
    const { texts } = this.#connection;
    return html`<div part="base" dir=${texts.direction} aria-busy="true">
      <div class="head" part="header"><h2>${texts.choosePlan}</h2></div>
      <div class="plans ghosts" part="body" role="img" aria-label=${texts.loading}>
        ${[0, 1, 2].map(
          () =>
            html`<div class="plan">
              ${[40, 60, 90, 80, 70].map((width) => html`<div class="skeleton" style="inline-size:${width}%"></div>`)}
            </div>`,
        )}
      </div>
    </div>`;
  }

  #choosePlan(catalog: Catalog, chosen: PlanSelection, planId: string): void {
    const wished = this.interval ?? chosen.interval;
    this.#connection.choose(selectPlan(catalog, { ...chosen, interval: wished }, planId));
  }

  #chooseInterval(catalog: Catalog, chosen: PlanSelection, interval: IntervalKey): void {
    this.interval = interval;
    this.#connection.choose(selectInterval(catalog, chosen, interval));
  }

  readonly #retry = (): void => {
    void this.#connection.store?.reload();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'till-plan-picker': TillPlanPicker;
  }
}
