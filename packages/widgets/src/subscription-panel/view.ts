import type { Catalog, Plan } from '@tillkit/core/catalog/catalog';
import { findAddOn, findPlan } from '@tillkit/core/catalog/lookup';
import { formatMoney } from '@tillkit/core/money/format-money';
import type { MoneyPattern } from '@tillkit/core/money/pattern';
import type { ReceiptStyle } from '@tillkit/core/receipt/explain';
import type { Subscription, SubscriptionItem } from '@tillkit/core/subscription/subscription';
import { html, nothing, type TemplateResult } from 'lit';
import type { PanelTexts } from '../text/panel-texts.ts';
import type { Texts } from '../text/texts.ts';
import { day } from './dates.ts';
import { webAddress } from './web-address.ts';

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
  /** An address that may become a link; undefined for anything else. */
  link(address: string | undefined): string | undefined;
}

export function createView(catalog: Catalog, words: Texts, say: PanelTexts): View {
  const view: View = {
    catalog,
    words,
    say,
    money: (amount, currency) => formatMoney(amount, view.receiptStyle(currency).pattern),
    day: (seconds) => day(words.language, seconds),
    receiptStyle: (currency) => ({ words, pattern: catalog.money[currency] ?? codePattern(currency), day: view.day }),
    plan: (id) => catalog.plans.find((plan) => plan.id === id),
    name: (subscription) => planName(view, subscription),
    price: (subscription) => [view.money(renewal(subscription), subscription.currency), words.perInterval(subscription.interval)],
    link: webAddress,
  };
  return view;
}

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
export const renewal = ({ items }: Subscription): number => items.reduce((sum, { amount }) => sum + amount, 0);

/** The lines of a subscription as a receipt. */
export function lines(view: View, { items, currency, interval }: Subscription): TemplateResult {
  const { words } = view;
  const sum = items.reduce((total, { amount }) => total + amount, 0);
  return html`<dl>
    ${items.map((item) =>
      line(
        nameOf(view, item),
        item.quantity > 1 ? words.times(item.quantity, view.money(item.unitAmount, currency)) : '',
        item.amount ? view.money(item.amount, currency) : words.free,
      ),
    )}
    <div class="sum small">
      <dt>${words.intervalName(interval)}</dt>
      <dd>${view.money(sum, currency)}</dd>
    </div>
  </dl>`;
}

export const line = (name: string, why: string, amount: string): TemplateResult =>
  html`<div class="line" part="line">
    <dt>${name} <bdi class="why">${why || nothing}</bdi></dt>
    <dd>${amount}</dd>
  </div>`;
