/** Step 7, panel: what needs the customer's attention, with the one thing to do about it. */
import { debtOf } from '@tillkit/core/subscription/debt';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { html, nothing, type TemplateResult } from 'lit';
import { paymentMethodTexts, type PaymentMethodTexts } from '../text/payment-methods.ts';
import type { Wishes } from './subscription-view.ts';
import type { View } from './view.ts';

type Part = TemplateResult | typeof nothing;

type Kind = (view: View, subscription: Subscription, wishes: Wishes, busy: boolean) => Part;

function kindOf(
  view: View,
  { status, choiceDue, hasPaymentMethod, needsPaymentMethod, openInvoices, cancelAt, changePendingUntil }: Subscription,
): Kind | undefined {
  if (choiceDue) return choice;
  if (openInvoices && changePendingUntil) return owed;
  if (openInvoices && paymentMethodTexts(view.words.language).owed[status]) return owed;
  if (hasPaymentMethod) return undefined;
  if (status === 'trialing' && needsPaymentMethod) return trialEnds;
  return status === 'paused' && !cancelAt ? paused : undefined;
}

/** Whether the banner is about a card to add. */
export const offersCard = (view: View, subscription: Subscription): boolean => kindOf(view, subscription) !== undefined;

/** A trial or a pause without a card, an open invoice, or the choice that a trial ends in; nothing for most. */
export const banner: Kind = (view, subscription, wishes, busy) => kindOf(view, subscription)?.(view, subscription, wishes, busy) ?? nothing;

const freePlanOf = ({ catalog }: View, { group }: Subscription) =>
  catalog.plans.find((plan) => plan.kind === 'free' && plan.group === group);
/** The one thing to do; while something is under way it says so. */
const primary = ({ words }: View, label: string, busy: boolean, act: () => void): TemplateResult =>
  html`<button class="primary" ?disabled=${busy} @click=${act}><span class="on-accent">${busy ? words.oneMoment : label}</span></button>`;

function trialEnds(view: View, subscription: Subscription, wishes: Wishes, busy: boolean): Part {
  const words = paymentMethodTexts(view.words.language);
  const { planId = '', trialEnd } = subscription;
  if (trialEnd === undefined) return nothing;
  const [amount, per] = view.price(subscription);
  // what a trial ends in that the catalog knows nothing of is the owner's, and not known
  const end = view.plan(planId)?.trial?.end;
  const without = end && words.without[end]?.(amount, freePlanOf(view, subscription)?.name ?? '');
  const { nextPayment, currency } = subscription;
  const keep =
    nextPayment && view.isUnlikeOthers(subscription)
      ? `${words.keepPlain(view.name(subscription))} ${view.say.nextPayment(view.money(nextPayment.amount, currency), view.day(nextPayment.at))}`
      : words.keep(view.name(subscription), amount, per);
  return html`<div class="banner">
    <h3>${words.trialEnds(view.day(trialEnd))}</h3>
    <p>${keep} ${without}</p>
    ${primary(view, words.addCard, busy, () => wishes.addCard())}
  </div>`;
}

function paused(view: View, subscription: Subscription, wishes: Wishes, busy: boolean): TemplateResult {
  const words = paymentMethodTexts(view.words.language);
  return html`<div class="banner">
    <h3>${words.pausedTitle(view.name(subscription))}</h3>
    <p>${words.pausedForCard(...view.price(subscription))}</p>
    ${primary(view, words.addAndContinue, busy, () => wishes.addCard(subscription))}
  </div>`;
}

function owed(view: View, subscription: Subscription, wishes: Wishes, busy: boolean): TemplateResult {
  const words = paymentMethodTexts(view.words.language);
  const { openInvoices = [], currency, status, hasPaymentMethod } = subscription;
  const amount = view.money(debtOf(subscription), currency);
  const pages = openInvoices.flatMap(({ hostedInvoiceUrl }) => view.link(hostedInvoiceUrl) ?? []);
  return html`<div class="banner bad" role="status">
    <h3>${words.owedTitle(amount)}</h3>
    <p>${owedBecause(view, subscription, words)}</p>
    <div class="actions">
      ${primary(view, (hasPaymentMethod ? words.updateAndPay : words.addAndPay)(amount), busy, () => wishes.addCard(subscription))}
      ${
        hasPaymentMethod && status !== 'incomplete'
          ? html`<button class="secondary" ?disabled=${busy} @click=${() => wishes.pay(subscription)}>${words.trySame}</button>`
          : nothing
      }
      ${pages.map((page) => html`<a class="plain" href=${page}>${words.openInvoice}</a>`)}
    </div>
  </div>`;
}

function owedBecause(
  view: View,
  { status, trialEnd, hasPaymentMethod, changePendingUntil }: Subscription,
  words: PaymentMethodTexts,
): string {
  if (changePendingUntil) return view.say.changePending(view.day(changePendingUntil));
  const afterTrial = trialEnd !== undefined && !hasPaymentMethod && status === 'past_due';
  return afterTrial ? words.dueAfterTrial(view.day(trialEnd)) : (words.owed[status] ?? '');
}

/** One way to go on: what it is called, what it costs, and its button. */
const option = (name: string, cost: string, button: TemplateResult): TemplateResult =>
  html`<li>
    <span><strong>${name}</strong><br /><span class="small muted">${cost}</span></span>
    ${button}
  </li>`;

function choice(view: View, subscription: Subscription, wishes: Wishes, busy: boolean): TemplateResult {
  const { say } = view;
  const words = paymentMethodTexts(view.words.language);
  const { currency } = subscription;
  const again = view.soldAgain(subscription);
  const plan = view.name(subscription);
  const free = freePlanOf(view, subscription);
  const freeInterval = free?.prices[0]?.interval;
  const stay = (to: string): void => wishes.buy({ planId: free!.id, interval: to, currency, seats: 1, addOns: {} });
  return html`<div class="banner">
    <h3>${say.trialEndedTitle(plan)}</h3>
    <p>${say.trialEnded}</p>
    <ul class="options" role="list">
      ${
        again
          ? option(
              plan,
              words.choicePaid(...view.priceToday(again)),
              primary(view, words.addAndContinue, busy, () => wishes.buy(again)),
            )
          : nothing
      }
      ${
        free && freeInterval
          ? option(
              free.name,
              words.choiceFree,
              html`<button class="secondary" ?disabled=${busy} @click=${() => stay(freeInterval)}>${words.stayFree}</button>`,
            )
          : nothing
      }
    </ul>
  </div>`;
}
