/** Step 4, checkout: the same receipt again, stamped. Fetched only when something was bought. */
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { formatMoney } from '@tillkit/core/money/format-money';
import { html, nothing, type TemplateResult } from 'lit';
import type { TillState } from '../provider/store.ts';
import { words } from '../text/confirmation.ts';
import type { Texts } from '../text/texts.ts';

const dates = new Map<string, Intl.DateTimeFormat>();

/** Day and month of a moment in Unix seconds, in the page's language and the buyer's time zone. */
function day(language: string, seconds: number): string {
  const format = dates.get(language) ?? new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' });
  dates.set(language, format);
  return format.format(seconds * 1000);
}

/** What was bought, what was paid, and what happens next. */
export function confirmation(texts: Texts, catalog: Catalog, { purchase, quote }: TillState): TemplateResult {
  const checkout = purchase.status === 'complete' ? purchase.value : undefined;
  const say = words(texts.language);
  const subscription = checkout?.subscription;
  const currency = checkout?.currency ?? subscription?.currency ?? quote?.currency ?? catalog.defaultCurrency;
  const pattern = catalog.money[currency];
  const money = (amount: number): string => (pattern ? formatMoney(amount, pattern) : '');
  const lines = subscription?.items ?? [];
  const paid = checkout?.amountTotal ?? 0;
  return html`
    <header part="header">
      <h2 tabindex="-1">${checkout?.payment === 'processing' ? say.processing : say.thanks}</h2>
      <p class="stamp" aria-hidden="true">${paid && checkout?.payment === 'paid' ? say.paid : say.confirmed}</p>
    </header>
    <dl>
      ${lines.map(
        (line) =>
          html`<div class="line" part="line">
            <dt>
              ${line.name}
              ${line.quantity > 1 ? html`<bdi class="why">${texts.times(String(line.quantity), money(line.unitAmount))}</bdi>` : nothing}
            </dt>
            <dd>${line.amount ? money(line.amount) : texts.free}</dd>
          </div>`,
      )}
      <div class="sum" part="total">
        <dt>${checkout?.payment === 'processing' ? texts.total : say.paidToday}</dt>
        <dd>${money(paid)}</dd>
      </div>
    </dl>
    ${subscription?.trialEnd && subscription.status === 'trialing'
      ? html`<p class="small muted">${say.freeUntil(day(texts.language, subscription.trialEnd))}</p>`
      : subscription?.nextPayment
        ? html`<p class="small muted">${say.nextPayment(money(subscription.nextPayment.amount), day(texts.language, subscription.nextPayment.at))}</p>`
        : nothing}
    <p class="small muted">${say.receipt}</p>
  `;
}
