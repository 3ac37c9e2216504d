import { intervalParts } from './interval.ts';
import type { Texts } from './texts.ts';

const adverbs = { day: 'יומי', week: 'שבועי', month: 'חודשי', year: 'שנתי' };
const every = { day: 'ליום', week: 'לשבוע', month: 'לחודש', year: 'לשנה' };
const plural = { day: 'ימים', week: 'שבועות', month: 'חודשים', year: 'שנים' };

const days = (count: number): string => (count === 1 ? 'יום אחד' : count === 2 ? 'יומיים' : count <= 10 ? `${count} ימים` : `${count} יום`);

const errors: Record<string, string> = {
  offline: 'אין חיבור לרשת. לא בוצע חיוב. כדאי לבדוק את החיבור ולנסות שוב.',
  too_many_requests: 'יותר מדי ניסיונות בזמן קצר. אפשר לנסות שוב בעוד דקה.',
  already_subscribed: 'כבר יש לך מינוי כזה. אפשר לשנות אותו בעמוד החשבון.',
  payment_failed: 'התשלום לא עבר. כדאי לנסות כרטיס אחר.',
  stripe_unavailable: 'שירות התשלומים אינו עונה. לא בוצע חיוב. אפשר לנסות שוב בעוד דקה.',
  currency_not_offered: 'הפריט אינו נמכר במטבע הזה.',
  too_many_items: 'יש כאן יותר פריטים ממה שהזמנה אחת יכולה להכיל. כדאי להוריד תוספת.',
  signed_out: 'ההתחברות פגה. יש להתחבר ולנסות שוב.',
  checkout_not_complete: 'התשלום עוד לא הושלם.',
  return_url_not_allowed: 'העמוד הזה עוד לא הוגדר לתשלומים. כדאי לפנות לבעל האתר.',
  origin_not_allowed: 'העמוד הזה עוד לא הוגדר לתשלומים. כדאי לפנות לבעל האתר.',
};

const unavailable: Record<string, string> = {
  add_on_not_on_plan: 'לא חלק מהמסלול הזה.',
  add_on_interval_not_offered: 'לא נמכר בתדירות החיוב הזאת.',
  currency_not_offered: 'לא נמכר במטבע הזה.',
  interval_not_offered: 'לא נמכר בתדירות החיוב הזאת.',
};

/** Hebrew. */
export const he: Texts = {
  language: 'he',
  direction: 'rtl',

  choosePlan: 'בחירת מסלול',
  billingInterval: 'חיוב',
  saveYearly: (amount) => `חיסכון של ${amount} בשנה`,
  perSeat: (per) => `למושב, ${per}`,
  seats: 'מושבים',
  trialBadge: (count, cardRequired) => `${days(count)} חינם${cardRequired ? '' : ', בלי כרטיס'}`,
  yourPlan: 'המסלול שלך',
  notIncluded: 'לא כלול',

  addWhatYouNeed: 'תוספות',
  changeLater: 'אפשר לשנות בהמשך.',
  priceOf: (amount, unit) => (unit ? `${amount} ל${unit}` : amount),
  fewer: (name) => `פחות: ${name}`,
  more: (name) => `עוד: ${name}`,
  range: (min, max, step) => `מ־${min} עד ${max}${step > 1 ? `, בקפיצות של ${step}` : ''}`,
  adjusted: (name, quantity) => `${name}: ‏${quantity} היא הכמות הקרובה שאפשר להזמין.`,
  dropped: (names) => `לא חלק מהמסלול הזה, ולכן הוסר: ${names}.`,
  add: (name) => `הוספת ${name}`,
  unavailable: (code) => unavailable[code] ?? 'לא זמין.',
  quantity: 'כמות',

  yourOrder: 'ההזמנה שלך',
  planAtInterval: (plan, interval) => `${plan}, ${he.intervalName(interval)}`,
  intervalName: (interval) => {
    const [count, unit] = intervalParts(interval);
    return count === 1 ? adverbs[unit] : `כל ${count} ${plural[unit]}`;
  },
  perInterval: (interval) => {
    const [count, unit] = intervalParts(interval);
    return count === 1 ? every[unit] : `כל ${count} ${plural[unit]}`;
  },
  times: (quantity, unitAmount) => `${quantity} × ${unitAmount}`,
  once: 'חד־פעמי',

  dueToday: 'לתשלום היום',
  dueLater: (count) => (count === 1 ? 'לתשלום מחר' : `לתשלום בעוד ${days(count)}`),
  total: 'סך הכול',
  free: 'חינם',
  renews: (per) => `מתחדש ${per} עד לביטול.`,
  thenEvery: (amount, per) => `לאחר מכן ${amount} ${per}.`,
  trialThen: (count, amount, per) => `חינם למשך ${days(count)}, ולאחר מכן ${amount} ${per}.`,
  freeForever: 'חינם, ללא הגבלת זמן.',
  plusTax: 'בתוספת מס, שיחושב בשלב הבא.',
  taxIncluded: 'כולל מס.',

  subscribe: 'הרשמה למינוי',
  pay: 'לתשלום',
  startTrial: 'התחלת ניסיון חינם',
  startFree: 'התחלה בחינם',
  contact: 'יצירת קשר',
  noCardNeeded: 'היום לא נדרש כרטיס.',
  cancelAnyTime: 'אפשר לבטל בכל עת.',
  oneMoment: 'רגע אחד…',

  loading: 'המחירים נטענים',
  nothingSold: 'עדיין אין כאן מה לקנות.',
  tryAgain: 'ניסיון נוסף',
  error: (code) => errors[code] ?? 'משהו השתבש אצלנו. לא בוצע חיוב. אפשר לנסות שוב.',
};
