import { paths } from '@tillkit/core/contract/paths';
import type { DiscountRequest, DiscountResponse } from '@tillkit/core/contract/contract';
import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { TillElement } from '../element/till-element.ts';
import { connect, TillError } from '../provider/client.ts';
import { demand } from '../provider/demand.ts';
import { base } from '../style/base.styles.ts';
import { errorText } from '../text/errors.ts';
import { extendedTexts } from '../text/extended-texts.ts';
import { styles } from './promotion-code.styles.ts';

/**
 * Step 3, quote: a field for a promotion code, which the total then counts and the checkout takes along.
 *
 * @summary Field for a promotion code.
 * @csspart base - Everything.
 * @csspart input - The field.
 * @csspart submit - The button that applies it, or takes it back.
 * @csspart error - Why the code is not taken, or does not count for what is chosen now.
 * @cssstate pending - The catalog is loading, or a purchase is on its way.
 * @cssstate error - Something went wrong.
 */
export class TillPromotionCode extends TillElement {
  static override styles = [base, styles];

  /** Why a code was not taken, and of what. */
  @state() private refusal: { readonly code: string; readonly about: string } | undefined;
  @state() private busy = false;

  protected override render(): TemplateResult | typeof nothing {
    const { words, store } = this;
    const say = extendedTexts(words.language);
    const [applied] = store?.state.discounts ?? [];
    if (!this.sold || !store) return nothing;
    const [leftOut] = this.quote?.leftOut ?? [];
    // a code that was refused may be good for what is chosen since, and for who is here since
    const refusal = applied ? leftOut : this.refusal?.about === this.#wanted ? this.refusal.code : undefined;
    const problem = refusal === undefined ? '' : errorText(words.language, refusal);
    return html`<form part="base" dir=${words.direction} @submit=${applied ? this.#remove : this.#apply}>
      ${
        applied
          ? html`<p class=${leftOut ? '' : 'good'}>${leftOut ? say.notApplied(applied.name) : say.applied(applied.name)}</p>`
          : html`<label class="small"
              >${say.code}<input
                part="input"
                name="code"
                autocomplete="off"
                autocapitalize="characters"
                spellcheck="false"
                maxlength="100"
                required
                aria-describedby="problem"
                aria-invalid=${problem ? 'true' : 'false'}
            /></label>`
      }
      <button class="plain" part="submit" aria-disabled=${this.busy}>
        ${applied ? say.remove : this.busy ? words.oneMoment : say.apply}
      </button>
      <p id="problem" class=${problem ? 'error small' : 'hidden'} part="error" role="alert">${problem}</p>
    </form>`;
  }

  /** For what a code is asked, and by whom. */
  get #wanted(): string {
    return JSON.stringify([this.chosen, this.store?.person]);
  }

  readonly #apply = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { store, chosen: selection } = this;
    const promotionCode = new FormData(event.target as HTMLFormElement).get('code')?.toString().trim();
    if (!store || !selection || !promotionCode || this.busy) return;
    this.busy = true;
    this.refusal = undefined;
    const about = this.#wanted;
    const request: DiscountRequest = { promotionCode, selection };
    try {
      const [answer] = await Promise.all([
        connect(store).request<DiscountResponse>('POST', paths.discounts, request),
        import('../extended/extended.ts').catch(() => Promise.reject(new TillError('offline'))),
      ]);
      const { discount } = demand(answer, (given) => typeof given.discount?.name === 'string');
      store.reconsider();
      store.set({ promotionCode, discounts: [discount] });
      store.requote();
    } catch (error) {
      this.refusal = { code: error instanceof TillError ? error.code : 'internal_error', about };
    }
    this.busy = false;
  };

  readonly #remove = (event: SubmitEvent): void => {
    event.preventDefault();
    this.store?.reconsider();
    this.store?.set({ promotionCode: undefined, discounts: [] });
    this.store?.requote();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'till-promotion-code': TillPromotionCode;
  }
}
