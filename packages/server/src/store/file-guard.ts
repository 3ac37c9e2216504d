/**
 * Whether an open SQLite file is still the one at its path.
 *
 * Promise: nothing more is written into a file that was deleted or replaced, where the operating system would take it and
 * nobody would find it again: Stripe never sends an event twice that was answered with 2xx.
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';

/** SQLite's "cannot open" (sqlite.org/rescode.html), by which requests are answered 503. */
const cannotOpen = 14;

/** To be made when the file is there; what it answers throws a sentence once that file is gone from its path. */
export function fileGuard(file: string): () => void {
  if (file === ':memory:') return () => undefined;
  const path = resolve(file);
  const opened = identityOf(path);
  return () => {
    const found = identityOf(path);
    if (found === opened) return;
    const sentence = `The database file ${file} was ${found === undefined ? 'deleted' : 'replaced'} while it is open: stop the server, put it back or restore a backup, and start again.`;
    throw Object.assign(new Error(sentence), { code: 'ERR_SQLITE_ERROR', errcode: cannotOpen });
  };
}

/** Device and inode of a file; undefined where there is none. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}
