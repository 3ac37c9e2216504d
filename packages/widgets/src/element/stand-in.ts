/**
 * In the place of a widget whose code could not be fetched, as on a page that was open while another build came.
 *
 * Promise: it says so, and the page can be read again; nothing else brings code whose name has changed.
 */
import { html, type TemplateResult } from 'lit';
import { base } from '../style/base.styles.ts';
import { TillElement } from './till-element.ts';

/** Defines a tag as a stand-in. */
export function standIn(tag: string): void {
  class StandIn extends TillElement {
    static override styles = [base];

    protected override render(): TemplateResult {
      const { offline, tryAgain } = this.words;
      return html`<p class="error" part="error" role="alert">
        ${offline} <button class="plain" @click=${() => location.reload()}>${tryAgain}</button>
      </p>`;
    }
  }
  if (!customElements.get(tag)) customElements.define(tag, StandIn);
}
