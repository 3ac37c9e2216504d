/** The sentences around a quote: what is due when, what comes after, what the button says. */
import type { Catalog } from '@tillkit/core/catalog/catalog';
import type { Quote } from '@tillkit/core/quote/quote';
import type { Texts } from '../text/texts.ts';

/** What stands beside the sum: "Due today", "Due in 30 days". */
export function dueLabel(texts: Texts, { trial, dueToday }: Quote): string {
  return trial && !dueToday ? texts.dueLater(trial.days) : texts.dueToday;
}

/** What happens after the first payment, and what tax does to it. */
export function smallPrint(texts: Texts, { tax }: Catalog, quote: Quote, money: (amount: number) => string): readonly string[] {
  const { recurring, trial, oneTime } = quote;
  const sentences: string[] = [];
  if (recurring?.amount === 0) sentences.push(texts.freeForever);
  else if (recurring && trial) sentences.push(texts.trialThen(trial.days, money(recurring.amount), texts.perInterval(recurring.interval)));
  else if (recurring && oneTime) sentences.push(texts.thenEvery(money(recurring.amount), texts.perInterval(recurring.interval)));
  else if (recurring) sentences.push(texts.renews(texts.perInterval(recurring.interval)));
  if (tax !== 'none' && (recurring?.amount || oneTime)) sentences.push(tax === 'exclusive' ? texts.plusTax : texts.taxIncluded);
  return sentences;
}

/** What the button says. */
export function callToAction(texts: Texts, quote: Quote): string {
  if (quote.recurring?.amount === 0 && !quote.oneTime) return texts.startFree;
  if (quote.trial) return texts.startTrial;
  return quote.recurring ? texts.subscribe : texts.pay;
}
