/**
 * Step checkout: how a session reads on the hosted page.
 *
 * Promise: what is due today and what comes later stand apart, and both are the session's own amounts.
 */
import { needsCard } from '../billing/checkout.ts';
import { formatMoney } from '../money/currency.ts';
import { amountOf, exactAmount } from '../money/price-amount.ts';
import { parseDecimal, round } from '../money/rational.ts';
import type { Recurring } from '../objects/catalog.ts';
import type { CheckoutSession, SessionLineItem } from '../objects/checkout-session.ts';
import { memory } from '../objects/memory.ts';
import { html, type Html } from './html.ts';

interface ViewLine {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
  readonly amount: string;
  readonly quantity: number;
  /** Where the buyer may change it. */
  readonly range: { readonly minimum: number; readonly maximum: number } | null;
}

export interface CheckoutView {
  readonly title: string;
  readonly lines: readonly ViewLine[];
  /** Amounts between the lines and what is due: discounts and taxes. */
  readonly sums: readonly { readonly name: string; readonly amount: string }[];
  readonly dueToday: string;
  readonly later: string | null;
  readonly trial: string | null;
  readonly button: 'Pay' | 'Subscribe' | 'Start trial' | 'Save card';
  readonly needsCard: boolean;
}

export const every = ({ interval, interval_count }: Recurring): string =>
  interval_count === 1 ? interval : `${interval_count} ${interval}s`;

const dateText = (seconds: number): string =>
  new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(seconds * 1000));

function line({ id, description, price, quantity, amount_subtotal, currency, adjustable_quantity: range }: SessionLineItem): ViewLine {
  const unit = formatMoney(round(parseDecimal(price.currency_options[currency]?.unit_amount_decimal ?? '0')), currency);
  const rate = price.recurring ? `${unit} per ${every(price.recurring)}` : unit;
  const isLater = amount_subtotal === 0 && exactAmount(price, currency, quantity).numerator > 0n;
  const amount = isLater ? `${formatMoney(amountOf(price, currency, quantity), currency)} later` : formatMoney(amount_subtotal, currency);
  return {
    id,
    name: description,
    detail: quantity === 1 ? rate : `${quantity} × ${rate}`,
    amount,
    quantity,
    range: range?.enabled ? { minimum: range.minimum ?? 0, maximum: range.maximum ?? 99 } : null,
  };
}

function recurringTotal({ line_items, currency }: CheckoutSession): { amount: number; recurring: Recurring } | null {
  const items = line_items.data.filter(({ price }) => price.recurring);
  const recurring = items[0]?.price.recurring;
  if (!recurring || currency === null) return null;
  return { amount: items.reduce((sum, { price, quantity }) => sum + amountOf(price, currency, quantity), 0), recurring };
}

function trialEnd({ [memory]: { plan } }: CheckoutSession, now: number): number | null {
  return plan.trial_end ?? (plan.trial_period_days === null ? null : now + plan.trial_period_days * 86_400);
}

function laterText(session: CheckoutSession, end: number | null): string | null {
  const total = recurringTotal(session);
  if (!total || session.currency === null) return null;
  const amount = `${formatMoney(total.amount, session.currency)} every ${every(total.recurring)}`;
  return end === null ? `Then ${amount}, until canceled` : `Then ${amount} from ${dateText(end)}`;
}

function trialText({ [memory]: { plan } }: CheckoutSession, end: number | null): string | null {
  if (end === null) return null;
  return plan.trial_period_days === null
    ? `Free until ${dateText(end)}`
    : plan.trial_period_days === 1
      ? '1 day free'
      : `${plan.trial_period_days} days free`;
}

function titleOf(session: CheckoutSession): string {
  const [first] = session.line_items.data;
  if (session.mode === 'setup') return 'Save your card';
  const name = first?.description ?? 'your order';
  if (session.mode === 'payment') return `Pay for ${name}`;
  return trialEnd(session, 0) === null ? `Subscribe to ${name}` : `Try ${name}`;
}

const buttonOf = (session: CheckoutSession, onTrial: boolean): CheckoutView['button'] =>
  session.mode === 'setup' ? 'Save card' : session.mode === 'payment' ? 'Pay' : onTrial ? 'Start trial' : 'Subscribe';

function sumsOf({ total_details, currency, line_items }: CheckoutSession): CheckoutView['sums'] {
  if (!total_details || currency === null) return [];
  const { amount_discount, amount_shipping, amount_tax } = total_details;
  const isIncluded = line_items.data.every(({ taxes }) => taxes.every(({ rate }) => rate.inclusive));
  return [
    ...(amount_discount > 0 ? [{ name: 'Discount', amount: formatMoney(-amount_discount, currency) }] : []),
    ...(amount_shipping > 0 ? [{ name: 'Shipping', amount: formatMoney(amount_shipping, currency) }] : []),
    ...(amount_tax > 0 ? [{ name: isIncluded ? 'Tax, included' : 'Tax', amount: formatMoney(amount_tax, currency) }] : []),
  ];
}

export function viewCheckout(session: CheckoutSession, now: number): CheckoutView {
  const end = trialEnd(session, now);
  return {
    title: titleOf(session),
    lines: session.line_items.data.map(line),
    sums: sumsOf(session),
    dueToday: session.currency === null ? '' : formatMoney(session.amount_total ?? 0, session.currency),
    later: laterText(session, end),
    trial: trialText(session, end),
    button: buttonOf(session, end !== null),
    needsCard: needsCard(session),
  };
}

/** A quantity that the buyer may change, sent without a script. */
const quantityForm = (session: string, { id, name, quantity, range }: ViewLine): Html | null =>
  range &&
  html`<form class="inline" method="post" action="/c/pay/${session}/quantity">
    <input type="hidden" name="line" value="${id}" />
    <input
      name="quantity"
      type="number"
      aria-label="Quantity of ${name}"
      min="${range.minimum}"
      max="${range.maximum}"
      value="${quantity}"
      required
    /><button class="quiet">Update</button>
  </form>`;

/** The receipt side of the page. */
export const receipt = (session: string, { title, lines, sums, dueToday, later, trial }: CheckoutView): Html =>
  html` <h1>${title}</h1>
    ${trial === null ? null : html`<p class="trial">${trial}</p>`}
    <ul class="lines">
      ${lines.map(
        (shown) =>
          html`<li>
            <span><b>${shown.name}</b><br /><span class="muted small">${shown.detail}</span>${quantityForm(session, shown)}</span
            ><span class="figures">${shown.amount}</span>
          </li>`,
      )}
      ${sums.map(({ name, amount }) => html`<li><span>${name}</span><span class="figures">${amount}</span></li>`)}
    </ul>
    ${dueToday === '' ? null : html`<p class="sum"><span>Due today</span><strong class="figures" data-testid="due-today">${dueToday}</strong></p>`}
    ${later === null ? null : html`<p class="muted small">${later}</p>`}`;
