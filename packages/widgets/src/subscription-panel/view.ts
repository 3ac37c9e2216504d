import type { Catalog, Plan } from '@tillkit/core/catalog/catalog';
import type { InvoiceList, SubscriptionList } from '@tillkit/core/contract/contract';
import { findAddOn, findPlan } from '@tillkit/core/catalog/lookup';
import { formatMoney } from '@tillkit/core/money/format-money';
import type { MoneyPattern } from '@tillkit/core/money/pattern';
import type { ReceiptStyle } from '@tillkit/core/receipt/explain';
import { hasUsePaid } from '@tillkit/core/subscription/is-free';
import { hasMetered } from '@tillkit/core/pricing/line-step';
import { quoteSelection } from '@tillkit/core/quote/quote-selection';
import { receiptsOfSubscription } from '@tillkit/core/receipt/of-subscription';
import type { Receipt } from '@tillkit/core/receipt/receipt';
import type { Subscription, SubscriptionItem } from '@tillkit/core/subscription/subscription';
import { selectPlan } from '@tillkit/core/selection/choose';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import { html, nothing, type TemplateResult } from 'lit';
import { getEngine } from '../provider/engine.ts';
import type { Remote, Store } from '../provider/store.ts';
import type { PanelTexts } from '../text/panel-texts.ts';
import { day } from '../text/day.ts';
import type { Texts } from '../text/texts.ts';
import { receiptLines } from '../receipt/receipt-lines.ts';
import { webAddress } from '../provider/web-address.ts';

/** What every part of the panel needs to show something; the parts that are fetched later import nothing of this. */
export interface View {
  readonly catalog: Catalog;
  readonly words: Texts;
  readonly say: PanelTexts;
  money(amount: number, currency: string): string;
  day(seconds: number): string;
  /** What the texts of a receipt are made with. */
  receiptStyle(currency: string): ReceiptStyle;
  /** The catalog's plan of an id. */
  plan(id: string | undefined): Plan | undefined;
  /** What a subscription is called. */
  name(subscription: Subscription): string;
  /** What every renewal costs as text, and how often: "a month". */
  price(subscription: Subscription): [amount: string, per: string];
  /** An amount that comes again, and how often; in words where nothing but use is paid. */
  recurring(amount: number, currency: string, interval: string, byUse: boolean): [amount: string, per: string];
  /** What something costs that is bought now, without a trial: the price of before may be another. */
  priceToday(selection: PlanSelection): [amount: string, per: string];
  /** Whether the next payment may be another than those after it: there is a discount, or credit that it uses up. */
  isUnlikeOthers(subscription: Subscription): boolean;
  /** What is still sold of a subscription, at the interval that it had; undefined where its plan is not. */
  soldAgain(subscription: Subscription): PlanSelection | undefined;
  /** An address that may become a link; undefined for anything else. */
  link(address: string | undefined): string | undefined;
}

export function createView(catalog: Catalog, words: Texts, say: PanelTexts, beside: Readonly<Record<string, MoneyPattern>> = {}): View {
  const view: View = {
    catalog,
    words,
    say,
    money: (amount, currency) => formatMoney(amount, view.receiptStyle(currency).pattern),
    day: (seconds) => day(words.language, seconds, catalog.timeZone),
    receiptStyle: (currency) => ({ words, pattern: catalog.money[currency] ?? beside[currency] ?? codePattern(currency), day: view.day }),
    plan: (id) => catalog.plans.find((plan) => plan.id === id),
    name: (subscription) => planName(view, subscription),
    price: (subscription) =>
      view.recurring(nextAmount(subscription), subscription.currency, subscription.interval, hasUsePaid(subscription)),
    recurring: (amount, currency, interval, byUse) => {
      const per = words.perInterval(interval);
      return byUse && amount === 0 ? words.useOf(per) : [view.money(amount, currency), per];
    },
    priceToday: (selection) => {
      const { currency, lines: sold, recurring } = (getEngine()?.quote ?? quoteSelection)(catalog, selection, { trialAvailable: false });
      return view.recurring(recurring?.amount ?? 0, currency, selection.interval, hasMetered(sold));
    },
    isUnlikeOthers,
    soldAgain: (subscription) => soldAgain(catalog, subscription),
    link: webAddress,
  };
  return view;
}

