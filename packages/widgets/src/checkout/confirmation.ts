/** Step 4, checkout: the same receipt again, stamped. Fetched only when something was bought. */
import { formatMoney } from '@tillkit/core/money/format-money';
import { receiptOfStart } from '@tillkit/core/receipt/of-start';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { css, html, nothing, type TemplateResult } from 'lit';
import { linkTarget } from '../provider/link-target.ts';
import type { Store } from '../provider/store.ts';
import { receipt } from '../style/receipt.styles.ts';
import { receiptLines } from '../receipt/receipt-lines.ts';
import { words } from '../text/confirmation.ts';
import { day } from '../text/day.ts';
import type { Face } from './checkout.ts';

/** What was bought, what was paid, and what happens next. */
function render(store: Store): TemplateResult {
  const { state } = store;
  const { texts, catalog, purchase, quote, started } = state;
  const checkout = purchase.status === 'complete' ? purchase.value : undefined;
  const say = words(texts.language);
  const subscription = checkout?.subscription ?? started;
  const paid = checkout?.receipt ?? (subscription ? receiptOfStart(subscription) : undefined);
  const currency = paid?.currency ?? checkout?.currency ?? quote?.currency ?? '';
  const sold = catalog.status === 'complete' ? catalog.value : undefined;
  const pattern = sold?.money[currency];
  const style = { words: texts, pattern: pattern!, day: (seconds: number) => day(texts.language, seconds, sold?.timeZone) };
  const money = (amount: number): string => (pattern ? formatMoney(amount, pattern) : '');
  const processing = checkout?.payment === 'processing';
  const sum = checkout?.receipt?.sum ?? checkout?.amountTotal ?? paid?.sum ?? 0;
  return html`<section class="done receipt" part="base">
    <header part="header">
      <h2 tabindex="-1">${processing ? say.processing : say.thanks}</h2>
      <p class="stamp" aria-hidden="true">${sum && !processing ? say.paid : say.confirmed}</p>
    </header>
    <dl>
      ${paid && pattern ? receiptLines(paid, style) : nothing}
      <div class="sum" part="total">
        <dt>${processing ? say.total : say.paidToday}</dt>
        <dd>${money(sum)}</dd>
      </div>
    </dl>
    <footer class="small muted" part="footer">
      ${whatNext(say, subscription, sum > 0, money, style.day).map((sentence) => html`<p>${sentence}</p>`)}
      <slot name="complete"></slot>
      ${wayToAccount(store, say.account)}
      <p><button class="plain" type="button" @click=${() => store.buyMore()}>${say.more}</button></p>
    </footer>
  </section>`;
}

/** Where the purchase is managed: the panel on this page, else the owner's page with it; nothing where neither is known. */
function wayToAccount(store: Store, label: string): TemplateResult | typeof nothing {
  const panel = [...store.followers].find(({ localName }) => localName === 'till-subscription-panel');
  if (panel instanceof HTMLElement) {
    const show = (): void => {
      panel.tabIndex = -1;
      panel.focus();
    };
    return html`<p><button class="plain" type="button" @click=${show}>${label}</button></p>`;
  }
  const { accountUrl } = store;
  return accountUrl === null ? nothing : html`<p><a class="plain" href=${accountUrl} target=${linkTarget}>${label}</a></p>`;
}

function whatNext(
  say: ReturnType<typeof words>,
  subscription: Subscription | undefined,
  isPaid: boolean,
  money: (amount: number) => string,
  on: (seconds: number) => string,
): string[] {
  const { status, trialEnd, nextPayment: next, hasPaymentMethod } = subscription ?? {};
  const trial = status === 'trialing' && trialEnd ? [say.freeUntil(on(trialEnd), isPaid)] : [];
  const pays = next?.amount && (trial.length === 0 || hasPaymentMethod);
  return [...trial, ...(pays ? [say.nextPayment(money(next.amount), on(next.at))] : [])];
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
