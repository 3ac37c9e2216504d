/** The words of the confirmation, in the languages of the kit. */
interface ConfirmationTexts {
  readonly thanks: string;
  readonly processing: string;
  readonly paid: string;
  readonly confirmed: string;
  readonly paidToday: string;
  readonly total: string;
  /** `paid`: something was paid with it, such as a setup fee. */
  readonly freeUntil: (day: string, paid: boolean) => string;
  readonly nextPayment: (amount: string, day: string) => string;
  /** To where the purchase is managed. */
  readonly account: string;
  /** Back to what is sold. */
  readonly more: string;
}

const en: ConfirmationTexts = {
  thanks: 'Thank you, you are all set.',
  processing: 'Thank you. Your bank is still working on the payment.',
  paid: 'Paid',
  confirmed: 'Confirmed',
  paidToday: 'Paid today',
  total: 'Total',
  freeUntil: (day, paid) => `Free until ${day}. You can cancel before then and pay nothing${paid ? ' more' : ''}.`,
  nextPayment: (amount, day) => `Next payment: ${amount} on ${day}.`,
  account: 'Go to your account',
  more: 'Buy something else',
};

const he: ConfirmationTexts = {
  thanks: 'תודה, הכול מוכן.',
  processing: 'תודה. הבנק עוד מעבד את התשלום.',
  paid: 'שולם',
  confirmed: 'אושר',
  paidToday: 'שולם היום',
  total: 'סך הכול',
  freeUntil: (day, paid) => `חינם עד ${day}. אפשר לבטל לפני כן ולא לשלם דבר${paid ? ' נוסף' : ''}.`,
  nextPayment: (amount, day) => `התשלום הבא: ${amount} ב־${day}.`,
  account: 'לחשבון שלך',
  more: 'לקנייה נוספת',
};

export const words = (language: string): ConfirmationTexts => (language === 'he' ? he : en);
