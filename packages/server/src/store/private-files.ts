/**
 * Who may read the files of the database: whoever runs the server, nobody else on the machine.
 *
 * Promise: a file is private before the first byte is in it. A folder that is made for it is private too; one that is there
 * already is the owner's and stays as it is.
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const ownerOnly = 0o600;
/** What SQLite keeps beside a database; new ones get the mode of the file that they belong to. */
const besides = ['', '-wal', '-shm', '-journal', '.lock', '.lock-journal'];

/** Makes what is missing with mode 600, its folder with 700, and takes from others what an older version let them read. */
export function makePrivate(file: string): void {
  if (file === ':memory:') return;
  mkdirSync(dirname(resolve(file)), { recursive: true, mode: 0o700 });
  for (const path of [file, `${file}.lock`]) closeSync(openSync(path, 'a', ownerOnly));
  for (const path of besides.map((suffix) => file + suffix)) if (isReadByOthers(path)) tighten(path);
}

/** An empty file that only its owner can read; throws when there is one of that name. */
export function createPrivate(file: string): void {
  closeSync(openSync(file, 'wx', ownerOnly));
}

/** Whether anybody but its owner may read or write a file. Systems without such modes say that nobody may. */
export function isReadByOthers(file: string): boolean {
  return process.platform !== 'win32' && existsSync(file) && (statSync(file).mode & 0o077) !== 0;
}

/** The file of somebody else cannot be changed, and is no reason not to start: `till doctor` names it. */
function tighten(path: string): void {
  try {
    chmodSync(path, ownerOnly);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}
