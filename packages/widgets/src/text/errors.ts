/*
 * A sentence for every code that a buyer can meet: what happened and what to do next. Fetched with the code that talks to
 * the server.
 */
import { webAddress } from '../provider/web-address.ts';
import type { Store } from '../provider/store.ts';

type Sentences = Readonly<Record<string, string>> & { readonly otherwise: string };

const en: Sentences = {
  offline: 'No connection. Whether it was done is not known. Check your network, and look at how it stands before you try again.',
  too_many_requests: 'Too many tries in a short time. Wait a minute, then try again.',
  already_subscribed: 'You already have this subscription. Open your account page to change it.',
  currency_locked: 'You already pay in another currency. Open your account page, or write to us.',
  payment_failed: 'The payment did not go through. Try another card.',
  authentication_required: 'Your bank wants you to confirm this payment.',
  stripe_unavailable:
    'The payment service does not answer. Whether it was done is not known. Look at how it stands in a minute, before you try again.',
  currency_not_offered: 'This is not sold in your currency.',
  promotion_code_unknown: 'There is no such code, or it has run out. Check its spelling.',
  promotion_code_not_applicable: 'This code is not for what you have chosen.',
  promotion_code_below_minimum: 'Your order is too small for this code.',
  promotion_code_first_purchase: 'This code is for a first purchase.',
  quantity_above_max: 'That is more than you can have here, or during a trial. Choose less.',
  amount_too_large: 'That is more than can be paid at once. Choose less, or write to us.',
  too_many_items: 'That is more than one order can hold. Take out an add-on.',
  signed_out: 'You have been signed out. Sign in and try again.',
  step_up_required: 'To be sure that it is you, sign in again for this.',
  email_code_wrong: 'That is not the code. Look at the newest mail and try again.',
  email_code_spent: 'This code does not work any more. Ask for a new one.',
  checkout_not_complete: 'The payment is not finished yet.',
  checkout_not_yours: 'This order was begun in another window or browser. Go back there to see it confirmed, or look in your mailbox.',
  return_url_not_allowed: 'This page is not set up for payments yet. Please tell the owner of the site.',
  origin_not_allowed: 'This page is not set up for payments yet. Please tell the owner of the site.',
  preview_changed: 'The amount has changed meanwhile. Look at it again, then confirm.',
  preview_expired: 'That took a while. Look at the amount again, then confirm.',
  preview_invalid: 'What you confirmed is not valid any more. Look at the amount again, then confirm.',
  last_payment_method: 'Your subscription is paid from this one. Add another one first, then remove it.',
  not_possible_now: 'That is not possible right now.',
  needs_checkout: 'This needs a card first. Nothing was changed or charged.',
  catalog_unavailable: 'The prices cannot be read right now. Try again in a minute.',
  superseded: 'Somebody else is signed in on this page now. Look at it again, then go on.',
  insecure_context: 'Payments need a page that is served over https. Please tell the owner of the site.',
  other_tab: 'Pay in the tab that has opened. This page goes on by itself when you come back.',
  settled_elsewhere: 'The tab that had opened has the outcome of this order. Look there before you pay again.',
  frame_blocked: 'The payment page cannot open inside this one. Open it in a tab of its own.',
  confirming: 'Your payment is not confirmed here yet. We keep asking; you need not pay again.',
  not_sold_so: 'What you chose is not sold like this any more. Load the page again and choose anew.',
  settled: 'There is nothing to do here any more, perhaps it was done in another tab. Look at how it stands now.',
  not_understood: 'This page and its server do not understand each other. Nothing was done. Load the page again.',
  token_invalid: 'You could not be signed in here. Nothing was done. Please tell the owner of the site.',
  not_ready: 'The server is starting or busy. Try again in a minute.',
  otherwise: 'Something went wrong on our side. Whether it was done is not known. Look at how it stands before you try again.',
};

