/** Step 7, panel: choosing something else, and Stripe's own numbers for it beside what stands today. */
import type { Catalog } from '@tillkit/core/catalog/catalog';
import type { InvoicePreview, PreviewResponse } from '@tillkit/core/contract/contract';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { html, nothing, type TemplateResult } from 'lit';
import { quoteSelection } from '@tillkit/core/quote/quote-selection';
import { isPaidByUse } from '@tillkit/core/receipt/explain';
import { makeReceipt } from '@tillkit/core/receipt/make-receipt';
import { receiptOfQuote } from '@tillkit/core/receipt/of-quote';
import type { Receipt } from '@tillkit/core/receipt/receipt';
import { getEngine } from '../provider/engine.ts';
import type { TillSelectionChangeEvent } from '../events.ts';
import { receiptLines } from '../receipt/receipt-lines.ts';
import { lines, receiptList, type View } from './view.ts';

/** A change in the making: chosen, then priced by Stripe. */
export interface Draft {
  readonly subscription: Subscription;
  /** What the pickers may offer: the same plan group, the same currency, no trials, nothing that is paid once. */
  readonly catalog: Catalog;
  readonly selection: PlanSelection;
  readonly preview?: PreviewResponse;
}

/** A draft that starts from what the customer has. */
export function createDraft(catalog: Catalog, subscription: Subscription): Draft {
  const { group, planId = '', interval, currency, seats, addOns } = subscription;
  const plans = catalog.plans.filter((plan) => plan.group === group && plan.kind !== 'contact').map(({ trial: _, ...plan }) => plan);
  return {
    subscription,
    catalog: { ...catalog, plans, addOns: catalog.addOns.filter(({ prices }) => prices[0]?.interval) },
    selection: { planId, interval, currency, seats, addOns },
  };
}

export interface ChangeWishes {
  choose(selection: PlanSelection): void;
  price(): void;
  confirm(): void;
  back(): void;
}

type Chosen = Pick<Subscription, 'planId' | 'interval' | 'seats' | 'addOns'>;

const keyOf = ({ planId, interval, seats, addOns }: Chosen): string =>
  JSON.stringify([planId, interval, seats, Object.entries(addOns).toSorted()]);

const same = ({ subscription, selection }: Draft): boolean => keyOf(subscription) === keyOf(selection);

/** Whether what was chosen is what there is by now, or what is planned. */
export const isMade = (selection: PlanSelection, { scheduledChange, ...now }: Subscription): boolean =>
  keyOf(scheduledChange ?? now) === keyOf(selection);

/** The pickers, or the two receipts once Stripe has answered; what has `failed` stands beside the button that was pressed. */
export function changeView(view: View, draft: Draft, wishes: ChangeWishes, busy: boolean, failed: unknown): TemplateResult {
  const { say, words } = view;
  if (draft.preview) return review(view, draft, draft.preview.invoice, wishes, busy, failed);
  const choose = (event: TillSelectionChangeEvent): void => {
    event.stopPropagation();
    const chosen = { ok: true, selection: event.selection, dropped: [] } as const;
    const before = { catalog: { status: 'complete', value: draft.catalog }, selection: draft.selection } as const;
    const fitted = getEngine()?.fit(before, chosen) ?? chosen;
    if (fitted.ok && 'planId' in fitted.selection) wishes.choose(fitted.selection);
  };
  return html`<h2 tabindex="-1">${say.changeTitle}</h2>
    <div class="pickers" @till-selection-change=${choose}>
      <till-plan-picker .catalog=${draft.catalog} .selection=${draft.selection} .texts=${words}></till-plan-picker>
      <till-add-on-selector .catalog=${draft.catalog} .selection=${draft.selection} .texts=${words}></till-add-on-selector>
    </div>
    ${dropsChange(view, draft)} ${failed}
    <div class="actions">
      <button class="primary" ?disabled=${busy || same(draft)} @click=${wishes.price}>
        <span class="on-accent">${busy ? words.oneMoment : say.seePrice}</span>
      </button>
      <button class="plain" @click=${wishes.back}>${say.back}</button>
      ${same(draft) ? html`<span class="small muted">${say.unchanged}</span>` : nothing}
    </div>`;
}

