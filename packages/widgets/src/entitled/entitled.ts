import { css, html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { findStore } from '../provider/find-store.ts';
import type { Store } from '../provider/store.ts';
import { grantedOf, type Granted } from './granted.ts';

/**
 * Step 6, subscription: shows what is inside to those whose subscription or purchase gives a feature, and follows what they
 * buy, change and end. It hides and does not protect: whoever reads the page's source reads what is inside.
 *
 * @summary Shows its content to those who have paid for it.
 * @slot - What they see who have the feature.
 * @slot fallback - What all others see, such as a way to the prices.
 * @slot pending - What stands there until it is known; nothing by default.
 */
export class TillEntitled extends LitElement {
  static override styles = css`
    :host {
      display: contents;
    }
  `;

  /** Name of the feature, as `grants` of the catalog has it. */
  @property() feature = '';
  /** Id of the provider it belongs to, when it does not stand inside one. */
  @property() provider: string | undefined;

  #store: Store | undefined;
  #granted: Granted | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#store = findStore(this);
    this.#granted = grantedOf(this.#store);
    this.#store.followers.add(this);
    this.#granted.followers.add(this);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#store?.followers.delete(this);
    this.#granted?.followers.delete(this);
  }

  protected override render(): TemplateResult {
    this.#granted?.follow();
    const features = this.#granted?.features;
    if (!features) return html`<slot name="pending"></slot>`;
    return features.includes(this.feature) ? html`<slot></slot>` : html`<slot name="fallback"></slot>`;
  }
}
