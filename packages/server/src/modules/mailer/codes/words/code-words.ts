import { en } from './en.ts';
import { he } from './he.ts';

/** Every word of the mail with a code, in one language; a missing one is a type error. */
export interface CodeWords {
  /** BCP 47. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  /** Never the code: subjects are shown on locked screens. */
  readonly subject: (shop: string) => string;
  readonly title: string;
  /** Before the code; `site` is where it was asked for. */
  readonly enter: (site: string) => string;
  /** After the code. */
  readonly holds: (minutes: number) => string;
  readonly notYou: (shop: string) => string;
}

/** A further language is one file and one entry. */
const dictionaries: readonly CodeWords[] = [en, he];

/** The words for a BCP 47 tag; English where there are none. */
export function codeWords(locale: string | null): CodeWords {
  const language = locale?.toLowerCase().split('-')[0];
  return dictionaries.find((words) => words.language === language) ?? en;
}
