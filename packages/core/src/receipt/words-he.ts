import type { ReceiptWords } from './words.ts';

export const receiptHe: ReceiptWords = {
  times: (quantity, unitAmount) => `${quantity} × ${unitAmount}`,
  once: 'חד־פעמי',
  free: 'חינם',
  included: (units) => `${units} כלולים`,
  usage: 'לפי שימוש',
  tier: (units, amount, flat) => `${units} × ${amount}${flat && ` + ${flat}`}`,
  packages: (count, size, amount) => `${count} × ${size} במחיר ${amount}`,
  freeForDays: (days) => (days === 1 ? 'חינם ליום אחד' : `חינם ל־${days} ימים`),
  freeUntil: (day) => `חינם עד ${day}`,
  setupFee: (plan) => `הקמה, ${plan}`,
  unused: (name, day) => `זמן שלא נוצל ב־${name} עד ${day}`,
  remaining: (name, day) => `${name} עד ${day}`,
  rest: 'כל השאר',
  discount: 'הנחה',
  tax: 'מס',
  taxContained: (name) => `${name}, כלול`,
  credit: 'היתרה שלך',
  creditKept: 'נשמר כיתרה לזכותך',
  carriedOver: 'הועבר מקודם',
  belowMinimum: 'יתווסף לחשבונית הבאה',
};
