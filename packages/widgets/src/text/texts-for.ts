import { en } from './en.ts';
import type { Texts } from './texts.ts';

/** Dictionaries that are fetched only when a page is written in their language. */
const others: Record<string, () => Promise<Texts>> = {
  he: async () => (await import('./he.ts')).he,
};

/** The words for a BCP 47 tag, English at once and for every language that has no dictionary. */
export function textsFor(tag: string): Texts | Promise<Texts> {
  const load = others[tag.toLowerCase().split('-')[0] ?? ''];
  return load ? load().catch(() => en) : en;
}
