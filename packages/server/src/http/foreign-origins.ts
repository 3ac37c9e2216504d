import { isExactOrigin } from '../config.ts';
import type { Log } from '../ops/log.ts';
import type { ForeignOrigin } from './cors.ts';

/** Pages that are named in the log; anybody can make up another. */
const namedAtMost = 20;
const hour = 3600;

/** Says in the log which line of the settings would let a page call, once an hour for each page and for so many pages at most. */
export function tellForeignOrigins(
  origins: readonly string[],
  { now, log }: { readonly now: () => number; readonly log: Log },
): ForeignOrigin {
  const named = new Map<string, number>();
  return (origin) => {
    const at = now();
    for (const [other, since] of named) if (at - since >= hour || at < since) named.delete(other);
    if (named.has(origin) || named.size >= namedAtMost || origin.length > 255 || !isExactOrigin(origin)) return;
    named.set(origin, at);
    const line = `TILL_ORIGINS=${[...origins, origin].join(',')}`;
    log.warn('origin.not_allowed', { message: `a page at ${origin} was refused; if it is yours, set ${line}` });
  };
}
