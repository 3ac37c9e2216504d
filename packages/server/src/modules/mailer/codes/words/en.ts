import type { CodeWords } from './code-words.ts';

export const en: CodeWords = {
  language: 'en',
  direction: 'ltr',
  subject: (shop) => `Your sign-in code for ${shop}`,
  title: 'Your sign-in code',
  enter: (site) => `Enter it on ${site}, in the window where you asked for it:`,
  holds: (minutes) => `It works once, for ${minutes} minutes.`,
  notYou: (shop) =>
    `You did not ask for it? Then somebody typed your address, perhaps by mistake, and you can delete this mail: without the code nobody gets in. ${shop} will never ask you to pass it on.`,
};
