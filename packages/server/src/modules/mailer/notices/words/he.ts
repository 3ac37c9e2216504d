import type { NoticeWords } from '../notice-words.ts';

const endOfTrial: Readonly<Record<string, string>> = {
  cancel: 'בלי כרטיס המינוי יסתיים באותו יום, ולא יהיה חיוב.',
  choose: 'בלי כרטיס אפשר יהיה לבחור באותו יום: להישאר בחינם או להמשיך.',
  free: 'בלי כרטיס ממשיכים בתוכנית החינמית.',
  pause: 'בלי כרטיס המינוי יושהה מאותו יום, עד שיתווסף כרטיס.',
  create_invoice: 'בלי כרטיס תישלח חשבונית באותו יום.',
};

const each = { day: 'בכל יום', week: 'בכל שבוע', month: 'בכל חודש', year: 'בכל שנה' };
const many = { day: 'ימים', week: 'שבועות', month: 'חודשים', year: 'שנים' };

export const he: NoticeWords = {
  language: 'he',
  direction: 'rtl',
  yourSubscription: 'המינוי',
  interval: (count, unit) => (count === 1 ? each[unit] : `בכל ${count} ${many[unit]}`),
  nextPayment: (day) => `התשלום הבא, ${day}`,
  invoice: (number) => `חשבונית ${number}`,
  paid: 'שולם',
  due: 'לתשלום',
  refunded: 'החזר',
  why: (shop) => `ההודעה נשלחה בגלל מינוי קיים או קודם אצל ${shop}.`,
  manage: 'ניהול המינוי',
  of: {
    'subscription.started': ({ plan, shop, trial, free, hasCard, on, policy }) =>
      trial
        ? {
            subject: `תקופת הניסיון של ${plan} התחילה`,
            title: `${plan} בחינם עד ${on}`,
            paragraphs: [
              hasCard
                ? 'באותו יום יתבצע חיוב, אלא אם המינוי יבוטל קודם. נכתוב שוב שלושה ימים לפני כן.'
                : `עד אז אין צורך בכרטיס. ${endOfTrial[policy ?? 'cancel'] ?? ''} נכתוב שוב שלושה ימים לפני כן.`,
            ],
          }
        : {
            subject: `המינוי אצל ${shop}: ${plan}`,
            title: `ברוכים הבאים אל ${plan}`,
            paragraphs: [free ? 'התוכנית חינמית, ותישאר כך עד שתיבחר תוכנית אחרת.' : 'תודה. הכול מוכן.'],
          },
    'subscription.trial_will_end': ({ plan, on, hasCard, policy }) => ({
      subject: `תקופת הניסיון של ${plan} מסתיימת ב־${on}`,
      title: `תקופת הניסיון מסתיימת ב־${on}`,
      paragraphs: hasCard
        ? [`לאחר מכן ${plan} ימשיך והכרטיס יחויב. אפשר לבטל לפני כן.`]
        : [`כדי להמשיך עם ${plan} יש להוסיף כרטיס עד אז. ${endOfTrial[policy ?? 'cancel'] ?? ''}`.trim()],
      action: hasCard ? 'אל המינוי' : 'הוספת כרטיס',
    }),
    'subscription.trial_ended_without_card': ({ plan, reason, policy }) => {
      const title = `תקופת הניסיון של ${plan} הסתיימה`;
      if (reason === 'paused')
        return {
          subject: title,
          title,
          paragraphs: ['לא היה כרטיס, ולכן המינוי מושהה ואין חיוב. אחרי הוספת כרטיס הוא ימשיך.'],
          action: 'הוספת כרטיס והמשך',
        };
      if (reason === 'invoiced')
        return {
          subject: title,
          title,
          paragraphs: [`לא היה כרטיס לחיוב. חשבונית תישלח בתוך שעה; כדי להמשיך עם ${plan} יש לשלם אותה.`],
          action: 'הוספת כרטיס והמשך',
        };
      if (policy === 'choose')
        return {
          subject: `${title}: איך ממשיכים?`,
          title,
          paragraphs: [`כעת אין חיוב. אפשר לבחור: להישאר בחינם או להמשיך עם ${plan}.`],
          action: 'לבחירה',
        };
      if (policy === 'free')
        return {
          subject: title,
          title,
          paragraphs: [`כעת אין חיוב. ממשיכים בתוכנית החינמית; אפשר לחזור אל ${plan} בכל עת.`],
          action: 'אל התוכנית',
        };
      return { subject: title, title, paragraphs: ['כעת אין חיוב. אפשר לחזור בכל עת.'], action: 'אל התוכניות' };
    },
    'subscription.plan_changed': ({ plan, previousPlan }) => ({
      subject: `המינוי השתנה: ${plan}`,
      title: 'המינוי השתנה',
      paragraphs: [previousPlan ? `מעכשיו התוכנית היא ${plan} במקום ${previousPlan}.` : 'זה מה שכלול במינוי מעכשיו.'],
    }),
    'subscription.change_scheduled': ({ plan, nextPlan, on }) => ({
      subject: `המינוי ישתנה ב־${on}`,
      title: `שינוי ב־${on}`,
      paragraphs: [
        nextPlan && nextPlan !== plan
          ? `עד אז נשארת תוכנית ${plan}; החל מ־${on} התוכנית תהיה ${nextPlan}. אפשר לבטל את השינוי לפני כן.`
          : 'עד אז הכול נשאר כפי שהוא. אפשר לבטל את השינוי לפני כן.',
      ],
      action: 'אל השינוי',
    }),
    'subscription.cancel_scheduled': ({ plan, on }) => ({
      subject: `המינוי מסתיים ב־${on}`,
      title: `${plan} מסתיים ב־${on}`,
      paragraphs: ['המינוי בוטל. עד אז הכול פועל כרגיל, והמינוי לא יתחדש. אפשר גם להתחרט ולהמשיך.'],
      action: 'המשך המינוי',
    }),
    'subscription.cancel_withdrawn': ({ plan }) => ({
      subject: `${plan} ממשיך`,
      title: `${plan} ממשיך`,
      paragraphs: ['הביטול נמשך בחזרה. הכול ממשיך כרגיל.'],
    }),
    'subscription.canceled': ({ plan, on, reason }) => ({
      subject: `המינוי הסתיים: ${plan}`,
      title: `${plan} הסתיים`,
      paragraphs: [
        reason === 'payment_failed'
          ? `המינוי הסתיים ב־${on}, כי התשלום נכשל כמה פעמים. אפשר להירשם שוב עם כרטיס אחר.`
          : `המינוי הסתיים ב־${on}. לא יהיה חיוב נוסף. אפשר לחזור בכל עת.`,
      ],
      action: 'אל התוכניות',
    }),
    'subscription.paused': ({ plan }) => ({
      subject: `${plan} מושהה`,
      title: `${plan} מושהה`,
      paragraphs: ['לא יהיה חיוב עד לחידוש.'],
      action: 'חידוש המינוי',
    }),
    'subscription.resumed': ({ plan }) => ({
      subject: `${plan} ממשיך`,
      title: `${plan} ממשיך`,
      paragraphs: ['ההשהיה הסתיימה. הכול פועל כרגיל.'],
    }),
    'renewal.upcoming': ({ plan, on, amount }) => ({
      subject: `${plan} מתחדש ב־${on}`,
      title: `${plan} מתחדש ב־${on}`,
      paragraphs: [`באותו יום יתבצע חיוב של ${amount}. אין צורך לעשות דבר.`],
    }),
    'invoice.ready': ({ shop, reason }) =>
      reason === 'open'
        ? { subject: `חשבונית מאת ${shop}`, title: 'חשבונית', paragraphs: ['אפשר לשלם אותה בעמוד שלהלן.'], action: 'צפייה בחשבונית ותשלום' }
        : { subject: `קבלה מאת ${shop}`, title: 'קבלה', paragraphs: ['תודה על התשלום.'], action: 'צפייה בחשבונית' },
    'payment.failed': ({ plan, amount, next }) => ({
      subject: `התשלום על סך ${amount} לא עבר`,
      title: 'התשלום לא עבר',
      paragraphs: [
        next
          ? `לא הצלחנו לגבות ${amount} עבור ${plan}. ננסה שוב ב־${next}; אפשר לשלם עכשיו או להשתמש בכרטיס אחר, בלי הפסקה בשירות.`
          : `לא הצלחנו לגבות ${amount} עבור ${plan}, ולא ננסה שוב. כדי להמשיך יש לשלם עכשיו.`,
      ],
      action: `תשלום ${amount}`,
    }),
    'payment.action_required': ({ plan, amount }) => ({
      subject: `נדרש אישור לתשלום על סך ${amount}`,
      title: 'הבנק מבקש אישור',
      paragraphs: [`התשלום על סך ${amount} עבור ${plan} ממתין: הבנק רוצה לוודא מי משלם.`],
      action: 'אישור התשלום',
    }),
    'payment.recovered': ({ plan, amount }) => ({
      subject: 'התשלום עבר',
      title: 'התשלום עבר',
      paragraphs: [`תודה. ${amount} שולמו, ו${plan} ממשיך.`],
    }),
    'charge.refunded': ({ shop, amount }) => ({
      subject: `החזר של ${amount} מאת ${shop}`,
      title: `החזר של ${amount}`,
      paragraphs: ['ההחזר נשלח לאמצעי התשלום המקורי. לבנק דרושים כמה ימים להציג אותו.'],
    }),
  },
};
