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

export interface CheckoutView {
  readonly title: string;
  readonly lines: readonly { readonly name: string; readonly detail: string; readonly amount: string }[];
  readonly dueToday: string;
  readonly later: string | null;
  readonly trial: string | null;
  readonly button: 'Pay' | 'Subscribe' | 'Start trial' | 'Save card';
  readonly needsCard: boolean;
}

const every = ({ interval, interval_count }: Recurring): string => (interval_count === 1 ? interval : `${interval_count} ${interval}s`);

const dateText = (seconds: number): string =>
  new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(seconds * 1000));

function line({ description, price, quantity, amount_total, currency }: SessionLineItem): CheckoutView['lines'][number] {
  const unit = formatMoney(round(parseDecimal(price.currency_options[currency]?.unit_amount_decimal ?? '0')), currency);
  const rate = price.recurring ? `${unit} per ${every(price.recurring)}` : unit;
  const isLater = amount_total === 0 && exactAmount(price, currency, quantity).numerator > 0n;
  const amount = isLater ? `${formatMoney(amountOf(price, currency, quantity), currency)} later` : formatMoney(amount_total, currency);
  return { name: description, detail: quantity === 1 ? rate : `${quantity} × ${rate}`, amount };
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

export function viewCheckout(session: CheckoutSession, now: number): CheckoutView {
  const end = trialEnd(session, now);
  return {
    title: titleOf(session),
    lines: session.line_items.data.map(line),
    dueToday: session.currency === null ? '' : formatMoney(session.amount_total ?? 0, session.currency),
    later: laterText(session, end),
    trial: trialText(session, end),
    button: buttonOf(session, end !== null),
    needsCard: needsCard(session),
  };
}

/** The receipt side of the page. */
export const receipt = ({ title, lines, dueToday, later, trial }: CheckoutView): Html =>
  html` <h1>${title}</h1>
    ${trial === null ? null : html`<p class="trial">${trial}</p>`}
    <ul class="lines">
      ${lines.map(
        ({ name, detail, amount }) =>
          html`<li>
            <span><b>${name}</b><br /><span class="muted small">${detail}</span></span
            ><span class="figures">${amount}</span>
          </li>`,
      )}
    </ul>
    ${dueToday === '' ? null : html`<p class="sum"><span>Due today</span><strong class="figures" data-testid="due-today">${dueToday}</strong></p>`}
    ${later === null ? null : html`<p class="muted small">${later}</p>`}`;
