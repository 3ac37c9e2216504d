import type { ReceiptWords } from './words.ts';

export const receiptEn: ReceiptWords = {
  times: (quantity, unitAmount) => `${quantity} × ${unitAmount}`,
  once: 'once',
  free: 'Free',
  included: (units) => `${units} included`,
  usage: 'by use',
  tier: (units, amount, flat) => `${units} × ${amount}${flat && ` + ${flat}`}`,
  packages: (count, size, amount) => `${count} × ${size} at ${amount}`,
  freeForDays: (days) => `free for ${days} ${days === 1 ? 'day' : 'days'}`,
  freeUntil: (day) => `free until ${day}`,
  setupFee: (plan) => `Setup, ${plan}`,
  unused: (name, day) => `Unused time on ${name} until ${day}`,
  remaining: (name, day) => `${name} until ${day}`,
  rest: 'Everything else',
  discount: 'Discount',
  tax: 'Tax',
  taxContained: (name) => `${name}, included`,
  credit: 'Your credit',
  creditKept: 'Kept as your credit',
  carriedOver: 'Carried over from before',
  belowMinimum: 'Comes with your next invoice',
};
