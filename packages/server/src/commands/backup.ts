import { backUpSqlite } from '../store/backup-sqlite.ts';
import { onlyWord, type Command } from './command.ts';
import { findDatabase } from './database.ts';

/** till backup: a copy of the SQLite file as it is at one moment, while the server goes on. */
export const run: Command = async (line, { environment, write }) => {
  const target = onlyWord(line, 'file for the copy, such as till-2026-11-21.sqlite');
  const { file } = await findDatabase(environment);
  if (file === undefined) throw new Error('The tables are in PostgreSQL: copy them by its own pg_dump.');
  const { bytes } = backUpSqlite(file, target);
  write(`${target}: ${Math.ceil(bytes / 1024)} KiB, checked. It holds e-mail addresses: keep it as safe as the original.`);
};
