/** The sentences around a quote: what is due when, what comes after, what the button says. */
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { hasMetered } from '@tillkit/core/pricing/line-step';
import type { Quote } from '@tillkit/core/quote/quote';
import { receiptOfQuote } from '@tillkit/core/receipt/of-quote';
import type { Texts } from '../text/texts.ts';

/** The amount that is set largest: what is due at the next payment, minor units. */
export const headline = (quote: Quote): number => receiptOfQuote(quote).sum;

/** What stands beside the sum: "Due today", "Due in 30 days". */
export function dueLabel(texts: Texts, quote: Quote): string {
  const { due } = receiptOfQuote(quote);
  return due.kind === 'in' ? texts.dueLater(due.days) : texts.dueToday;
}

/** Whether nothing is ever paid for it, also not for its use. */
const isFree = (quote: Quote): boolean => !quote.dueToday && !quote.recurring?.amount && !hasMetered(quote.lines);

/** What happens after the first payment, and what tax does to it. */
export function smallPrint(texts: Texts, tax: Catalog['tax'], quote: Quote, money: (amount: number) => string): readonly string[] {
  const { recurring, trial, dueToday, introductory } = quote;
  const sentences: string[] = [];
  if (recurring) {
    const per = texts.perInterval(recurring.interval);
    const amount = money(recurring.amount);
    if (introductory) sentences.push(texts.introductory(money(introductory.amount), introductory.months));
    if (recurring.amount && trial) sentences.push(texts.trialThen(trial.days, amount, per));
    else if (recurring.amount) sentences.push(dueToday === recurring.amount ? texts.renews(per) : texts.thenEvery(amount, per));
    else if (trial) sentences.push(texts.trialOnly(trial.days));
    if (hasMetered(quote.lines)) sentences.push(texts.paidByUse);
    else if (!recurring.amount) sentences.push(texts.freeForever);
  }
  if (tax !== 'none' && !isFree(quote)) sentences.push(tax === 'inclusive' ? texts.taxIncluded : plusTax(texts, quote));
  return sentences;
}

/** Without a card there may be no next step that works the tax out. */
const plusTax = (texts: Texts, { cardRequired }: Quote): string => (cardRequired ? texts.plusTax : texts.plusTaxLater);

/** Under the button; nothing for what is bought once, which cannot be canceled. */
export const reassurance = (texts: Texts, { cardRequired, recurring }: Quote): string =>
  cardRequired ? (recurring ? texts.cancelAnyTime : '') : texts.noCardNeeded;

/** What the button says. */
export function callToAction(texts: Texts, quote: Quote): string {
  const { recurring, oneTime, trial } = quote;
  if (!recurring) return texts.pay;
  if (trial) return texts.startTrial;
  return recurring.amount + oneTime || hasMetered(quote.lines) ? texts.subscribe : texts.startFree;
}
