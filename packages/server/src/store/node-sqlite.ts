/**
 * The embedded database: Node's own SQLite behind Kysely's dialect, so that no native module must be built.
 *
 * Promise: what is committed survives a power cut (WAL with `synchronous=FULL`), as Stripe never sends an event again
 * that was answered with 2xx.
 */
import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SqliteAdapter, SqliteDialect, type Dialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import type { Database } from './database.ts';
import { fileGuard } from './file-guard.ts';
import { demandLocalDisk } from './local-disk.ts';
import { makePrivate } from './private-files.ts';
import { holdAlone } from './single-process.ts';

/** SQLite rolls table changes back too; Kysely assumes that it does not. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class NodeSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/**
 * The database in `file`, for this process alone (`:memory:` for one that dies with the process). A `guest` shares the file
 * with the server that has it, for the moment of a command; it must be there.
 */
export function openSqlite(file: string, { guest = false }: { readonly guest?: boolean } = {}): Database {
  if (guest && !existsSync(file)) throw new Error(`There is no database at ${file}.`);
  if (!guest) makePrivate(file);
  demandLocalDisk(file);
  const release = guest ? () => undefined : holdAlone(file);
  return {
    name: 'sqlite',
    dialect: nodeSqliteDialect(file),
    shared: false,
    eventsOfJson:
      '(select value->>0 event_id, value->>1 type, value->>2 subject_kind, value->>3 subject_id, value->>4 received_at from json_each(?)) events',
    skipLocked: false,
    release,
  };
}

/** A Kysely dialect over one connection to `file`. */
function nodeSqliteDialect(file: string): Dialect {
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON',
  );
  return new NodeSqliteDialect({ database: toSqliteDatabase(database, fileGuard(file)) });
}

/** Neither reads nor ends a transaction. */
const begins = (sql: string): boolean => !reads.test(sql) && !/^(?:commit|rollback)\b/iu.test(sql);

/** `demandFile` throws when what is written would be lost. */
function toSqliteDatabase(database: DatabaseSync, demandFile: () => void): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    prepare(text) {
      // waits for its turn to write at the beginning, where SQLite can wait, instead of failing half-way
      const sql = text === 'begin' ? 'begin immediate' : text;
      if (begins(sql)) demandFile();
      const statement = prepared.get(sql) ?? toStatement(database.prepare(sql), sql);
      // Kysely writes the same few dozen statements again and again; a list of values of varying length could grow this.
      if (prepared.size < 500) prepared.set(sql, statement);
      return statement;
    },
    close() {
      prepared.clear();
      database.close();
    },
  };
}

const reads = /^\s*(?:select|with|pragma)\b/iu;

function toStatement(statement: StatementSync, sql: string): SqliteStatement {
  return {
    // Node 22.13 cannot tell whether a statement returns rows; its words can.
    reader: reads.test(sql) || /\breturning\b/iu.test(sql),
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  };
}
