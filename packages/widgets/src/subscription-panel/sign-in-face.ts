/**
 * Step 7, panel: what somebody sees who is signed out, or signed in too long ago for what they want.
 *
 * Promise: the panel goes on where the customer was; a wish that waited is done once, after they have signed in.
 */
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { webAddress } from '../provider/web-address.ts';
import type { PanelTexts } from '../text/panel-texts.ts';
import { lostCode } from './panel-faces.ts';

const tag = 'till-email-sign-in';

async function load(): Promise<void> {
  const { TillEmailSignIn } = await import('../email-sign-in/email-sign-in.ts');
  // `define` would be one more name that the script's first request must offer
  if (!customElements.get(tag)) customElements.define(tag, TillEmailSignIn);
}

export class SignInFace {
  readonly #panel: LitElement & { readonly provider: string | undefined };
  /** Said by the panel's live region. */
  readonly #tell: (say: (texts: PanelTexts) => string) => void;
  /** The form's code could not be fetched. */
  #lost = false;
  /** Somebody has signed in, and what is theirs is not there yet. */
  #arriving = false;
  /** Where they were led. */
  #heading: HTMLElement | undefined;
  #waiting: { readonly id: string; readonly again: () => void } | undefined;

  constructor(panel: LitElement & { readonly provider: string | undefined }, tell: (say: (texts: PanelTexts) => string) => void) {
    this.#panel = panel;
    this.#tell = tell;
  }

  /** What a wish waits for that is about it, until the customer has shown again who they are: a subscription's id, or `wallet`. */
  get waitsFor(): string | undefined {
    return this.#waiting?.id;
  }

  /** Keeps a wish until then. */
  hold(id: string, again: () => void, customer: () => string | undefined): void {
    const asked = customer();
    // whoever signs in instead of them has not asked for it
    this.#waiting = { id, again: () => customer() === asked && again() };
  }

  /** Somebody else is here: what the one before wanted is not done for them, and where those were led is nothing to them. */
  reset(): void {
    this.#waiting = this.#heading = undefined;
  }

  /** For somebody who is not signed in. */
  signedOut(say: PanelTexts, catalog: Catalog | undefined): TemplateResult {
    const url = webAddress(catalog?.portalLoginUrl);
    return html`<section class="sub">
      <h2>${say.signedOutTitle}</h2>
      ${catalog?.emailCodes ? this.#form(say) : html`<p>${say.signedOut}</p>`}
      ${url ? html`<p><a class="plain" href=${url}>${say.portalLogin}</a></p>` : nothing}
      <slot name="signed-out"></slot>
    </section>`;
  }

  /** For somebody whose wish waits. */
  again(say: PanelTexts): TemplateResult {
    const back = (): void => {
      this.#waiting = undefined;
      this.#panel.requestUpdate();
    };
    return html`<article class="sub">
      <h2 class="step-up" tabindex="-1">${say.stepUp}</h2>
      ${this.#form(say)}
      <p><button class="plain" @click=${back}>${say.back}</button></p>
    </article>`;
  }

  /** The form; nothing until its code is fetched, which begins when it is first shown. */
  #form(say: PanelTexts): TemplateResult | typeof nothing {
    if (customElements.get(tag))
      return html`<till-email-sign-in provider=${this.#panel.provider ?? nothing} @till-sign-in=${this.#done}></till-email-sign-in>`;
    if (this.#lost) return lostCode(say);
    void load()
      .catch(() => (this.#lost = true))
      .then(() => this.#panel.requestUpdate());
    return nothing;
  }

  readonly #done = (): void => {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#tell(({ signedIn }) => signedIn);
    if (waiting) waiting.again();
    else this.#arriving = true;
  };

  /** After each drawing: where the form stood that had the focus there is something else now; whoever reads on begins at its heading. */
  drawn(): void {
    const { renderRoot } = this.#panel;
    // what stood there was drawn anew, by a second reading
    if (this.#heading && !this.#heading.isConnected) {
      this.#arriving = document.activeElement === document.body;
      this.#heading = undefined;
    }
    const heading = this.#arriving && !renderRoot.querySelector(tag) && renderRoot.querySelector('h2');
    if (!heading) return;
    this.#arriving = false;
    this.#heading = heading;
    heading.tabIndex = -1;
    heading.focus();
    // whoever goes elsewhere stays there; one that is drawn anew loses the focus, too
    const left = (): void => void setTimeout(() => heading.isConnected && this.#heading === heading && (this.#heading = undefined));
    heading.addEventListener('blur', left, { once: true });
  }
}
