/** Step 7, panel: one subscription, in whatever state of its life it is. */
import { findPlan } from '@tillkit/core/catalog/lookup';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import { isInArrears } from '@tillkit/core/subscription/debt';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { html, nothing, type TemplateResult } from 'lit';
import { hasUsePaid, isFree } from '@tillkit/core/subscription/is-free';
import { lines, nextPaymentLines, planName, type View } from './view.ts';

/** What the customer can wish for. */
export interface Wishes {
  change(subscription: Subscription): void;
  cancel(subscription: Subscription): void;
  resume(subscription: Subscription): void;
  undoChange(subscription: Subscription): void;
  pay(subscription: Subscription): void;
  buy(selection: PlanSelection): void;
  /** Goes to Stripe's page; what is named goes on with the new card. */
  addCard(subscription?: Subscription): void;
}

const live = new Set(['trialing', 'active', 'past_due', 'unpaid', 'paused', 'incomplete']);
export const isLive = ({ status }: Subscription): boolean => live.has(status);

/** What has ended is shown while nothing runs: the newest of each plan group. */
export const isLastOfAll = (subscription: Subscription, all: readonly Subscription[]): boolean =>
  !all.some(isLive) && (subscription.group === undefined || all.find(({ group }) => group === subscription.group) === subscription);

/** One subscription with its receipt, what is next, and what can be done. `busy` while a wish is on its way; `above` is what needs attention first. */
export function subscriptionView(view: View, subscription: Subscription, wishes: Wishes, busy: boolean, above: unknown): TemplateResult {
  const { say } = view;
  const { status, cancelAt } = subscription;
  const running = status === 'active' || status === 'trialing';
  const shown = running && cancelAt ? 'canceling' : running && subscription.collectionPaused ? 'paused' : status;
  return html`<header class="head">
      <h2 tabindex="-1">${planName(view, subscription)}</h2>
      <span class="status small ${tone(shown)}">${say.status[shown] ?? status}</span>
    </header>
    ${above} ${sentence(view, subscription)} ${scheduled(view, subscription, wishes, busy)}
    ${
      subscription.endedAt === undefined
        ? html`<div class="receipt">${lines(view, subscription)}</div>
            ${pays(subscription) ? nextPaymentLines(view, subscription) : nothing}`
        : nothing
    }
    ${actions(view, subscription, wishes, busy)}`;
}

/** Whether the next payment is taken without anybody doing anything. */
const pays = ({ status, hasPaymentMethod }: Subscription): boolean => status !== 'trialing' || hasPaymentMethod;

const tone = (status: string): string =>
  ({ active: 'good', trialing: 'good', past_due: 'bad', unpaid: 'bad', incomplete: 'bad' })[status] ?? 'muted';

/** How it stands; nothing where a banner says so already. */
function sentence(view: View, subscription: Subscription): TemplateResult | typeof nothing {
  const text = standing(view, subscription);
  return text ? html`<p>${text}</p>` : nothing;
}

function standing(view: View, subscription: Subscription): string {
  const { say } = view;
  const { status, trialEnd, cancelAt, endedAt, nextPayment, hasPaymentMethod, needsPaymentMethod, collectionPaused } = subscription;
  if (endedAt) return say.endedOn(view.day(endedAt));
  if (cancelAt) return (isInArrears(subscription) ? say.endsUnpaid : say.cancelsOn)(view.day(cancelAt));
  if (collectionPaused) {
    const { resumesAt } = collectionPaused;
    return resumesAt ? say.pausedUntil(view.day(resumesAt)) : say.collectionPaused;
  }
  if (status === 'paused') return hasPaymentMethod ? say.paused : '';
  if (status === 'trialing' && trialEnd) {
    if (!hasPaymentMethod) return '';
    return nextPayment && view.isUnlikeOthers(subscription)
      ? `${say.freeUntil(view.day(trialEnd))} ${next(view, subscription)}`
      : say.trialUntil(view.day(trialEnd), ...view.price(subscription));
  }
  if (status === 'incomplete') return say.incomplete;
  if (!nextPayment?.amount && !needsPaymentMethod && isFree(subscription)) return say.freePlan;
  // the next payment counts what was used so far, and not what will have been used by then
  const use = hasUsePaid(subscription) ? view.words.paidByUse : '';
  return [next(view, subscription), use].filter(Boolean).join(' ');
}

