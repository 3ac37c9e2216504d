import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { TillElement } from '../element/till-element.ts';
import { TillErrorEvent } from '../events.ts';
import { TillError } from '../provider/client.ts';
import { loadAccount } from '../provider/sign-in.ts';
import { base } from '../style/base.styles.ts';
import { errorText } from '../text/errors.ts';
import { emailSignInTexts, type SignInTexts } from '../text/email-sign-in.ts';
import { askForCode, enterCode, type Challenge } from './challenge.ts';
import { digitsOf, groupDigits, isWhole } from './code-field.ts';
import { styles } from './email-sign-in.styles.ts';
import { TillSignInEvent } from './signed-in-event.ts';

/** Seconds before another code can be asked for, after the first, second and third mail; the server sends three in 15 minutes. */
const waits = [30, 60, 900];

/**
 * Step 7, panel: signing in by a code that comes by e-mail, where the server has a mailer. The panel shows it by itself.
 *
 * @summary Sign-in by e-mail code.
 * @csspart base - Everything.
 * @csspart input - The field for the address, then the one for the code.
 * @csspart submit - The button that sends the code, then the one that signs in.
 * @csspart error - What went wrong, and what to do.
 * @cssstate pending - The catalog is loading, or a purchase is on its way.
 * @cssstate error - Something went wrong.
 * @event {TillSignInEvent} till-sign-in - The customer is signed in, and what they own is read.
 * @event {TillErrorEvent} till-error - The server has refused.
 */
export class TillEmailSignIn extends TillElement {
  static override styles = [base, styles];

