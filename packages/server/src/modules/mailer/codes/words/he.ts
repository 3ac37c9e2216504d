import type { CodeWords } from './code-words.ts';

export const he: CodeWords = {
  language: 'he',
  direction: 'rtl',
  subject: (shop) => `קוד הכניסה שלך אל ${shop}`,
  title: 'קוד הכניסה שלך',
  enter: (site) => `יש להזין אותו באתר ${site}, בחלון שבו ביקשת אותו:`,
  holds: (minutes) => `הקוד טוב לכניסה אחת, במשך ${minutes} דקות.`,
  notYou: (shop) =>
    `לא ביקשת קוד? כנראה שמישהו הקליד את הכתובת שלך, אולי בטעות, ואפשר למחוק את ההודעה: בלי הקוד איש לא ייכנס. אנשי ${shop} לעולם לא יבקשו ממך להעביר אותו.`,
};
