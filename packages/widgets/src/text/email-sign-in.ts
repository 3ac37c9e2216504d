/** The words of the sign-in by e-mail code, in the languages of the kit. */
export interface SignInTexts {
  readonly title: string;
  readonly lead: string;
  readonly email: string;
  readonly emailMissing: string;
  readonly send: string;

  readonly codeTitle: string;
  /** Before the address. */
  readonly sentTo: string;
  readonly lookFor: string;
  readonly code: string;
  readonly codeMissing: string;
  readonly enter: string;
  readonly wrong: (triesLeft: number) => string;
  readonly lastTry: string;

  readonly again: string;
  /** "Send another code (in 0:25)". */
  readonly againIn: (clock: string) => string;
  readonly otherAddress: string;
  /** Said by the live region. */
  readonly sent: string;
  readonly sentAgain: string;
}

const en: SignInTexts = {
  title: 'Sign in by e-mail',
  lead: 'Use the address that your receipts go to. We send you a code; there is no password.',
  email: 'E-mail',
  emailMissing: 'Enter your e-mail address, such as ada@example.com.',
  send: 'Send me a code',

  codeTitle: 'Enter the code',
  sentTo: 'A mail with eight digits is on its way to',
  lookFor: 'The code works for 10 minutes. If it does not arrive, look among the junk mail or check the address.',
  code: 'Code',
  codeMissing: 'Enter all eight digits of the code.',
  enter: 'Sign in',
  wrong: (triesLeft) => `That is not the code. You can try ${triesLeft === 1 ? 'once more' : `${triesLeft} more times`}.`,
  lastTry: 'That is not the code, and it was the last try. Ask for another code.',

  again: 'Send another code',
  againIn: (clock) => `Send another code (in ${clock})`,
  otherAddress: 'Use another address',
  sent: 'The code is on its way.',
  sentAgain: 'Another code is on its way. Only the newest one works.',
};

const he: SignInTexts = {
  title: 'כניסה בדואר אלקטרוני',
  lead: 'זו הכתובת שאליה נשלחות הקבלות. נשלח אליה קוד; אין צורך בסיסמה.',
  email: 'דואר אלקטרוני',
  emailMissing: 'יש להזין כתובת דואר אלקטרוני, למשל ada@example.com.',
  send: 'שליחת קוד',

  codeTitle: 'הזנת הקוד',
  sentTo: 'הודעה עם שמונה ספרות בדרך אל',
  lookFor: 'הקוד תקף ל־10 דקות. אם ההודעה אינה מגיעה, כדאי לחפש בדואר הזבל או לבדוק את הכתובת.',
  code: 'קוד',
  codeMissing: 'יש להזין את כל שמונה הספרות של הקוד.',
  enter: 'כניסה',
  wrong: (triesLeft) => (triesLeft === 1 ? 'זה לא הקוד. נשאר ניסיון אחד.' : `זה לא הקוד. נשארו ${triesLeft} ניסיונות.`),
  lastTry: 'זה לא הקוד, וזה היה הניסיון האחרון. אפשר לבקש קוד אחר.',

  again: 'שליחת קוד נוסף',
  againIn: (clock) => `שליחת קוד נוסף (בעוד ${clock})`,
  otherAddress: 'כתובת אחרת',
  sent: 'הקוד בדרך.',
  sentAgain: 'קוד נוסף בדרך. רק החדש ביותר תקף.',
};

export const emailSignInTexts = (language: string): SignInTexts => (language === 'he' ? he : en);
