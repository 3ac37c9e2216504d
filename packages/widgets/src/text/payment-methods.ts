/** Words about cards and what goes on with one: banners of the panel and the list of payment methods. */
export interface PaymentMethodTexts {
  readonly trialEnds: (day: string) => string;
  /** What a card is for during a trial, and what happens without one, by the plan's `trial.end`. */
  readonly keep: (plan: string, amount: string, per: string) => string;
  /** The same where the first payment is none that comes again, which is said beside it. */
  readonly keepPlain: (plan: string) => string;
  readonly without: Readonly<Record<string, (amount: string, free: string) => string>>;
  readonly addCard: string;
  readonly addAndContinue: string;
  readonly addAndPay: (amount: string) => string;
  readonly updateAndPay: (amount: string) => string;
  readonly trySame: string;
  readonly openInvoice: string;
  /** On the link to the page on which the customer's bank asks. */
  readonly confirmPayment: string;
  readonly pausedTitle: (plan: string) => string;
  readonly pausedForCard: (amount: string, per: string) => string;
  readonly owedTitle: (amount: string) => string;
  readonly owed: Readonly<Record<string, string>>;
  readonly dueAfterTrial: (day: string) => string;
  readonly choicePaid: (amount: string, per: string) => string;
  readonly choiceFree: string;
  readonly stayFree: string;

  readonly title: string;
  readonly none: string;
  readonly loading: string;
  readonly failed: string;
  readonly tryAgain: string;
  readonly names: Readonly<Record<string, string>>;
  readonly card: string;
  readonly ending: (last4: string) => string;
  readonly expires: (month: string) => string;
  readonly expired: (month: string) => string;
  readonly isDefault: string;
  readonly makeDefault: string;
  readonly remove: string;
  readonly removeTitle: (method: string) => string;
  readonly removeExplained: string;
  readonly keepIt: string;
  readonly onlyOne: string;
  readonly saving: string;
  readonly saved: string;
  readonly savedButDeclined: string;
  readonly savedButConfirm: string;
  readonly removed: string;
  readonly changed: string;
}

const brands = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  cartes_bancaires: 'Cartes Bancaires',
  link: 'Link',
  paypal: 'PayPal',
};

const en: PaymentMethodTexts = {
  trialEnds: (day) => `Your free trial ends on ${day}`,
  keep: (plan, amount, per) => `Add a card to keep ${plan} for ${amount} ${per}.`,
  keepPlain: (plan) => `Add a card to keep ${plan}.`,
  without: {
    choose: () => 'Without one, you choose then how to go on.',
    free: (_, free) => `Without one, you go on with ${free}.`,
    pause: () => 'Without one, it pauses until you add a card.',
    cancel: () => 'Without one, it simply ends.',
    create_invoice: (amount) => `Without one, an invoice for ${amount} is due then.`,
  },
  addCard: 'Add a card',
  addAndContinue: 'Add a card and continue',
  addAndPay: (amount) => `Add a card and pay ${amount}`,
  updateAndPay: (amount) => `Update card and pay ${amount}`,
  trySame: 'Try the same card again',
  openInvoice: 'Open the invoice',
  confirmPayment: 'Confirm the payment',
  pausedTitle: (plan) => `${plan} is paused until you add a card`,
  pausedForCard: (amount, per) => `It goes on at once, for ${amount} ${per} from that day.`,
  owedTitle: (amount) => `We could not collect ${amount}`,
  owed: {
    past_due: 'Pay now: your access goes on, or comes back.',
    unpaid: 'Your access has stopped. It comes back as soon as this is paid.',
    incomplete: 'Your subscription begins as soon as this is paid.',
    paused: 'Your subscription goes on as soon as this is paid.',
  },
  dueAfterTrial: (day) => `Your free trial ended on ${day}. Add a card to go on.`,
  choicePaid: (amount, per) => `${amount} ${per}, from today`,
  choiceFree: 'Costs nothing, for as long as you like',
  stayFree: 'Stay free',

  title: 'Payment methods',
  none: 'There is none yet.',
  loading: 'Loading your payment methods',
  failed: 'Your payment methods cannot be shown right now.',
  tryAgain: 'Try again',
  names: { ...brands, sepa_debit: 'SEPA direct debit', us_bank_account: 'Bank account', bancontact: 'Bancontact', ideal: 'iDEAL' },
  card: 'Card',
  ending: (last4) => `ending in ${last4}`,
  expires: (month) => `Expires ${month}`,
  expired: (month) => `Expired ${month}`,
  isDefault: 'Default',
  makeDefault: 'Make default',
  remove: 'Remove',
  removeTitle: (method) => `Remove ${method}?`,
  removeExplained: 'Nothing will be charged to it any more.',
  keepIt: 'Keep it',
  onlyOne: 'Your subscription is paid from it. To remove it, add another one first.',
  saving: 'One moment, your card is being saved.',
  saved: 'Your card is saved. Renewals are paid from it.',
  savedButDeclined: 'Your card is saved, but the payment was declined. Try another card.',
  savedButConfirm: 'Your card is saved, but your bank wants you to confirm the payment. Open the invoice to do so.',
  removed: 'It is removed.',
  changed: 'Renewals are paid from it now.',
};

