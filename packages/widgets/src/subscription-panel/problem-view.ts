/** Step 7, panel: what went wrong with one subscription, and the next step from there. */
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { html, nothing, type TemplateResult } from 'lit';
import type { Store, TillState } from '../provider/store.ts';
import { paymentMethodTexts } from '../text/payment-methods.ts';
import type { View } from './view.ts';

export interface Problem {
  /** Of the subscription that it is about; `invoices` for the list of them. */
  readonly id: string;
  readonly code: string;
  readonly text: string;
}

/** A purchase that was begun from a subscription, as it stood when it was over. */
export interface Bought {
  readonly id: string;
  readonly purchase: TillState['purchase'];
}

/** Why the purchase that was begun from a subscription was refused; nothing once the page has begun another, or puts it away. */
export function problemOfPurchase(id: string, bought: Bought | undefined, { state: { purchase } }: Store): Problem | undefined {
  if (purchase.status !== 'error' || bought?.id !== id || bought.purchase !== purchase) return undefined;
  return { id, code: purchase.code, text: purchase.message };
}

/** After these nobody knows whether the server did it, something waits at Stripe, or it stands otherwise than shown: how it stands is read again. */
export const mayHaveHappened: ReadonlySet<string> = new Set([
  'offline',
  'stripe_unavailable',
  'internal_error',
  'payment_failed',
  'authentication_required',
  // it was done elsewhere, or stands otherwise than it was shown
  'nothing_to_undo',
  'nothing_to_pay',
  'not_possible_now',
  'not_found',
]);

/** After these what was shown holds no more: it is shown anew, and that is what can be confirmed. */
export const isOutdated: ReadonlySet<string | undefined> = new Set(['preview_changed', 'preview_expired', 'preview_invalid']);

const wantsCard: ReadonlySet<string> = new Set(['needs_checkout', 'payment_failed']);

/** The sentence with its way on: the page of the invoice that waits for the customer, or the entry of a card. */
export function problemView(view: View, { code, text }: Problem, { openInvoices }: Subscription, addCard: () => void): TemplateResult {
  const words = paymentMethodTexts(view.words.language);
  const page =
    code === 'authentication_required' || code === 'payment_failed' ? view.link(openInvoices?.at(-1)?.hostedInvoiceUrl) : undefined;
  return html`<div class="error" part="error" role="alert" tabindex="-1">
    <p>${text}</p>
    ${
      page || wantsCard.has(code) || code === 'authentication_required'
        ? html`<div class="actions">
            ${page ? html`<a class="plain" href=${page}>${code === 'authentication_required' ? words.confirmPayment : words.openInvoice}</a>` : nothing}
            ${wantsCard.has(code) || !page ? html`<button class="plain" @click=${addCard}>${words.addCard}</button>` : nothing}
          </div>`
        : nothing
    }
  </div>`;
}
