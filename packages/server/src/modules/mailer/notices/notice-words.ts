/** Every sentence of the mails about subscriptions, in one language; a missing one is a type error. */
import type { NoticeType } from './notice-types.ts';
import { en } from './words/en.ts';
import { he } from './words/he.ts';

/** What sentences are made of: names, amounts and dates as they are written in the language. */
export interface Said {
  readonly shop: string;
  /** Name of the plan; "your subscription" where the catalog has none. */
  readonly plan: string;
  readonly previousPlan?: string;
  readonly nextPlan?: string;
  /** The amount that it is about. */
  readonly amount: string;
  /** The day that it is about. */
  readonly on: string;
  /** The day of what follows, such as the next attempt. */
  readonly next?: string;
  readonly free: boolean;
  readonly trial: boolean;
  readonly hasCard: boolean;
  /** Why, or what became of it; a word of the event's. */
  readonly reason?: string;
  /** What the plan's trial ends in without a card. */
  readonly policy?: string;
}

export interface Sentences {
  readonly subject: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** What the button says, where there is something to do. */
  readonly action?: string;
}

export interface NoticeWords {
  /** BCP 47. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly yourSubscription: string;
  readonly interval: (count: number, unit: 'day' | 'week' | 'month' | 'year') => string;
  readonly nextPayment: (day: string) => string;
  readonly invoice: (number: string) => string;
  readonly paid: string;
  readonly due: string;
  readonly refunded: string;
  readonly why: (shop: string) => string;
  readonly manage: string;
  readonly of: Readonly<Record<NoticeType, (said: Said) => Sentences>>;
}

/** A further language is one file and one entry. */
const dictionaries: readonly NoticeWords[] = [en, he];

/** The first of a customer's locales that there are words for, with the words; English where there are none. */
export function wordsFor(locales: readonly string[]): { readonly words: NoticeWords; readonly locale: string } {
  for (const tag of locales) {
    const [locale] = canonical(tag);
    const words = dictionaries.find(({ language }) => locale?.split('-')[0] === language);
    if (locale && words) return { words, locale };
  }
  return { words: en, locale: 'en' };
}

function canonical(tag: string): string[] {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'));
  } catch {
    return [];
  }
}
