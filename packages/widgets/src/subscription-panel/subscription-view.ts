/** Step 7, panel: one subscription, in whatever state of its life it is. */
import { findPlan, planPrice } from '@tillkit/core/catalog/lookup';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { html, nothing, type TemplateResult } from 'lit';
import { lines, planName, renewal, type View } from './view.ts';
import { webAddress } from './web-address.ts';

/** What the customer can wish for. */
export interface Wishes {
  change(subscription: Subscription): void;
  cancel(subscription: Subscription): void;
  resume(subscription: Subscription): void;
  undoChange(subscription: Subscription): void;
  pay(subscription: Subscription): void;
  buy(selection: PlanSelection): void;
}

const live = new Set(['trialing', 'active', 'past_due', 'unpaid', 'paused', 'incomplete']);
export const isLive = ({ status }: Subscription): boolean => live.has(status);

/** One subscription with its receipt, what is next, and what can be done. `busy` while a wish is on its way. */
export function subscriptionView(view: View, subscription: Subscription, wishes: Wishes, busy: boolean): TemplateResult {
  const { say } = view;
  const { status, cancelAt } = subscription;
  const shown = status === 'active' || status === 'trialing' ? (cancelAt ? 'canceling' : status) : status;
  return html`<header class="head">
      <h2>${planName(view, subscription)}</h2>
      <span class="status small ${tone(shown)}">${say.status[shown] ?? status}</span>
    </header>
    ${trouble(view, subscription, wishes, busy)}
    <p>${sentence(view, subscription)}</p>
    ${scheduled(view, subscription, wishes, busy)}
    ${subscription.endedAt === undefined ? html`<div class="receipt">${lines(view, subscription)}</div>` : nothing}
    ${actions(view, subscription, wishes, busy)}`;
}

const tone = (status: string): string =>
  ({ active: 'good', trialing: 'good', past_due: 'bad', unpaid: 'bad', incomplete: 'bad' })[status] ?? 'muted';

function sentence(view: View, subscription: Subscription): string {
  const { say, words } = view;
  const { status, trialEnd, cancelAt, endedAt, nextPayment, currency, interval, hasPaymentMethod } = subscription;
  const amount = renewal(subscription);
  if (endedAt) return say.endedOn(view.day(endedAt));
  if (cancelAt) return say.cancelsOn(view.day(cancelAt));
  if (status === 'paused') return say.paused;
  if (status === 'trialing' && trialEnd) {
    return hasPaymentMethod
      ? say.trialUntil(view.day(trialEnd), view.money(amount, currency), words.perInterval(interval))
      : say.trialWithoutCard(view.day(trialEnd));
  }
  if (status === 'incomplete') return say.incomplete;
  if (!amount) return say.freePlan;
  return nextPayment ? say.nextPayment(view.money(nextPayment.amount, currency), view.day(nextPayment.at)) : '';
}

/** What is owed, or the choice that a trial without a card ends in. */
function trouble(view: View, subscription: Subscription, wishes: Wishes, busy: boolean): TemplateResult | typeof nothing {
  const { say } = view;
  const { openInvoice, currency, status } = subscription;
  if (subscription.choiceDue) return choice(view, subscription, wishes, busy);
  if (!openInvoice || !['past_due', 'unpaid', 'incomplete'].includes(status)) return nothing;
  return html`<div class="banner bad" role="status">
    <p>${say.owed(view.money(openInvoice.amountDue, currency))}</p>
    <div class="actions">
      ${
        subscription.hasPaymentMethod && status !== 'incomplete'
          ? html`<button class="primary" ?disabled=${busy} @click=${() => wishes.pay(subscription)}>
              <span class="on-accent">${say.payNow}</span>
            </button>`
          : nothing
      }
      ${webAddress(openInvoice.hostedInvoiceUrl) ? html`<a class="plain" href=${webAddress(openInvoice.hostedInvoiceUrl)}>${say.payOnStripe}</a>` : nothing}
    </div>
  </div>`;
}

function choice(view: View, subscription: Subscription, wishes: Wishes, busy: boolean): TemplateResult {
  const { say, words, catalog } = view;
  const { currency, interval, planId = '', seats, addOns } = subscription;
  const free = catalog.plans.find(({ kind, group }) => kind === 'free' && group === subscription.group);
  const freeInterval = free?.prices[0]?.interval;
  const price = planPrice(catalog, planId, interval);
  return html`<div class="banner" role="status">
    <h3>${say.trialEndedTitle(planName(view, subscription))}</h3>
    <p>${say.trialEnded}</p>
    <div class="actions">
      ${
        price
          ? html`<button class="primary" ?disabled=${busy} @click=${() => wishes.buy({ planId, interval, currency, seats, addOns })}>
              <span class="on-accent"
                >${say.keepPaid(planName(view, subscription), view.money(renewal(subscription), currency), words.perInterval(interval))}</span
              >
            </button>`
          : nothing
      }
      ${
        free && freeInterval
          ? html`<button
              class="secondary"
              ?disabled=${busy}
              @click=${() => wishes.buy({ planId: free.id, interval: freeInterval, currency, seats: 1, addOns: {} })}
            >
              ${say.stayFree(free.name)}
            </button>`
          : nothing
      }
    </div>
  </div>`;
}

function scheduled(view: View, subscription: Subscription, wishes: Wishes, busy: boolean): TemplateResult | typeof nothing {
  const change = subscription.scheduledChange;
  if (!change) return nothing;
  const name = findPlan(view.catalog, change.planId)?.name ?? change.planId;
  return html`<div class="banner" role="status">
    <p>${view.say.changesOn(name, view.day(change.at))}</p>
    <button class="plain" ?disabled=${busy} @click=${() => wishes.undoChange(subscription)}>${view.say.undoChange}</button>
  </div>`;
}

function actions(view: View, subscription: Subscription, wishes: Wishes, busy: boolean): TemplateResult | typeof nothing {
  const { say } = view;
  const { status, cancelAt, scheduledChange, planId } = subscription;
  if (!isLive(subscription) || status === 'incomplete') return nothing;
  if (cancelAt || status === 'paused') {
    return html`<div class="actions">
      <button class="secondary" ?disabled=${busy} @click=${() => wishes.resume(subscription)}>${cancelAt ? say.keep : say.resume}</button>
    </div>`;
  }
  return html`<div class="actions">
    ${
      planId && !scheduledChange && status !== 'unpaid'
        ? html`<button class="secondary" ?disabled=${busy} @click=${() => wishes.change(subscription)}>${say.change}</button>`
        : nothing
    }
    <button class="plain" ?disabled=${busy} @click=${() => wishes.cancel(subscription)}>${say.cancel}</button>
  </div>`;
}
