/**
 * Which errors mean that the database is out of reach, full, damaged or may not be written: nothing is wrong with what was
 * asked, and it is worth asking again. Told by their codes, so that no driver need be loaded.
 */

/** Primary result codes of SQLite (sqlite.org/rescode.html): busy, locked, out of memory, read-only, I/O, corrupt, full, cannot open, protocol, not a database. */
const sqliteCodes: ReadonlySet<number> = new Set([5, 6, 7, 8, 10, 11, 13, 14, 15, 26]);

/**
 * SQLSTATE of PostgreSQL (appendix A): connection, transaction rollback, resources, not in the needed state, operator
 * intervention, system error, damaged; refused sign-in, no such database, read-only.
 */
const postgresState = /^(?:08|40|53|55|57|58|XX|28|3D)[0-9A-Z]{3}$|^25006$/u;

const connectionCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOSPC',
]);

/** What pg says without a code when a connection breaks, or none can be had in time. */
const pgSentence = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/u;

interface DriverError {
  readonly code?: unknown;
  readonly errcode?: unknown;
}

export function isDatabaseTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errcode } = error as DriverError;
  if (code === 'ERR_SQLITE_ERROR') return typeof errcode === 'number' && sqliteCodes.has(errcode & 0xff);
  if (error instanceof AggregateError) return error.errors.some(isDatabaseTrouble);
  if (typeof code === 'string') return connectionCodes.has(code) || postgresState.test(code);
  return pgSentence.test(error.message);
}
