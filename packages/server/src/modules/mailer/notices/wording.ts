/** Amounts, dates and names as a customer reads them. */
import { intervalParts } from '@tillkit/core/catalog/interval';
import { findPlan } from '@tillkit/core/catalog/lookup';
import { formatMoney } from '@tillkit/core/money/format-money';
import { moneyPattern } from '@tillkit/core/money/money-pattern';
import { explainLine, lineAmount, lineName, receiptRows } from '@tillkit/core/receipt/explain';
import type { Receipt } from '@tillkit/core/receipt/receipt';
import { receiptEn } from '@tillkit/core/receipt/words-en';
import { receiptHe } from '@tillkit/core/receipt/words-he';
import type { Offer } from '../../../catalog/catalog-source.ts';
import { toInvoiceReceipt } from '../../../receipt/invoice-receipt.ts';
import type { InvoiceReading } from '../../../stripe/invoice-reading.ts';
import type { SubscriptionFact } from '../../../stripe/subscription-fact.ts';
import { toSubscription } from '../../../subscription/to-subscription.ts';
import type { LetterRow } from './letter.ts';
import type { NoticeWords } from './notice-words.ts';

export interface Wording {
  readonly words: NoticeWords;
  /** BCP 47, with the region where the customer has one. */
  readonly locale: string;
  /** Of dates; IANA. */
  readonly timeZone: string;
  readonly offer: Offer | undefined;
}

/** Minor units, as Stripe counts them. */
export const moneyIn = ({ locale }: Pick<Wording, 'locale'>, amount: number, currency: string): string =>
  formatMoney(amount, moneyPattern(locale, currency));

/** A date that is not broken at the end of a line. */
export const dayIn = ({ locale, timeZone }: Pick<Wording, 'locale' | 'timeZone'>, unixSeconds: number): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(unixSeconds * 1000).replaceAll(' ', '\u00A0');

/** Nothing that could end a line, since names stand in subjects too. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

/** A plan's name in the customer's language. */
export function planName({ words, locale, offer }: Wording, planId: string | undefined): string | undefined {
  const plan = planId === undefined ? undefined : offer && findPlan(offer.in(locale), planId);
  return plan ? oneLine(plan.name) : planId === undefined ? undefined : words.yourSubscription;
}

/** What a subscription consists of, a row for each item; none without a catalog, which has the names. */
export function itemRows(wording: Wording, fact: SubscriptionFact): LetterRow[] {
  const { words, offer, locale } = wording;
  if (!offer) return [];
  const { items, currency } = toSubscription(fact, offer, locale);
  return items.map(({ name, quantity, amount, interval }) => ({
    label: quantity === 1 ? oneLine(name) : `${oneLine(name)} × ${quantity}`,
    value: moneyIn(wording, amount, currency),
    detail: words.interval(...intervalParts(interval)),
  }));
}

/** The lines of Stripe's next invoice, with everything that makes its sum; undefined where it was not read whole. */
export function nextPaymentRows(wording: Wording, fact: SubscriptionFact): LetterRow[] | undefined {
  const { offer, locale } = wording;
  const { nextPayment } = offer ? toSubscription(fact, offer, locale) : fact;
  const receipt = nextPayment && 'receipt' in nextPayment ? nextPayment.receipt : undefined;
  return receipt && rowsOf(wording, receipt);
}

/** The lines of an invoice in the words of the catalog; none without a catalog, or where they come to another sum than is said. */
export function invoiceRows(wording: Wording, reading: InvoiceReading, fact: SubscriptionFact | undefined, said: number): LetterRow[] {
  const { offer, locale } = wording;
  if (!offer) return [];
  const receipt = toInvoiceReceipt(reading, { offer, locale, fact }, { kind: 'now' });
  return receipt.sum === said ? rowsOf(wording, receipt) : [];
}

function rowsOf(wording: Wording, receipt: Receipt): LetterRow[] {
  const style = {
    words: wording.words.language === 'he' ? receiptHe : receiptEn,
    pattern: moneyPattern(wording.locale, receipt.currency),
    day: (seconds: number) => dayIn(wording, seconds),
  };
  return [
    ...receipt.lines.map((line): LetterRow => {
      const detail = explainLine(line, style);
      return { label: oneLine(lineName(line, style)), value: lineAmount(line, style), ...(detail && { detail }) };
    }),
    ...receiptRows(receipt, style).map(({ name, amount }) => ({ label: oneLine(name), value: amount })),
  ];
}

/** Stripe's own number for the next invoice; none on a trial that no card pays for. */
export function nextPaymentRow(wording: Wording, fact: SubscriptionFact): LetterRow | undefined {
  const { nextPayment, currency, trialEnd, hasPaymentMethod } = fact;
  if (!nextPayment || nextPayment.amount <= 0 || (trialEnd !== undefined && !hasPaymentMethod)) return undefined;
  return { label: wording.words.nextPayment(dayIn(wording, nextPayment.at)), value: moneyIn(wording, nextPayment.amount, currency) };
}
