import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { listedAmounts } from '@tillkit/core/quote/listed-amounts';
import { completeCheckout } from '../checkout/finish-checkout.ts';
import { TillElement } from '../element/till-element.ts';
import { TillErrorEvent } from '../events.ts';
import { buyerMaxAge } from '../checkout/start-checkout.ts';
import { TillError } from '../provider/client.ts';
import { linkTarget } from '../provider/link-target.ts';
import { toProblem } from '../provider/run.ts';
import { loadAccount, signInVisitor } from '../provider/sign-in.ts';
import type { Store } from '../provider/store.ts';
import { base } from '../style/base.styles.ts';
import { cardTexts, type CardTexts } from '../text/card.ts';
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
  @state() private link: { readonly href: string; readonly label: string } | undefined;
  /** Trying again would come to the same. */
  @state() private isFinal = false;
  /** Stripe's script or fields are not there; its own page may be. */
  @state() private isStripeMissing = false;

  readonly #slotName = `till-card-${(count += 1)}`;
  readonly #seen = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && this.#open());
  readonly #themes = new MutationObserver(() => this.#dress());
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  #mount: LightMount | undefined;
  #payment: CardPayment | undefined;
  /** What the open checkout session is for, as `#wanted`. */
  #paysFor = '';
  /** What its amounts were, as `#shown`. */
  #paysAmounts = '';
  /** What the next one will be for, while it is waited whether something else is chosen. */
  #scheduled = '';
  #hasOpened = false;
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
    const { store } = this;
    if (!this.#visible || !store || store.state.purchase.status === 'complete') return;
    if (store.person !== this.#person) this.#changePerson(store);
    // while an earlier payment is not confirmed nothing is bought; until it is known who buys there is nothing to open
    if (this.busy || this.#holds || store.state.returning !== undefined || !this.#knowsBuyer(store)) return;
    if (this.#wanted === this.#scheduled) return;
    const milliseconds = this.#hasOpened ? 500 : 0;
    this.#close(); // at once: nobody types into fields that are about to go, nor pays for what was chosen before
    this.#scheduled = this.#wanted;
    this.#later = setTimeout(() => void this.#prepare(), milliseconds);
  }

  protected override render(): TemplateResult {
    const { words, quote, store } = this;
    const say = cardTexts(words.language);
    if (store?.state.purchase.status === 'complete') return html`<slot name="complete"></slot>`;
    const due = quote?.dueToday ? say.pay(this.money(quote.dueToday)) : quote ? callToAction(words, quote) : words.loading;
    const problem = this.#problem;
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
      <p id="problem" class=${problem ? 'error small' : ''} part="error" role="alert">${problem} ${this.#way(say)}</p>
      <button class="primary" part="submit" ?disabled=${!this.ready || this.busy || store?.state.returning !== undefined}>
        <span class="on-accent">${this.busy ? words.oneMoment : due}</span>
      </button>
      <p class="small muted" part="hint">${say.safe}</p>
    </form>`;
  }

  /** What went wrong here, or with the payment that the buyer came back from. */
  get #problem(): string {
    const purchase = this.store?.state.purchase;
    return this.problem || (purchase?.status === 'error' ? purchase.message : '');
  }

  /** The way on from a problem: to where it can be settled, or once more, here or on Stripe's own page. */
  #way(say: CardTexts): TemplateResult | typeof nothing {
    const { store, link } = this;
    if (link) return html`<a class="plain" href=${link.href} target=${linkTarget}>${link.label}</a>`;
    if (store?.state.returning !== undefined)
      return html`<button class="plain" type="button" @click=${() => this.chosen && store.checkout(this.chosen)}>${say.again}</button>`;
    if (!this.problem || this.#payment || !this.sold?.publishableKey || this.isFinal) return nothing;
    return html`<button class="plain" type="button" @click=${this.#prepare}>${say.again}</button>
      ${this.isStripeMissing ? html`<button class="plain" type="button" @click=${() => this.chosen && store?.checkout(this.chosen)}>${say.onStripe}</button>` : nothing}`;
  }

  /** What is bought, at which reduction, and by whom. */
  get #wanted(): string {
    return JSON.stringify([this.chosen, this.store?.state.promotionCode, this.store?.person]);
  }

  /** The amounts that stand on the button and beside it. */
  get #shown(): string {
    return JSON.stringify(this.quote && listedAmounts(this.quote));
  }

  /** Whether what is open, or was tried, is what is wanted; and open fields charge what is shown, whoever has read new prices since. */
  get #holds(): boolean {
    return this.#wanted === this.#paysFor && (!this.#payment || this.#shown === this.#paysAmounts);
  }

  /** Whether it is known who buys; it is asked, once, where somebody may be signed in: they may have used up their trial. */
  #knowsBuyer(store: Store): boolean {
    const { account, asking } = store.state;
    if (asking || account.status === 'pending') return false;
    const mayBeSomebody = store.tokenUrl !== null || !!store.client?.signedIn;
    if (account.status !== 'initial' || !mayBeSomebody || this.#asked === store.person) return true;
    this.#asked = store.person;
    void loadAccount(store);
    return false;
  }
  #asked = -1;
  #person = 0;

  /** A payment that was begun by another person is not gone on with. */
  #changePerson(store: Store): void {
    this.#person = store.person;
    this.#close();
    this.problem = '';
    this.link = undefined;
    const field = this.renderRoot.querySelector<HTMLInputElement>('input[name=email]');
    if (field) field.value = '';
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
    const wanted = this.#wanted;
    this.#paysFor = wanted;
    this.#paysAmounts = this.#shown;
    this.#hasOpened = true;
    this.link = undefined;
    this.problem = sold.publishableKey ? '' : cardTexts(this.words.language).notSetUp;
    const probe = this.renderRoot.querySelector<HTMLElement>('.probe');
    if (!sold.publishableKey || !probe) return;
    const { purchase } = store.state;
    // what the buyer came back from stays said while they try again
    if (purchase.status === 'error' && purchase.code !== 'checkout_not_complete') store.set({ purchase: { status: 'initial' } });
    const mount = plantMount(this, 'fields', this.#slotName);
    this.#mount = mount;
    try {
      const payment = await openPayment(store, chosen, mount.place, readAppearance(probe), sold.publishableKey);
      // something else was chosen meanwhile, or somebody else is here
      if (mount !== this.#mount) return payment.close();
      this.#payment = payment;
      this.ready = true;
    } catch (error) {
      if (mount !== this.#mount) return;
      this.#close();
      this.#paysFor = wanted; // tried; the buyer decides when to try again
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
    const { store } = this;
    if (!this.#payment || !store || this.busy || !this.#holds) return;
    this.busy = true;
    this.problem = '';
    if (store.state.purchase.status === 'error') store.set({ purchase: { status: 'initial' } });
    try {
      await signInVisitor(store, buyerMaxAge); // whom the owner names may have changed since the fields were opened
      if (!this.#holds) throw new TillError('superseded');
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
    if (!this.store) return;
    const { code, message, link } = toProblem(this.store, error);
    this.problem = message;
    this.link = link;
    this.isFinal = code === 'already_subscribed' || code === 'currency_locked';
    this.isStripeMissing = code === 'stripe_unavailable';
    this.dispatchEvent(new TillErrorEvent(code));
  }

  readonly #dress = (): void => {
    const probe = this.renderRoot?.querySelector<HTMLElement>('.probe');
    if (probe) this.#payment?.changeAppearance(readAppearance(probe));
  };

  #close(): void {
    clearTimeout(this.#later);
    this.#scheduled = '';
    this.#payment?.close();
    this.#payment = undefined;
    this.#mount?.remove();
    this.#mount = undefined;
    this.#paysFor = '';
    this.ready = false;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'till-card-form': TillCardForm;
  }
}
