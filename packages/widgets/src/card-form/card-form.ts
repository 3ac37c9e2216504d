import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { completeCheckout } from '../checkout/finish-checkout.ts';
import { TillElement } from '../element/till-element.ts';
import { TillErrorEvent } from '../events.ts';
import { TillError } from '../provider/client.ts';
import { base } from '../style/base.styles.ts';
import { errorText } from '../text/errors.ts';
import { cardTexts } from '../text/card.ts';
import { callToAction } from '../total/wording.ts';
import { readAppearance } from './appearance.ts';
import { openPayment, type CardPayment } from './card-payment.ts';
import { styles } from './card-form.styles.ts';
import { plantMount, type LightMount } from './light-mount.ts';

let count = 0;

/**
 * Step 4, checkout: pays for what is selected without leaving the page, with Stripe's own fields.
 *
 * Opens when it comes into view; until then nothing is asked of Stripe.
 *
 * @summary Stripe's payment fields on your page.
 * @slot complete - What stands in its place after the purchase.
 * @slot fields - Where Stripe's fields land; the form fills it itself.
 * @csspart base - The form.
 * @csspart submit - The button.
 * @csspart hint - Where the card details go.
 * @csspart error - What went wrong, and what to do.
 * @cssstate pending - The catalog is loading, or a payment is on its way.
 * @cssstate error - Something went wrong.
 * @cssstate complete - The purchase is finished.
 * @event {TillCheckoutCompleteEvent} till-checkout-complete - The purchase is finished.
 * @event {TillErrorEvent} till-error - The payment did not go through.
 */
export class TillCardForm extends TillElement {
  static override styles = [base, styles];

  @state() private problem = '';
  @state() private busy = false;
  @state() private ready = false;

  readonly #slotName = `till-card-${(count += 1)}`;
  readonly #seen = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && this.#open());
  readonly #themes = new MutationObserver(() => this.#dress());
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  #mount: LightMount | undefined;
  #payment: CardPayment | undefined;
  /** The selection that the open checkout session is for. */
  #paysFor = '';
  #later: ReturnType<typeof setTimeout> | undefined;
  #visible = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#seen.observe(this);
    this.#themes.observe(document.documentElement, { attributeFilter: ['class', 'style', 'data-theme'] });
    this.#dark.addEventListener('change', this.#dress);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#seen.disconnect();
    this.#themes.disconnect();
    this.#dark.removeEventListener('change', this.#dress);
    this.#close();
  }

  protected override updated(_: PropertyValues): void {
    const wanted = JSON.stringify(this.chosen);
    if (!this.#visible || this.busy || wanted === this.#paysFor || this.store?.state.purchase.status === 'complete') return;
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.#prepare(), this.#paysFor ? 500 : 0);
  }

  protected override render(): TemplateResult {
    const { words, quote, store } = this;
    const say = cardTexts(words.language);
    if (store?.state.purchase.status === 'complete') return html`<slot name="complete"></slot>`;
    const due = quote?.dueToday ? say.pay(this.money(quote.dueToday)) : quote ? callToAction(words, quote) : words.loading;
    return html`<form part="base" dir=${words.direction} novalidate @submit=${this.#submit}>
      <h2>${say.title}</h2>
      ${
        store?.client?.signedIn
          ? nothing
          : html`<label class="field small"
              >${say.email}<input name="email" type="email" autocomplete="email" required aria-describedby="problem"
            /></label>`
      }
      <div class="fields"><slot name="fields"></slot></div>
      <span class="probe" aria-hidden="true"></span>
      <p id="problem" class=${this.problem ? 'error small' : ''} part="error" role="alert">
        ${this.problem}
        ${this.problem && !this.#payment ? html`<button class="plain" type="button" @click=${this.#prepare}>${say.again}</button>` : nothing}
      </p>
      <button class="primary" part="submit" ?disabled=${!this.ready || this.busy}>
        <span class="on-accent">${this.busy ? words.oneMoment : due}</span>
      </button>
      <p class="small muted" part="hint">${say.safe}</p>
    </form>`;
  }

  #open(): void {
    this.#visible = true;
    this.#seen.disconnect();
    this.requestUpdate();
  }

  /** A checkout session for what is chosen now; the one before is left to expire. */
  readonly #prepare = async (): Promise<void> => {
    const { store, chosen, sold } = this;
    if (!store || !chosen || !sold || !this.isConnected) return;
    this.#close();
    this.#paysFor = JSON.stringify(chosen);
    this.problem = sold.publishableKey ? '' : cardTexts(this.words.language).notSetUp;
    const probe = this.renderRoot.querySelector<HTMLElement>('.probe');
    if (!sold.publishableKey || !probe) return;
    this.#mount = plantMount(this, 'fields', this.#slotName);
    try {
      this.#payment = await openPayment(store, chosen, this.#mount.place, readAppearance(probe), sold.publishableKey);
      this.ready = true;
    } catch (error) {
      this.#close();
      this.#paysFor = JSON.stringify(chosen); // tried; the buyer decides when to try again
      this.#fail(error);
    }
  };

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const field = this.renderRoot.querySelector<HTMLInputElement>('input[name=email]');
    if (field && !field.checkValidity()) {
      this.problem = cardTexts(this.words.language).emailMissing;
      field.focus();
      return;
    }
    if (!this.#payment || !this.store || this.busy) return;
    this.busy = true;
    this.problem = '';
    try {
      const refused = await this.#payment.confirm(field?.value);
      if (refused) {
        this.problem = refused;
        this.dispatchEvent(new TillErrorEvent('payment_failed'));
      } else await this.#finish(this.#payment.checkoutSessionId);
    } catch (error) {
      this.#fail(error);
    }
    this.busy = false;
  };

  async #finish(checkoutSessionId: string): Promise<void> {
    if (!this.store) return;
    await completeCheckout(this.store, checkoutSessionId);
    if (this.store.state.purchase.status === 'complete') this.#close();
  }

  #fail(error: unknown): void {
    if (!(error instanceof TillError)) console.error(error);
    const code = error instanceof TillError ? error.code : 'internal_error';
    this.problem = errorText(this.words.language, code);
    this.dispatchEvent(new TillErrorEvent(code));
  }

  readonly #dress = (): void => {
    const probe = this.renderRoot?.querySelector<HTMLElement>('.probe');
    if (probe) this.#payment?.changeAppearance(readAppearance(probe));
  };

  #close(): void {
    clearTimeout(this.#later);
    this.#payment?.close();
    this.#payment = undefined;
    this.#mount?.remove();
    this.#paysFor = '';
    this.ready = false;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'till-card-form': TillCardForm;
  }
}
