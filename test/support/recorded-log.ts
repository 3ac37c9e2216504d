/** A log that a test can read. */
import { createLog, type Log } from '@tillkit/server/ops/log';

/** One line. */
export interface LogLine {
  readonly level: string;
  readonly fact: string;
  readonly message?: string;
  /** Type of the error, such as `StripeAPIError`. */
  readonly error?: string;
  /** What an error that is not Stripe's says. */
  readonly reason?: string;
}

/** What was logged of one kind, such as `change.refused`, in order. */
export type Logged = (fact: string) => LogLine[];

export function recordedLog(): { readonly log: Log; readonly logged: Logged } {
  const lines: string[] = [];
  return {
    log: createLog((line) => void lines.push(line)),
    logged: (fact) => lines.map((line) => JSON.parse(line) as LogLine).filter((line) => line.fact === fact),
  };
}
