/** Step 4, checkout: the same receipt again, stamped. Fetched only when something was bought. */
import { formatMoney } from '@tillkit/core/money/format-money';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Store } from '../provider/store.ts';
import { receipt } from '../style/receipt.styles.ts';
import { words } from '../text/confirmation.ts';
import type { Face } from './checkout.ts';

const dates = new Map<string, Intl.DateTimeFormat>();

/** Day and month of a moment in Unix seconds, in the page's language and the buyer's time zone. */
function day(language: string, seconds: number): string {
  const format = dates.get(language) ?? new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' });
  dates.set(language, format);
  return format.format(seconds * 1000);
}

/** What was bought, what was paid, and what happens next. */
function render({ state }: Store): TemplateResult {
  const { texts, catalog, purchase, quote } = state;
  const checkout = purchase.status === 'complete' ? purchase.value : undefined;
  const say = words(texts.language);
  const subscription = checkout?.subscription;
  const currency = checkout?.currency ?? subscription?.currency ?? quote?.currency ?? '';
  const pattern = catalog.status === 'complete' ? catalog.value.money[currency] : undefined;
  const money = (amount: number): string => (pattern ? formatMoney(amount, pattern) : '');
  const processing = checkout?.payment === 'processing';
  const paid = checkout?.amountTotal ?? 0;
  return html`<section class="done receipt" part="base">
    <header part="header">
      <h2 tabindex="-1">${processing ? say.processing : say.thanks}</h2>
      <p class="stamp" aria-hidden="true">${paid && !processing ? say.paid : say.confirmed}</p>
    </header>
    <dl>
      ${(subscription?.items ?? []).map(
        ({ name, quantity, unitAmount, amount }) =>
          html`<div class="line" part="line">
            <dt>${name} <bdi class="why">${quantity > 1 ? texts.times(quantity, money(unitAmount)) : nothing}</bdi></dt>
            <dd>${amount ? money(amount) : texts.free}</dd>
          </div>`,
      )}
      <div class="sum" part="total">
        <dt>${processing ? say.total : say.paidToday}</dt>
        <dd>${money(paid)}</dd>
      </div>
    </dl>
    <footer class="small muted" part="footer">
      <p>${whatNext(say, texts.language, subscription, money)}</p>
      <slot name="complete"></slot>
    </footer>
  </section>`;
}

function whatNext(
  say: ReturnType<typeof words>,
  language: string,
  subscription: Subscription | undefined,
  money: (amount: number) => string,
): string {
  if (subscription?.status === 'trialing' && subscription.trialEnd) return say.freeUntil(day(language, subscription.trialEnd));
  const next = subscription?.nextPayment;
  return next?.amount ? say.nextPayment(money(next.amount), day(language, next.at)) : '';
}

const styles = css`
  .done {
    max-inline-size: 26rem;
    margin-inline: auto;
  }
  h2:focus {
    outline: none;
  }
  footer {
    margin-block-start: 0.75em;
  }
  .stamp {
    display: inline-block;
    margin-block-start: 0.5em;
    padding: 0.1em 0.8em;
    border: 2px solid var(--_success);
    border-radius: 6px;
    color: var(--_success);
    font-weight: 700;
    rotate: -4deg;
  }
  @media (prefers-reduced-motion: no-preference) {
    .stamp {
      animation: stamp 0.18s ease-out;
    }
  }
  @keyframes stamp {
    from {
      opacity: 0;
      transform: scale(1.5);
    }
  }
`;

export const face: Face = { styles: [receipt, styles], render };
