/**
 * A copy of the SQLite file while the server writes to it.
 *
 * Promise: the copy is the database at one moment, with everything that was committed before the copy began; a file of
 * that name is there whole or not at all. Nobody is held up: readers do not block the writer (WAL).
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPrivate } from './private-files.ts';

/** Writes `target`, readable by its owner only; throws a sentence when it exists or there is nothing to copy. */
export function backUpSqlite(file: string, target: string): { readonly bytes: number } {
  if (!existsSync(file)) throw new Error(`There is no database at ${file}.`);
  if (existsSync(target)) throw new Error(`${target} exists already; a copy never replaces a file.`);
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  try {
    createPrivate(partial);
    copy(file, partial);
    verify(partial);
    flush(partial);
    renameSync(partial, target);
    flush(dirname(resolve(target)));
  } finally {
    rmSync(partial, { force: true });
  }
  return { bytes: statSync(target).size };
}

function copy(file: string, target: string): void {
  const source = new DatabaseSync(file, { readOnly: true });
  try {
    source.exec('PRAGMA busy_timeout=5000');
    source.prepare('VACUUM INTO ?').run(target);
  } finally {
    source.close();
  }
}

function verify(file: string): void {
  const copied = new DatabaseSync(file, { readOnly: true });
  try {
    const [row] = copied.prepare('PRAGMA integrity_check').all();
    if (row?.integrity_check !== 'ok') throw new Error('The copy is damaged, so it was deleted: check the disk.');
  } finally {
    copied.close();
  }
}

/** Down to the disk: a copy that a power cut takes away is none. */
function flush(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
