import { intervalParts } from '@tillkit/core/catalog/interval';
import { receiptHe } from '@tillkit/core/receipt/words-he';
import type { Texts } from './texts.ts';

const adverbs = { day: 'יומי', week: 'שבועי', month: 'חודשי', year: 'שנתי' };
const every = { day: 'ליום', week: 'לשבוע', month: 'לחודש', year: 'לשנה' };
const plural = { day: 'ימים', week: 'שבועות', month: 'חודשים', year: 'שנים' };

const days = (count: number): string => (count === 1 ? 'יום אחד' : count === 2 ? 'יומיים' : count <= 10 ? `${count} ימים` : `${count} יום`);

/** Hebrew. */
export const he: Texts = {
  ...receiptHe,
  language: 'he',
  direction: 'rtl',

  choosePlan: 'בחירת מסלול',
  billingInterval: 'חיוב',
  saveYearly: (amount) => `חיסכון של ${amount} בשנה`,
  perSeat: (per) => `למושב, ${per}`,
  seats: 'מושבים',
  trialBadge: (count, cardRequired) => `${days(count)} חינם${cardRequired ? '' : ', בלי כרטיס'}`,
  notIncluded: 'לא כלול',

  addWhatYouNeed: 'תוספות',
  changeLater: 'אפשר לשנות בהמשך.',
  priceOf: (amount, unit, per) => [unit ? `${amount} ל${unit}` : amount, per].filter(Boolean).join(', '),
  fewer: (name) => `פחות: ${name}`,
  more: (name) => `עוד: ${name}`,
  range: (min, max, step) => `מ־${min} עד ${max}${step > 1 ? `, בקפיצות של ${step}` : ''}`,
  adjusted: (name, quantity) => `${name}: ‏${quantity} היא הכמות הקרובה שאפשר להזמין.`,
  dropped: (names) => `הוסרו: ${names}.`,
  add: (name) => `הוספת ${name}`,
  unavailable: (code) =>
    code === 'add_on_not_on_plan'
      ? 'לא חלק מהמסלול הזה.'
      : code === 'currency_not_offered'
        ? 'לא נמכר במטבע הזה.'
        : 'לא נמכר בתדירות החיוב הזאת.',

  yourOrder: 'ההזמנה שלך',
  intervalName: (interval) => {
    const [count, unit] = intervalParts(interval);
    return count === 1 ? adverbs[unit] : `כל ${count} ${plural[unit]}`;
  },
  perInterval: (interval) => {
    const [count, unit] = intervalParts(interval);
    return count === 1 ? every[unit] : `כל ${count} ${plural[unit]}`;
  },

  dueToday: 'לתשלום היום',
  dueLater: (count) => (count === 1 ? 'לתשלום מחר' : `לתשלום בעוד ${days(count)}`),
  renews: (per) => `מתחדש ${per} עד לביטול.`,
  thenEvery: (amount, per) => `לאחר מכן ${amount} ${per}.`,
  trialThen: (count, amount, per) => `חינם למשך ${days(count)}, ולאחר מכן ${amount} ${per}.`,
  introductory: (amount, months) =>
    months === undefined
      ? `התשלום הראשון הוא ${amount}.`
      : `ב־${months === 1 ? 'חודש הראשון' : `${months} החודשים הראשונים`} כל תשלום הוא ${amount}.`,
  trialOnly: (count) => `חינם למשך ${days(count)}.`,
  useOf: (per) => ['תשלום לפי שימוש', per],
  paidByUse: 'התשלום לפי השימוש נגבה בסוף כל תקופה.',
  freeForever: 'חינם, ללא הגבלת זמן.',
  plusTax: 'בתוספת מס, שיחושב בשלב הבא.',
  plusTaxLater: 'בתוספת מס.',
  taxIncluded: 'כולל מס.',

  tooLarge: 'הסכום גדול ממה שאפשר לשלם בבת אחת. אפשר לבחור פחות או לכתוב לנו.',

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
  ordered: 'ההזמנה התקבלה. לא ניתן להציג כאן את האישור; אין צורך לשלם שוב.',
  offline: 'אין חיבור לרשת. אפשר לנסות שוב, או לטעון את הדף מחדש.',
};
