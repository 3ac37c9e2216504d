/** A log that a test can read. */
import { createLog, type Log } from '@tillkit/server/ops/log';

/** What one line says. */
export interface LogLine {
  readonly level: string;
  readonly fact: string;
  readonly [field: string]: unknown;
}

/** A log, and the lines that were written to it, for `startTill({ app: { log } })`. */
export function logLines(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  return { log: createLog((line) => void lines.push(JSON.parse(line) as LogLine)), lines };
}
