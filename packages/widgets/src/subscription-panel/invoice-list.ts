import type { InvoiceList } from '@tillkit/core/contract/contract';
import { html, nothing, type TemplateResult } from 'lit';
import type { View } from './view.ts';
import { webAddress } from '../provider/web-address.ts';

/** The invoices, newest first, each with its page at Stripe. */
export function invoiceList(view: View, { invoices, hasMore }: InvoiceList, more: () => void): TemplateResult {
  const { say } = view;
  return html`<section class="invoices">
    <h2>${say.invoices}</h2>
    ${
      invoices.length
        ? html`<ul role="list">
            ${invoices.map(({ id, number, created, total, currency, status, hostedInvoiceUrl }) => {
              const name = say.view(number ?? id);
              const address = webAddress(hostedInvoiceUrl);
              return html`<li>
                <span>${view.day(created)} <span class="small muted">${say.invoiceStatus[status]}</span></span>
                <span>${view.money(total, currency)}</span>
                ${address ? html`<a class="plain" href=${address} aria-label=${`${say.viewWord}: ${name}`}>${say.viewWord}</a>` : html`<span></span>`}
              </li>`;
            })}
          </ul>`
        : html`<p class="small muted">${say.noInvoices}</p>`
    }
    ${hasMore ? html`<button class="plain" @click=${more}>${say.more}</button>` : nothing}
  </section>`;
}
