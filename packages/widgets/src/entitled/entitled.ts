import { css, html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { TillElement } from '../element/till-element.ts';
import { TillError } from '../provider/client.ts';
import { grantedOf } from './granted.ts';

/**
 * Step 6, subscription: shows what is inside to those whose subscription or purchase gives a feature, and follows what they
 * buy, change and end. It hides and does not protect: whoever reads the page's source reads what is inside.
 *
 * @summary Shows its content to those who have paid for it.
 * @slot - What they see who have the feature.
 * @slot fallback - What all others see, such as a way to the prices.
 * @slot pending - What stands there until it is known; nothing by default.
 */
export class TillEntitled extends TillElement {
  static override styles = css`
    :host {
      display: contents;
    }
  `;

  /** Name of the feature, as `grants` of the catalog has it. */
  @property() feature = '';

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.store) grantedOf(this.store).followers.add(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.store) grantedOf(this.store).followers.delete(this);
  }

  /**
   * What the visitor may use as a signed token (JWT) for the site's own backend; the same one until half a minute before
   * it ends or until something is bought or changed. Rejects with a `code`: `signed_out`, `not_found` where the server
   * signs none, `offline`.
   */
  async entitlementToken(): Promise<string> {
    const signed = await import('./entitlement-token.ts').catch(() => {
      throw new TillError('offline');
    });
    if (!this.store) throw new TillError('signed_out'); // it has never stood on the page
    return signed.entitlementToken(this.store);
  }

  protected override render(): TemplateResult {
    const granted = this.store && grantedOf(this.store);
    granted?.follow();
    if (!granted?.features || this.store?.state.asking) return html`<slot name="pending"></slot>`;
    return granted.features.includes(this.feature) ? html`<slot></slot>` : html`<slot name="fallback"></slot>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'till-entitled': TillEntitled;
  }
}