  @state() private email = '';
  @state() private challenge: Challenge | undefined;
  @state() private busy = false;
  @state() private problem = '';
  @state() private notice = '';
  /** No further guess is taken for this code. */
  @state() private spent = false;
  /** Seconds until another code can be asked for. */
  @state() private wait = 0;
  #sent = 0;
  #clock: ReturnType<typeof setInterval> | undefined;
  #face = '';

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
  }

  /** The field of a face that has just opened gets the focus; the one of the first face is left to the page. */
  protected override updated(): void {
    const face = this.challenge ? 'code' : 'address';
    if (this.#face && face !== this.#face) this.renderRoot.querySelector('input')?.focus();
    this.#face = face;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { words, store } = this;
    if (!store) return nothing;
    const say = emailSignInTexts(words.language);
    return html`<form part="base" dir=${words.direction} novalidate @submit=${this.#submit}>
      ${this.challenge ? this.#codeFace(say) : this.#addressFace(say)}
      <p class="hidden" role="status">${this.notice}</p>
    </form>`;
  }

  #addressFace(say: SignInTexts): TemplateResult {
    return html`<h3>${say.title}</h3>
      <p id="lead">${say.lead}</p>
      <label
        >${say.email}<input
          part="input"
          name="email"
          type="email"
          dir="ltr"
          autocomplete="email"
          maxlength="254"
          required
          .value=${this.email}
          aria-describedby="lead problem"
          aria-invalid=${this.problem ? 'true' : 'false'}
      /></label>
      ${this.#problem()} ${this.#button(say.send)}`;
  }

  #codeFace(say: SignInTexts): TemplateResult {
    return html`<h3>${say.codeTitle}</h3>
      <p id="lead">${say.sentTo} <bdi class="address">${this.email}</bdi>. ${say.lookFor}</p>
      <label
        >${say.code}<input
          class="code"
          part="input"
          name="code"
          type="text"
          dir="ltr"
          inputmode="numeric"
          autocomplete="one-time-code"
          spellcheck="false"
          required
          aria-describedby="lead problem"
          aria-invalid=${this.problem ? 'true' : 'false'}
          @input=${(event: Event) => groupDigits(event.target as HTMLInputElement)}
      /></label>
      ${this.#problem()} ${this.#button(say.enter, this.spent)}
      <p class="ways">
        <button class="plain" type="button" aria-disabled=${this.busy || this.wait > 0} @click=${this.#again}>
          ${this.wait > 0 ? say.againIn(`${Math.floor(this.wait / 60)}:${String(this.wait % 60).padStart(2, '0')}`) : say.again}
        </button>
        <button class="plain" type="button" @click=${this.#otherAddress}>${say.otherAddress}</button>
      </p>`;
  }

  #problem(): TemplateResult {
    return html`<p id="problem" class=${this.problem ? 'error small' : 'hidden'} part="error" role="alert">${this.problem}</p>`;
  }

  #button(words: string, disabled = false): TemplateResult {
    return html`<button class="primary" part="submit" ?disabled=${disabled} aria-disabled=${this.busy}>
      <span class="on-accent">${this.busy ? this.words.oneMoment : words}</span>
    </button>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = this.renderRoot.querySelector('input');
    if (!field || this.busy) return;
    if (this.challenge) void this.#enter(field, this.challenge);
    else void this.#send(field);
  };

  async #send(field: HTMLInputElement): Promise<void> {
    const email = field.value.trim();
    if (!email || !field.checkValidity()) return this.#correct(field, emailSignInTexts(this.words.language).emailMissing);
    this.email = email;
    await this.#request(emailSignInTexts(this.words.language).sent);
  }

  async #enter(field: HTMLInputElement, challenge: Challenge): Promise<void> {
    const digits = digitsOf(field.value);
    if (!isWhole(digits)) return this.#correct(field, emailSignInTexts(this.words.language).codeMissing);
    await this.#act(async (store) => {
      await enterCode(store, challenge, digits);
      await loadAccount(store);
      this.dispatchEvent(new TillSignInEvent());
    });
    if (!this.problem) return;
    field.select();
    field.focus();
  }

  #correct(field: HTMLInputElement, problem: string): void {
    this.problem = problem;
    field.focus();
  }

  readonly #again = (): void => {
    if (!this.busy && this.wait === 0) void this.#request(emailSignInTexts(this.words.language).sentAgain);
  };

  readonly #otherAddress = (): void => {
    this.challenge = undefined;
    this.problem = '';
    this.notice = '';
  };

  /** Has a code sent to the address; the field is emptied for it. */
  async #request(notice: string): Promise<void> {
    await this.#act(async (store) => {
      this.challenge = await askForCode(store, this.email, this.words.language);
      this.spent = false;
      this.notice = notice;
      const field = this.renderRoot.querySelector<HTMLInputElement>('input[name=code]');
      if (field) field.value = '';
      this.#countDown(waits[Math.min(this.#sent, waits.length - 1)]!);
      this.#sent += 1;
    });
  }

  #countDown(seconds: number): void {
    const until = Date.now() + seconds * 1000;
    const tick = (): void => {
      this.wait = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      if (this.wait === 0) clearInterval(this.#clock);
    };
    clearInterval(this.#clock);
    this.#clock = setInterval(tick, 1000);
    tick();
  }

  /** Runs one wish: busy while it is on its way, a sentence when it is refused. */
  async #act(work: (store: NonNullable<TillEmailSignIn['store']>) => Promise<void>): Promise<void> {
    if (!this.store) return;
    this.busy = true;
    this.problem = '';
    this.notice = '';
    try {
      await work(this.store);
    } catch (error) {
      this.#fail(error);
    }
    this.busy = false;
  }

  #fail(error: unknown): void {
    if (!(error instanceof TillError)) console.error(error);
    const { language } = this.words;
    const say = emailSignInTexts(language);
    const { code, triesLeft = -1 } = error instanceof TillError ? error : { code: 'internal_error' as const };
    this.spent = code === 'email_code_spent' || triesLeft === 0;
    if (triesLeft === 0) this.problem = say.lastTry;
    else this.problem = triesLeft > 0 ? say.wrong(triesLeft) : code === 'invalid_request' ? say.emailMissing : errorText(language, code);
    this.dispatchEvent(new TillErrorEvent(code, error instanceof TillError ? error.instance : undefined));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'till-email-sign-in': TillEmailSignIn;
  }
}