const he: Sentences = {
  offline: 'אין חיבור לרשת, ולא ידוע אם הפעולה בוצעה. כדאי לבדוק את החיבור ואת המצב לפני ניסיון נוסף.',
  too_many_requests: 'יותר מדי ניסיונות בזמן קצר. אפשר לנסות שוב בעוד דקה.',
  already_subscribed: 'כבר יש לך מינוי כזה. אפשר לשנות אותו בעמוד החשבון.',
  currency_locked: 'התשלומים שלך כבר מתבצעים במטבע אחר. אפשר לבדוק בעמוד החשבון או לכתוב לנו.',
  payment_failed: 'התשלום לא עבר. כדאי לנסות כרטיס אחר.',
  authentication_required: 'הבנק מבקש לאשר את התשלום.',
  stripe_unavailable: 'שירות התשלומים אינו עונה, ולא ידוע אם הפעולה בוצעה. כדאי לבדוק את המצב בעוד דקה, לפני ניסיון נוסף.',
  currency_not_offered: 'הפריט אינו נמכר במטבע הזה.',
  promotion_code_unknown: 'אין קוד כזה, או שתוקפו פג. כדאי לבדוק את האיות.',
  promotion_code_not_applicable: 'הקוד הזה אינו מתאים למה שבחרת.',
  promotion_code_below_minimum: 'ההזמנה קטנה מדי בשביל הקוד הזה.',
  promotion_code_first_purchase: 'הקוד הזה מיועד לקנייה ראשונה.',
  quantity_above_max: 'זו כמות גדולה ממה שאפשר לקבל כאן או בתקופת הניסיון. אפשר לבחור פחות.',
  amount_too_large: 'הסכום גדול ממה שאפשר לשלם בבת אחת. אפשר לבחור פחות או לכתוב לנו.',
  too_many_items: 'יש כאן יותר פריטים ממה שהזמנה אחת יכולה להכיל. כדאי להוריד תוספת.',
  signed_out: 'ההתחברות פגה. יש להתחבר ולנסות שוב.',
  step_up_required: 'לפעולה הזאת יש להתחבר שוב, ליתר ביטחון.',
  email_code_wrong: 'זה לא הקוד. כדאי להסתכל בהודעה האחרונה ולנסות שוב.',
  email_code_spent: 'הקוד הזה כבר אינו תקף. אפשר לבקש קוד חדש.',
  checkout_not_complete: 'התשלום עוד לא הושלם.',
  checkout_not_yours: 'ההזמנה התחילה בחלון אחר או בדפדפן אחר. האישור מופיע שם, ואפשר לחפש אותו גם בתיבת הדואר.',
  return_url_not_allowed: 'העמוד הזה עוד לא הוגדר לתשלומים. כדאי לפנות לבעל האתר.',
  origin_not_allowed: 'העמוד הזה עוד לא הוגדר לתשלומים. כדאי לפנות לבעל האתר.',
  preview_changed: 'הסכום השתנה בינתיים. כדאי לבדוק אותו שוב ולאשר.',
  preview_expired: 'עבר זמן רב מדי. כדאי לבדוק את הסכום שוב ולאשר.',
  preview_invalid: 'מה שאישרת כבר אינו תקף. כדאי לבדוק את הסכום שוב ולאשר.',
  last_payment_method: 'המינוי משולם מאמצעי התשלום הזה. יש להוסיף קודם אמצעי אחר, ואז להסיר אותו.',
  not_possible_now: 'זה לא אפשרי כרגע.',
  needs_checkout: 'לשם כך דרוש קודם כרטיס. דבר לא השתנה ולא בוצע חיוב.',
  catalog_unavailable: 'אי אפשר לקרוא את המחירים כרגע. אפשר לנסות שוב בעוד דקה.',
  superseded: 'בעמוד הזה מחובר כעת אדם אחר. כדאי לבדוק שוב ולהמשיך.',
  insecure_context: 'תשלומים דורשים עמוד שנטען ב־https. כדאי לפנות לבעל האתר.',
  other_tab: 'התשלום ממשיך בלשונית שנפתחה. העמוד הזה ימשיך מעצמו כשתחזרו.',
  settled_elsewhere: 'תוצאת ההזמנה מופיעה בלשונית שנפתחה. כדאי לבדוק שם לפני תשלום נוסף.',
  frame_blocked: 'עמוד התשלום אינו יכול להיפתח בתוך העמוד הזה. אפשר לפתוח אותו בלשונית נפרדת.',
  confirming: 'התשלום עוד לא אושר כאן. אנחנו ממשיכים לבדוק; אין צורך לשלם שוב.',
  not_sold_so: 'מה שנבחר כבר אינו נמכר כך. יש לטעון את העמוד שוב ולבחור מחדש.',
  settled: 'כבר אין כאן מה לעשות, אולי זה נעשה בלשונית אחרת. כדאי לבדוק את המצב כעת.',
  not_understood: 'העמוד והשרת אינם מבינים זה את זה. דבר לא בוצע. יש לטעון את העמוד שוב.',
  token_invalid: 'אי אפשר להתחבר כאן. דבר לא בוצע. כדאי לפנות לבעל האתר.',
  not_ready: 'השרת עולה או עמוס. אפשר לנסות שוב בעוד דקה.',
  otherwise: 'משהו השתבש אצלנו, ולא ידוע אם הפעולה בוצעה. כדאי לבדוק את המצב לפני ניסיון נוסף.',
};

