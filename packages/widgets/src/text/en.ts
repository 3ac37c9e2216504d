import { intervalParts } from '@tillkit/core/catalog/interval';
import { receiptEn } from '@tillkit/core/receipt/words-en';
import type { Texts } from './texts.ts';

const adverbs = { day: 'Daily', week: 'Weekly', month: 'Monthly', year: 'Yearly' };

/** English, the language that is always there. */
export const en: Texts = {
  ...receiptEn,
  language: 'en',
  direction: 'ltr',

  choosePlan: 'Choose a plan',
  billingInterval: 'Billing',
  saveYearly: (amount) => `Save ${amount} a year`,
  perSeat: (per) => `a seat, ${per}`,
  seats: 'Seats',
  trialBadge: (days, cardRequired) => `${days} ${days === 1 ? 'day' : 'days'} free${cardRequired ? '' : ', no card'}`,
  notIncluded: 'not included',

  addWhatYouNeed: 'Add what you need',
  changeLater: 'Change at any time.',
  priceOf: (amount, unit, per) => {
    if (unit) return `${amount} a ${unit}${per && `, ${per}`}`;
    return [amount, per].filter(Boolean).join(per.startsWith('a ') ? ' ' : ', ');
  },
  fewer: (name) => `Fewer: ${name}`,
  more: (name) => `More: ${name}`,
  range: (min, max, step) => `${min} to ${max}${step > 1 ? `, in steps of ${step}` : ''}`,
  adjusted: (name, quantity) => `${name}: ${quantity} is the nearest.`,
  dropped: (names) => `Taken out: ${names}.`,
  add: (name) => `Add ${name}`,
  unavailable: (code) =>
    code === 'add_on_not_on_plan'
      ? 'Not part of this plan.'
      : `Not sold ${code === 'currency_not_offered' ? 'in this currency' : 'at this interval'}.`,

  yourOrder: 'Your order',
  intervalName: (interval) => {
    const [count, unit] = intervalParts(interval);
    return count === 1 ? adverbs[unit] : `Every ${count} ${unit}s`;
  },
  perInterval: (interval) => {
    const [count, unit] = intervalParts(interval);
    return count === 1 ? `a ${unit}` : `every ${count} ${unit}s`;
  },

  dueToday: 'Due today',
  dueLater: (days) => (days === 1 ? 'Due tomorrow' : `Due in ${days} days`),
  renews: (per) => `Renews ${per.replace(/^an? /, 'every ')} until you cancel.`,
  thenEvery: (amount, per) => `Then ${amount} ${per}.`,
  trialThen: (days, amount, per) => `Free for ${days} ${days === 1 ? 'day' : 'days'}, then ${amount} ${per}.`,
  introductory: (amount, months) =>
    months === undefined
      ? `The first payment is ${amount}.`
      : `In the first ${months === 1 ? 'month' : `${months} months`} each payment is ${amount}.`,
  trialOnly: (days) => `Free for ${days} ${days === 1 ? 'day' : 'days'}.`,
  useOf: (per) => ['what you use', per.replace(/^an? /, 'each ')],
  paidByUse: 'What you use is paid at the end of each period.',
  freeForever: 'Free forever.',
  plusTax: 'Plus tax, at the next step.',
  plusTaxLater: 'Plus tax.',
  taxIncluded: 'Tax included.',

  tooLarge: 'That is more than can be paid at once. Choose less, or write to us.',

  subscribe: 'Subscribe',
  pay: 'Pay',
  startTrial: 'Start free trial',
  startFree: 'Start for free',
  contact: 'Get in touch',
  noCardNeeded: 'No card needed.',
  cancelAnyTime: 'Cancel at any time.',
  oneMoment: 'One moment…',

  loading: 'Loading prices',
  nothingSold: 'Nothing for sale yet.',
  tryAgain: 'Try again',
  ordered: 'Your order is in. Its confirmation could not be shown here; you need not pay again.',
  offline: 'No connection. Try again, or load the page anew.',
};