/** When how much is paid next; empty where that is not known. */
const next = ({ say, money, day }: View, { nextPayment, currency }: Subscription): string =>
  nextPayment ? say.nextPayment(money(nextPayment.amount, currency), day(nextPayment.at)) : '';

/** What the change leads to; a plan that is not sold any more, or that the server could not name, has no name to say. */
export function changesOn({ catalog, say, day }: View, { planId, at }: NonNullable<Subscription['scheduledChange']>): string {
  const name = findPlan(catalog, planId)?.name;
  return name ? say.changesOn(name, day(at)) : say.changesToOther(day(at));
}

/** Whether the customer could change it, were there no change waiting. */
const canChange = ({ status, cancelAt, planId, endsByOwner }: Subscription): boolean =>
  (status === 'active' || status === 'trialing') && !cancelAt && !endsByOwner && planId !== undefined;

function scheduled(view: View, subscription: Subscription, wishes: Wishes, busy: boolean): TemplateResult | typeof nothing {
  const change = subscription.scheduledChange;
  if (!change) return nothing;
  return html`<div class="banner" role="status">
    <p>${changesOn(view, change)}</p>
    ${canChange(subscription) ? html`<p class="small muted">${change.byOwner ? view.say.changeWaitsByOwner : view.say.changeWaits}</p>` : nothing}
    ${
      change.byOwner
        ? nothing
        : html`<button class="plain" ?disabled=${busy} @click=${() => wishes.undoChange(subscription)}>${view.say.undoChange}</button>`
    }
  </div>`;
}

/** What has ended can begin once more, as long as it is sold. */
function again(view: View, subscription: Subscription, wishes: Wishes, busy: boolean): TemplateResult | typeof nothing {
  const selection = view.soldAgain(subscription);
  if (!selection) return nothing;
  return html`<div class="actions">
    <button class="secondary" ?disabled=${busy} @click=${() => wishes.buy(selection)}>${view.say.startAgain}</button>
  </div>`;
}

function actions(view: View, subscription: Subscription, wishes: Wishes, busy: boolean): TemplateResult | typeof nothing {
  const { say } = view;
  const { status, cancelAt, scheduledChange, planId, collectionPaused } = subscription;
  if (status === 'canceled' && !subscription.choiceDue) return again(view, subscription, wishes, busy);
  if (!isLive(subscription) || status === 'incomplete') return nothing;
  if (status === 'paused' && (!subscription.hasPaymentMethod || subscription.openInvoices)) return nothing;
  // an end that the site's owner set is theirs to take back
  if (subscription.endsByOwner) return nothing;
  if (cancelAt || status === 'paused') {
    return html`<div class="actions">
      <button class="secondary" ?disabled=${busy} @click=${() => wishes.resume(subscription)}>${cancelAt ? say.keep : say.resume}</button>
    </div>`;
  }
  return html`<div class="actions">
    ${
      planId && !scheduledChange && !isInArrears(subscription)
        ? html`<button class="secondary" ?disabled=${busy} @click=${() => wishes.change(subscription)}>${say.change}</button>`
        : nothing
    }
    ${
      collectionPaused
        ? html`<button class="secondary" ?disabled=${busy} @click=${() => wishes.resume(subscription)}>${say.resume}</button>`
        : nothing
    }
    <button class="plain" ?disabled=${busy} @click=${() => wishes.cancel(subscription)}>${say.cancel}</button>
  </div>`;
}