/** Codes that mean the same to a buyer; all of them are refusals, after which nothing was done. */
const sameAs: Readonly<Record<string, readonly string[]>> = {
  not_sold_so: [
    'unknown_plan',
    'unknown_add_on',
    'unknown_product',
    'interval_not_offered',
    'seats_not_offered',
    'plan_not_sold_here',
    'add_on_not_on_plan',
    'add_on_interval_not_offered',
    'add_on_requires_another',
    'add_on_excludes_another',
    'add_on_group_full',
    'quantity_below_min',
    'quantity_off_step',
    'quantity_not_whole',
    'one_time_add_on_in_change',
  ],
  settled: ['not_found', 'nothing_to_undo', 'nothing_to_pay'],
  not_understood: ['invalid_request', 'method_not_allowed', 'body_too_large', 'json_expected'],
};

/** The sentence for a code of core's error table, or one that is about the page, such as `offline`. */
export function errorText(language: string, code: string): string {
  const sentences = language === 'he' ? he : en;
  const key = Object.keys(sameAs).find((name) => sameAs[name]!.includes(code)) ?? code;
  return (Object.hasOwn(sentences, key) && sentences[key]) || sentences.otherwise;
}

/** About what may have been paid, or done, whatever is chosen since. */
const ofPayment = new Set([
  'offline',
  'stripe_unavailable',
  'checkout_not_complete',
  'checkout_not_yours',
  'settled_elsewhere',
  'confirming',
]);

/** Whether the sentence for a code holds also when something else is chosen. */
export const isOfPayment = (code: string): boolean => ofPayment.has(code) || errorText('en', code) === en.otherwise;

const labels = {
  en: { payment: 'Open the payment page', account: 'Open your account' },
  he: { payment: 'לעמוד התשלום', account: 'לעמוד החשבון' },
};

/** The page on which somebody goes on who cannot go on here: where the payment waits, or their account. */
export function nextStep(
  language: string,
  code: string,
  { accountUrl, state: { catalog } }: Pick<Store, 'accountUrl' | 'state'>,
  payment?: string,
): { readonly href: string; readonly label: string } | undefined {
  const words = language === 'he' ? labels.he : labels.en;
  if (payment !== undefined) return { href: payment, label: words.payment };
  if (code !== 'already_subscribed' && code !== 'currency_locked') return undefined;
  const account = accountUrl ?? webAddress(catalog.status === 'complete' ? catalog.value.portalLoginUrl : undefined);
  return account === undefined ? undefined : { href: account, label: words.account };
}
