import { intervalParts } from './interval.ts';
import type { Texts } from './texts.ts';

const adverbs = { day: 'Daily', week: 'Weekly', month: 'Monthly', year: 'Yearly' };

const errors: Record<string, string> = {
  offline: 'No connection. Nothing was charged. Check your network and try again.',
  too_many_requests: 'Too many tries in a short time. Wait a minute, then try again.',
  already_subscribed: 'You already have this subscription. Open your account page to change it.',
  payment_failed: 'The payment did not go through. Try another card.',
  stripe_unavailable: 'The payment service does not answer. Nothing was charged. Try again in a minute.',
  currency_not_offered: 'This is not sold in your currency.',
  too_many_items: 'That is more than one order can hold. Take out an add-on.',
  signed_out: 'You have been signed out. Sign in and try again.',
  checkout_not_complete: 'The payment is not finished yet.',
  return_url_not_allowed: 'This page is not set up for payments yet. Please tell the owner of the site.',
  origin_not_allowed: 'This page is not set up for payments yet. Please tell the owner of the site.',
};

const unavailable: Record<string, string> = {
  add_on_not_on_plan: 'Not part of this plan.',
  add_on_interval_not_offered: 'Not sold at this billing interval.',
  currency_not_offered: 'Not sold in this currency.',
  interval_not_offered: 'Not sold at this billing interval.',
};

/** English, the language that is always there. */
export const en: Texts = {
  language: 'en',
  direction: 'ltr',

  choosePlan: 'Choose a plan',
  billingInterval: 'Billing',
  saveYearly: (amount) => `Save ${amount} a year`,
  perSeat: (per) => `a seat, ${per}`,
  seats: 'Seats',
  trialBadge: (days, cardRequired) => `${days} ${days === 1 ? 'day' : 'days'} free${cardRequired ? '' : ', no card'}`,
  yourPlan: 'Your plan',
  notIncluded: 'not included',

  addWhatYouNeed: 'Add what you need',
  changeLater: 'You can change it later.',
  priceOf: (amount, unit) => (unit ? `${amount} a ${unit}` : amount),
  fewer: (name) => `Fewer: ${name}`,
  more: (name) => `More: ${name}`,
  range: (min, max, step) => `${min} to ${max}${step > 1 ? `, in steps of ${step}` : ''}`,
  adjusted: (name, quantity) => `${name}: ${quantity} is the nearest that can be ordered.`,
  dropped: (names) => `Not part of this plan and taken out: ${names}.`,
  add: (name) => `Add ${name}`,
  unavailable: (code) => unavailable[code] ?? 'Not available.',
  quantity: 'Quantity',

  yourOrder: 'Your order',
  planAtInterval: (plan, interval) => `${plan}, ${en.intervalName(interval).toLowerCase()}`,
  intervalName: (interval) => {
    const [count, unit] = intervalParts(interval);
    return count === 1 ? adverbs[unit] : `Every ${count} ${unit}s`;
  },
  perInterval: (interval) => {
    const [count, unit] = intervalParts(interval);
    return count === 1 ? `a ${unit}` : `every ${count} ${unit}s`;
  },
  times: (quantity, unitAmount) => `${quantity} × ${unitAmount}`,
  once: 'once',

  dueToday: 'Due today',
  dueLater: (days) => (days === 1 ? 'Due tomorrow' : `Due in ${days} days`),
  total: 'Total',
  free: 'Free',
  renews: (per) => `Renews ${per.replace(/^an? /, 'every ')} until you cancel.`,
  thenEvery: (amount, per) => `Then ${amount} ${per}.`,
  trialThen: (days, amount, per) => `Free for ${days} ${days === 1 ? 'day' : 'days'}, then ${amount} ${per}.`,
  freeForever: 'Free, for as long as you like.',
  plusTax: 'Plus tax, which is worked out at the next step.',
  taxIncluded: 'Tax included.',

  subscribe: 'Subscribe',
  pay: 'Pay',
  startTrial: 'Start free trial',
  startFree: 'Start for free',
  contact: 'Get in touch',
  noCardNeeded: 'No card needed today.',
  cancelAnyTime: 'Cancel at any time.',
  oneMoment: 'One moment…',

  loading: 'Loading prices',
  nothingSold: 'Nothing is for sale here yet.',
  tryAgain: 'Try again',
  error: (code) => errors[code] ?? 'Something went wrong on our side. Nothing was charged. Try again.',
};