const he: PaymentMethodTexts = {
  trialEnds: (day) => `תקופת הניסיון מסתיימת ב־${day}`,
  keep: (plan, amount, per) => `הוספת כרטיס תשאיר את ${plan} ב־${amount} ${per}.`,
  keepPlain: (plan) => `הוספת כרטיס תשאיר את ${plan}.`,
  without: {
    choose: () => 'בלי כרטיס, אז בוחרים איך להמשיך.',
    free: (_, free) => `בלי כרטיס, ממשיכים עם ${free}.`,
    pause: () => 'בלי כרטיס, המינוי יושהה עד שיתווסף כרטיס.',
    cancel: () => 'בלי כרטיס, המינוי פשוט מסתיים.',
    create_invoice: (amount) => `בלי כרטיס, תופק אז חשבונית על ${amount}.`,
  },
  addCard: 'הוספת כרטיס',
  addAndContinue: 'הוספת כרטיס והמשך',
  addAndPay: (amount) => `הוספת כרטיס ותשלום ${amount}`,
  updateAndPay: (amount) => `עדכון כרטיס ותשלום ${amount}`,
  trySame: 'ניסיון נוסף באותו כרטיס',
  openInvoice: 'פתיחת החשבונית',
  confirmPayment: 'אישור התשלום',
  pausedTitle: (plan) => `${plan} מושהה עד שיתווסף כרטיס`,
  pausedForCard: (amount, per) => `הוא ימשיך מיד, ב־${amount} ${per} מאותו יום.`,
  owedTitle: (amount) => `לא הצלחנו לגבות ${amount}`,
  owed: {
    past_due: 'עם התשלום הגישה תימשך, או תחזור.',
    unpaid: 'הגישה הופסקה. היא תחזור מיד עם התשלום.',
    incomplete: 'המינוי יתחיל מיד עם התשלום.',
    paused: 'המינוי ימשיך מיד עם התשלום.',
  },
  dueAfterTrial: (day) => `תקופת הניסיון הסתיימה ב־${day}. כדי להמשיך יש להוסיף כרטיס.`,
  choicePaid: (amount, per) => `${amount} ${per}, החל מהיום`,
  choiceFree: 'בלי תשלום, ללא הגבלת זמן',
  stayFree: 'להישאר בחינם',

  title: 'אמצעי תשלום',
  none: 'עדיין אין אמצעי תשלום.',
  loading: 'אמצעי התשלום נטענים',
  failed: 'אי אפשר להציג כרגע את אמצעי התשלום.',
  tryAgain: 'ניסיון נוסף',
  names: { ...brands, sepa_debit: 'הוראת קבע SEPA', us_bank_account: 'חשבון בנק', bancontact: 'Bancontact', ideal: 'iDEAL' },
  card: 'כרטיס',
  ending: (last4) => `המסתיים ב־${last4}`,
  expires: (month) => `בתוקף עד ${month}`,
  expired: (month) => `פג תוקף ${month}`,
  isDefault: 'ברירת מחדל',
  makeDefault: 'קביעה כברירת מחדל',
  remove: 'הסרה',
  removeTitle: (method) => `להסיר את ${method}?`,
  removeExplained: 'לא יהיו בו עוד חיובים.',
  keepIt: 'להשאיר',
  onlyOne: 'המינוי משולם ממנו. כדי להסיר אותו, יש להוסיף קודם אמצעי אחר.',
  saving: 'רגע אחד, הכרטיס נשמר.',
  saved: 'הכרטיס נשמר. החידושים משולמים ממנו.',
  savedButDeclined: 'הכרטיס נשמר, אבל התשלום נדחה. כדאי לנסות כרטיס אחר.',
  savedButConfirm: 'הכרטיס נשמר, אבל הבנק מבקש לאשר את התשלום. אפשר לאשר בעמוד החשבונית.',
  removed: 'אמצעי התשלום הוסר.',
  changed: 'מעכשיו החידושים משולמים ממנו.',
};

export const paymentMethodTexts = (language: string): PaymentMethodTexts => (language === 'he' ? he : en);
