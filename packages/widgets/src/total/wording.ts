/** The sentences around a quote: what is due when, what comes after, what the button says. */
import type { Catalog } from '@tillkit/core/catalog/catalog';
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

/** What happens after the first payment, and what tax does to it. */
export function smallPrint(texts: Texts, tax: Catalog['tax'], quote: Quote, money: (amount: number) => string): readonly string[] {
  const { recurring, trial, dueToday, introductory } = quote;
  const sentences: string[] = [];
  if (recurring) {
    const per = texts.perInterval(recurring.interval);
    const amount = money(recurring.amount);
    if (introductory) sentences.push(texts.introductory(money(introductory.amount), introductory.months));
    if (!recurring.amount) sentences.push(texts.freeForever);
    else if (trial) sentences.push(texts.trialThen(trial.days, amount, per));
    else sentences.push(dueToday === recurring.amount ? texts.renews(per) : texts.thenEvery(amount, per));
  }
  if (tax !== 'none' && quote.cardRequired) sentences.push(tax === 'exclusive' ? texts.plusTax : texts.taxIncluded);
  return sentences;
}

/** What the button says. */
export function callToAction(texts: Texts, { recurring, oneTime, trial }: Quote): string {
  if (!recurring) return texts.pay;
  if (trial) return texts.startTrial;
  return recurring.amount + oneTime ? texts.subscribe : texts.startFree;
}
