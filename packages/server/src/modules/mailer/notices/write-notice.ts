/**
 * A fact as a letter in the customer's language.
 *
 * Promise: pure; figures come from the fact and from what Stripe says now, never from arithmetic of our own.
 */
import { findPlan } from '@tillkit/core/catalog/lookup';
import type { EventPayloads } from '../../../outbox/event-types.ts';
import type { InvoiceReading } from '../../../stripe/invoice-reading.ts';
import type { InvoicePage } from '../../../stripe/notice-facts.ts';
import type { SubscriptionFact } from '../../../stripe/subscription-fact.ts';
import { isFree } from '../../../subscription/live.ts';
import type { Letter, LetterRow } from './letter.ts';
import type { NoticeType } from './notice-types.ts';
import type { Said } from './notice-words.ts';
import { dayIn, invoiceRows, itemRows, moneyIn, nextPaymentRow, nextPaymentRows, planName, type Wording } from './wording.ts';

/** What says the sum of one invoice, and lists what it is made of. */
export const withInvoiceLines: ReadonlySet<NoticeType> = new Set([
  'invoice.ready',
  'payment.failed',
  'payment.action_required',
  'payment.recovered',
]);

/** A fact of the outbox that is told to customers; the fields of all types, each where its type has it. */
export type NoticePayload = { readonly customerId: string } & Partial<
  Omit<UnionToIntersection<EventPayloads[NoticeType]>, 'status' | 'reason'>
> & { readonly status?: string; readonly reason?: string };

type UnionToIntersection<Union> = (Union extends unknown ? (of: Union) => void : never) extends (of: infer All) => void ? All : never;

export interface NoticeContext extends Wording {
  readonly shop: string;
  readonly manageUrl?: string;
  /** The subscription as it was last read. */
  readonly fact?: SubscriptionFact;
  readonly invoice?: InvoicePage;
  /** The lines of that invoice, for what says its sum. */
  readonly reading?: InvoiceReading;
}

const onInvoicePage: ReadonlySet<NoticeType> = new Set(['invoice.ready', 'payment.failed', 'payment.action_required']);
const withItems: ReadonlySet<NoticeType> = new Set([
  'subscription.started',
  'subscription.trial_will_end',
  'subscription.plan_changed',
  'subscription.resumed',
  'renewal.upcoming',
]);

export function writeNotice(type: NoticeType, payload: NoticePayload, context: NoticeContext): Letter {
  const { words, invoice, manageUrl } = context;
  const { action, ...sentences } = words.of[type](toSaid(type, payload, context));
  const url = (onInvoicePage.has(type) ? invoice?.url : undefined) ?? manageUrl;
  const { rows, total } = figures(type, payload, context);
  return {
    ...sentences,
    ...(rows.length > 0 && { rows }),
    ...(total && { total }),
    ...(action !== undefined && url !== undefined && { action: { label: action, url } }),
  };
}

function toSaid(type: NoticeType, payload: NoticePayload, context: NoticeContext): Said {
  const { words, shop, fact, offer } = context;
  const planId = payload.planId ?? planOfFact(context);
  const [previousPlan, nextPlan] = [payload.previousPlanId, payload.nextPlanId].map((id) => planName(context, id));
  const policy = planId === undefined ? undefined : offer && findPlan(offer.catalog, planId)?.trial?.end;
  const next = payload.nextAttemptAt;
  const reason = payload.outcome ?? payload.reason ?? (type === 'invoice.ready' ? payload.status : undefined);
  const changedPlan = type !== 'subscription.plan_changed' || payload.previousPlanId !== payload.planId;
  return {
    shop,
    plan: planName(context, planId) ?? words.yourSubscription,
    ...(previousPlan !== undefined && changedPlan && { previousPlan }),
    // what is not sold any more has no name to say
    ...(nextPlan !== undefined && nextPlan !== words.yourSubscription && { nextPlan }),
    amount: amountOf(type, payload, context),
    on: dayOf(payload, context),
    ...(next !== undefined && { next: dayIn(context, next) }),
    free: fact !== undefined && isFree(fact),
    trial: payload.status === 'trialing',
    hasCard: payload.hasPaymentMethod ?? fact?.hasPaymentMethod ?? false,
    ...(reason !== undefined && { reason }),
    ...(policy !== undefined && { policy }),
  };
}

function planOfFact({ fact, offer }: NoticeContext): string | undefined {
  const entries = fact?.items.map(({ productId }) => offer?.entryOf(productId)) ?? [];
  return entries.find((entry) => entry?.kind === 'plan')?.id;
}

function amountOf(type: NoticeType, payload: NoticePayload, context: NoticeContext): string {
  const value = valueOf(type, payload);
  return value === undefined || payload.currency === undefined ? '' : moneyIn(context, value, payload.currency);
}

/** Minor units of what the mail is about. */
function valueOf(type: NoticeType, { amount, amountDue, amountPaid, total, status }: NoticePayload): number | undefined {
  const paid = type === 'invoice.ready' && status === 'paid' ? total : undefined;
  return amount ?? amountPaid ?? paid ?? amountDue;
}

function dayOf({ at, cancelAt, endedAt, trialEnd }: NoticePayload, context: NoticeContext): string {
  const day = at ?? cancelAt ?? endedAt ?? trialEnd;
  return day === undefined ? '' : dayIn(context, day);
}

interface Figures {
  readonly rows: readonly LetterRow[];
  readonly total?: LetterRow | undefined;
}

function figures(type: NoticeType, payload: NoticePayload, context: NoticeContext): Figures {
  const { fact, words, invoice, reading } = context;
  const value = valueOf(type, payload);
  const rows = reading && value !== undefined && withInvoiceLines.has(type) ? invoiceRows(context, reading, fact, value) : [];
  const detail = invoice?.number === undefined ? {} : { detail: words.invoice(invoice.number) };
  const sum = (label: string): Figures => ({ rows, total: { label, value: amountOf(type, payload, context), ...detail } });
  switch (type) {
    case 'invoice.ready':
      return sum(payload.status === 'open' ? words.due : words.paid);
    case 'payment.failed':
    case 'payment.action_required':
      return sum(words.due);
    case 'payment.recovered':
      return sum(words.paid);
    case 'charge.refunded':
      return sum(words.refunded);
    default:
      return fact && withItems.has(type) ? subscriptionFigures(fact, context) : { rows: [] };
  }
}

/** With a next payment its lines, which come to it; else what the subscription consists of. */
function subscriptionFigures(fact: SubscriptionFact, context: NoticeContext): Figures {
  const total = nextPaymentRow(context, fact);
  return { rows: (total && nextPaymentRows(context, fact)) ?? itemRows(context, fact), total };
}
