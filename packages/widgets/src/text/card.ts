/** The words of the card form, in the languages of the kit. */
export interface CardTexts {
  readonly title: string;
  readonly email: string;
  readonly emailMissing: string;
  readonly pay: (amount: string) => string;
  readonly safe: string;
  readonly notSetUp: string;
  readonly again: string;
  /** Pays there instead, when Stripe's fields are not to be had here. */
  readonly onStripe: string;
}

const en: CardTexts = {
  title: 'Payment',
  email: 'E-mail',
  emailMissing: 'Enter your e-mail address; the receipt goes there.',
  pay: (amount) => `Pay ${amount}`,
  safe: 'Your card details go straight to Stripe and never touch this site.',
  notSetUp: 'Paying by card is not set up on this page yet. Please tell the owner of the site.',
  again: 'Try again',
  onStripe: 'Pay on Stripe’s page',
};

const he: CardTexts = {
  title: 'תשלום',
  email: 'דואר אלקטרוני',
  emailMissing: 'יש להזין כתובת דואר אלקטרוני; הקבלה תישלח אליה.',
  pay: (amount) => `תשלום ${amount}`,
  safe: 'פרטי הכרטיס עוברים ישירות ל־Stripe ואינם נשמרים באתר הזה.',
  notSetUp: 'התשלום בכרטיס עוד לא הוגדר בעמוד הזה. כדאי לפנות לבעל האתר.',
  again: 'ניסיון נוסף',
  onStripe: 'תשלום בעמוד של Stripe',
};

export const cardTexts = (language: string): CardTexts => (language === 'he' ? he : en);
