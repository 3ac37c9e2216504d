/**
 * One process per SQLite file: two would each answer Stripe and apply events behind the other's back.
 *
 * Promise: the second process is refused at once, and a killed one leaves nothing behind that must be removed by hand,
 * because the operating system drops the lock with the process.
 */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Releases the hold on the database file. */
export type Release = () => void;

/** Takes `file` for this process alone; throws a sentence for the person who starts it when another has it. */
export function holdAlone(file: string): Release {
  if (file === ':memory:') return () => undefined;
  const lock = new DatabaseSync(`${file}.lock`);
  try {
    lock.exec('PRAGMA busy_timeout=0; BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new Error(`Another process is using the database ${file}: one file serves one server. Stop the other or set TILL_DATABASE.`);
  }
  return () => lock.close();
}

/** Whether a process has taken `file` for itself. */
export function isHeld(file: string): boolean {
  if (!existsSync(`${file}.lock`)) return false;
  try {
    holdAlone(file)();
    return false;
  } catch {
    return true;
  }
}