function soldAgain(catalog: Catalog, { planId, interval, currency, seats, addOns }: Subscription): PlanSelection | undefined {
  const result = planId === undefined ? undefined : selectPlan(catalog, { planId, interval, currency, seats, addOns }, planId);
  return result?.ok && result.selection.interval === interval ? result.selection : undefined;
}

/** How currencies are written that the catalog does not sell in, as the server has told it. */
export const patternsOf = (
  account: Remote<SubscriptionList>,
  invoices: InvoiceList | undefined,
): Readonly<Record<string, MoneyPattern>> => ({
  ...invoices?.money,
  ...(account.status === 'complete' ? account.value.money : {}),
});

/** Until the server has sent the currency's own: "CHF 19.50". */
const codePattern = (currency: string): MoneyPattern => {
  const code = `${currency.toUpperCase()}\u00A0`;
  return {
    digits: 2,
    positive: [code, ''],
    negative: [`-${code}`, ''],
    decimal: '.',
    group: ',',
    sizes: [3, 3],
    minimumGrouping: 1,
  };
};

/** The catalog's name in the page's language, else the one that Stripe has. */
export function nameOf({ catalog }: View, { productId, name }: Pick<SubscriptionItem, 'productId' | 'name'>): string {
  return findPlan(catalog, productId)?.name ?? findAddOn(catalog, productId)?.name ?? name;
}

export function planName(view: View, subscription: Subscription): string {
  const plan = subscription.items.find(({ kind }) => kind === 'plan') ?? subscription.items[0];
  return plan ? nameOf(view, plan) : subscription.id;
}

/** What every renewal costs, minor units, before tax and credit. */
export const renewal = ({ items, interval }: Subscription): number =>
  items.reduce((sum, item) => sum + (item.interval === interval ? item.amount : 0), 0);

const isUnlikeOthers = ({ nextPayment }: Subscription): boolean =>
  nextPayment?.receipt !== undefined && (nextPayment.receipt.discounts.length > 0 || nextPayment.receipt.credit !== 0);

/** What is paid when a trial ends, as far as the server knows it; else what a renewal costs. */
const nextAmount = (subscription: Subscription): number =>
  (subscription.status === 'trialing' ? subscription.nextPayment?.amount : undefined) ?? renewal(subscription);

/** The lines of a subscription as a receipt, one for each interval, in the catalog's words. */
export function lines(view: View, subscription: Subscription): TemplateResult {
  const named = { ...subscription, items: subscription.items.map((item) => ({ ...item, name: nameOf(view, item) })) };
  return html`${receiptsOfSubscription(named).map((receipt) =>
    receiptList(view, receipt, receipt.due.kind === 'every' ? view.words.intervalName(receipt.due.interval) : ''),
  )}`;
}

/** The next payment line by line, where it is not simply what every renewal costs. */
export function nextPaymentLines(view: View, { nextPayment, items, interval }: Subscription): TemplateResult | typeof nothing {
  const receipt = nextPayment?.receipt;
  const plain = items.every((item) => item.interval === interval) && receipt?.lines.length === items.length;
  const usual = items.reduce((sum, { amount }) => sum + amount, 0);
  if (!receipt || (plain && receipt.sum === usual)) return nothing;
  return html`<div class="receipt">${receiptList(view, receipt, view.say.nextPaymentOn(view.day(nextPayment.at)))}</div>`;
}

/** A receipt with what stands beside its sum. */
export const receiptList = (view: View, receipt: Receipt, label: string): TemplateResult =>
  html`<dl>
    ${receiptLines(receipt, view.receiptStyle(receipt.currency))}
    <div class="sum small">
      <dt>${label}</dt>
      <dd>${view.money(receipt.sum, receipt.currency)}</dd>
    </div>
  </dl>`;

/** What the customer owns, as far as it was read. */
export const ownedBy = (store: Store | undefined): readonly Subscription[] =>
  store?.state.account.status === 'complete' ? store.state.account.value.subscriptions : [];

/** Whose subscriptions are shown; undefined while there are none. */
export function customerOf(store: Store | undefined): string | undefined {
  return ownedBy(store)[0]?.customerId;
}

/** Answers, whenever it is called, whether the page is still the one's whose it is now. */
export function whileSamePerson(storeOf: () => Store | undefined): () => boolean {
  const store = storeOf();
  const person = store?.person;
  return () => storeOf() === store && store?.person === person;
}