function review(view: View, draft: Draft, invoice: InvoicePreview, wishes: ChangeWishes, busy: boolean, failed: unknown): TemplateResult {
  const { say, words } = view;
  const { currency, recurring, effective, effectiveAt, credit, dueNow, onNextInvoice, isDiscounted } = invoice;
  const after = invoice.renewal ?? renewalOf(draft, recurring.interval);
  const byUse = after.lines.some(({ explanation }) => isPaidByUse(explanation));
  const each = view.recurring(recurring.amount, currency, recurring.interval, byUse);
  const later = effective === 'period_end';
  const free = !dueNow && !credit && onNextInvoice === undefined;
  const confirm = later
    ? say.confirmLater(view.day(effectiveAt))
    : dueNow
      ? say.confirmChange(view.money(dueNow, currency))
      : say.confirmFree;
  return html`<h2 tabindex="-1">${say.changeTitle}</h2>
    <div class="compare">
      <section class="receipt">
        <header><h3>${say.now}</h3></header>
        ${lines(view, draft.subscription)}
      </section>
      <section class="receipt">
        <header><h3>${say.after}</h3></header>
        ${receiptList(view, after, words.intervalName(recurring.interval))}
      </section>
    </div>
    ${trialNews(view, invoice).map((sentence) => html`<p>${sentence}</p>`)}
    ${later ? html`<p>${say.atPeriodEnd(view.day(effectiveAt))}</p>` : free ? html`<p>${say.nothingDue}</p>` : dueNowReceipt(view, invoice)}
    <p class="small muted">${credit ? say.credit(view.money(credit, currency)) : nothing} ${say.renewal(...each, isDiscounted)}</p>
    ${dropsChange(view, draft)} ${failed}
    <div class="actions">
      <button class="primary" ?disabled=${busy} @click=${wishes.confirm}>
        <span class="on-accent">${busy ? words.oneMoment : confirm}</span>
      </button>
      <button class="plain" @click=${wishes.back}>${say.back}</button>
    </div>`;
}

/** What happens to a change that waits for its payment; the server makes room for the new one. */
const dropsChange = ({ say }: View, { subscription }: Draft): TemplateResult | typeof nothing =>
  subscription.changePendingUntil === undefined ? nothing : html`<p>${say.changeDrops}</p>`;

/** Of a change in a trial: whether the free days end with it, and what is paid next. */
function trialNews({ say, day, money }: View, { trialEnd, effectiveAt, nextPayment, renewsAt, currency }: InvoicePreview): string[] {
  if (trialEnd === undefined) return [];
  return [
    trialEnd <= effectiveAt ? say.trialEndsNow : say.trialGoesOn(day(trialEnd)),
    ...(nextPayment ? [say.nextPayment(money(nextPayment.amount, currency), day(nextPayment.at))] : []),
    ...(renewsAt !== undefined && !nextPayment ? [say.renewsOn(day(renewsAt))] : []),
  ];
}

/** What the catalog says that a renewal costs. */
function renewalOf({ catalog, selection }: Draft, interval: string): Receipt {
  const quote = (getEngine()?.quote ?? quoteSelection)(catalog, selection, { trialAvailable: false });
  const { currency, lines: all } = receiptOfQuote(quote);
  return makeReceipt({ currency, lines: all.filter((one) => one.interval), due: { kind: 'every', interval } });
}

function dueNowReceipt(view: View, { receipt, currency, dueNow, onNextInvoice }: InvoicePreview): TemplateResult {
  const { say } = view;
  return html`<section class="receipt">
    <dl>
      ${receipt ? receiptLines(receipt, view.receiptStyle(currency)) : nothing}
      <div class="sum">
        <dt>${onNextInvoice === undefined ? say.dueNow : say.nextInvoice}</dt>
        <dd>${view.money(onNextInvoice ?? dueNow, currency)}</dd>
      </div>
    </dl>
  </section>`;
}
