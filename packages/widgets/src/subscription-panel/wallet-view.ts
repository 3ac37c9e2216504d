/** Step 7, panel: the list of payment methods. */
import type { PaymentMethod } from '@tillkit/core/contract/contract';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { html, nothing, type TemplateResult } from 'lit';
import type { PaymentMethodTexts } from '../text/payment-methods.ts';
import { offersCard } from './banner.ts';
import type { View } from './view.ts';
import type { Wallet } from './wallet.ts';

/** Above everything else: a card that is being saved, was saved, or was refused. */
export function message({ busy, problem, notice }: Wallet, words: PaymentMethodTexts): TemplateResult {
  if (problem) return html`<p class="error" part="error" role="alert">${problem}</p>`;
  const text = busy === 'save' ? words.saving : notice;
  return html`<p class=${text ? 'banner' : 'hidden'} role="status" aria-busy=${busy === 'save'}>${text}</p>`;
}

export function walletView(
  wallet: Wallet,
  view: View,
  words: PaymentMethodTexts,
  subscriptions: readonly Subscription[],
): TemplateResult | typeof nothing {
  const { methods, busy } = wallet;
  // the one place to add the first card is where it says what it is for
  if (methods.status === 'complete' && !methods.value.length && subscriptions.some((one) => offersCard(view, one))) return nothing;
  const inUse = subscriptions.some(({ needsPaymentMethod }) => needsPaymentMethod);
  return html`<section class="wallet">
    <h2 tabindex="-1">${words.title}</h2>
    ${
      methods.status === 'error'
        ? html`<p class="error" part="error" role="alert">
            ${methods.message} <button class="plain" @click=${() => wallet.load()}>${words.tryAgain}</button>
          </p>`
        : methods.status === 'complete'
          ? list(wallet, methods.value, words, inUse)
          : html`<div class="ghost row" role="img" aria-busy="true" aria-label=${words.loading}></div>`
    }
    <div class="actions">
      <button class="secondary" ?disabled=${busy !== ''} @click=${() => wallet.add()}>
        ${busy === 'add' ? view.words.oneMoment : words.addCard}
      </button>
    </div>
  </section>`;
}

function list(wallet: Wallet, methods: readonly PaymentMethod[], words: PaymentMethodTexts, inUse: boolean): TemplateResult {
  if (!methods.length) return html`<p class="small muted">${words.none}</p>`;
  const needed = inUse && methods.length === 1;
  return html`<ul role="list">
      ${methods.map((method) => (wallet.removing === method.id ? question(wallet, method, words) : row(wallet, method, words, needed)))}
    </ul>
    ${needed ? html`<p class="small muted">${words.onlyOne}</p>` : nothing}`;
}

function row(wallet: Wallet, method: PaymentMethod, words: PaymentMethodTexts, needed: boolean): TemplateResult {
  const name = nameOf(method, words);
  const still = wallet.busy !== '';
  return html`<li>
    <span>
      <bdi>${words.names[method.brand ?? method.type] ?? words.card}</bdi>
      ${method.last4 ? html`<bdi class="digits" dir="ltr" aria-label=${words.ending(method.last4)} role="img">•••• ${method.last4}</bdi>` : nothing}
      ${expiry(method, words)}
    </span>
    <span class="row-actions">
      ${
        method.isDefault
          ? html`<span class="status small good">${words.isDefault}</span>`
          : html`<button
              class="plain small"
              ?disabled=${still}
              aria-label=${`${words.makeDefault}: ${name}`}
              @click=${() => wallet.makeDefault(method.id)}
            >
              ${words.makeDefault}
            </button>`
      }
      ${
        needed
          ? nothing
          : html`<button
              class="plain small"
              ?disabled=${still}
              aria-label=${`${words.remove}: ${name}`}
              @click=${() => wallet.askToRemove(method.id)}
            >
              ${words.remove}
            </button>`
      }
    </span>
  </li>`;
}

function question(wallet: Wallet, method: PaymentMethod, words: PaymentMethodTexts): TemplateResult {
  return html`<li class="question">
    <span><strong tabindex="-1" class="asked">${words.removeTitle(nameOf(method, words))}</strong> ${words.removeExplained}</span>
    <span class="row-actions">
      <button class="secondary danger" ?disabled=${wallet.busy !== ''} @click=${() => wallet.remove(method.id)}>${words.remove}</button>
      <button class="plain" @click=${() => wallet.askToRemove('')}>${words.keepIt}</button>
    </span>
  </li>`;
}

const nameOf = ({ type, brand, last4 }: PaymentMethod, words: PaymentMethodTexts): string =>
  [words.names[brand ?? type] ?? words.card, last4 && words.ending(last4)].filter(Boolean).join(' ');

function expiry({ expiryMonth, expiryYear }: PaymentMethod, words: PaymentMethodTexts): TemplateResult | typeof nothing {
  if (expiryMonth === undefined || expiryYear === undefined) return nothing;
  const month = `${String(expiryMonth).padStart(2, '0')}/${String(expiryYear % 100).padStart(2, '0')}`;
  const over = Date.now() >= Date.UTC(expiryYear, expiryMonth);
  return html`<span class="small ${over ? 'bad' : 'muted'}">${over ? words.expired(month) : words.expires(month)}</span>`;
}
