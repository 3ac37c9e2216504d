/**
 * The log: one line of JSON per fact.
 *
 * Promise: no secret and no personal datum. Only fields named here are written, and what still looks like a key, a
 * token or an address is blotted out.
 */

/** What a line may say. Never a body, a query string or a header. */
export interface LogFields {
  readonly requestId?: string;
  readonly method?: string;
  /** The route's pattern, such as `/v1/subscriptions/:id`, not the address. */
  readonly route?: string;
  readonly status?: number;
  readonly milliseconds?: number;
  readonly code?: string;
  readonly eventId?: string;
  readonly eventType?: string;
  readonly attempts?: number;
  readonly count?: number;
  readonly lookupKey?: string;
  readonly message?: string;
  readonly error?: unknown;
}

export interface Log {
  info(fact: string, fields?: LogFields): void;
  warn(fact: string, fields?: LogFields): void;
  error(fact: string, fields?: LogFields): void;
}

/** Writes lines to `write`, by default to the standard output. */
export function createLog(write: (line: string) => void = (line) => process.stdout.write(`${line}\n`)): Log {
  const at =
    (level: string) =>
    (fact: string, fields: LogFields = {}) =>
      write(toLine(level, fact, fields));
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/** For tests and embedders that want silence. */
export const silentLog: Log = createLog(() => undefined);

function toLine(level: string, fact: string, { error, ...fields }: LogFields): string {
  const line = { time: new Date().toISOString(), level, fact, ...fields, ...(error !== undefined && describe(error)) };
  return redact(JSON.stringify(line));
}

/** Name, code and place of an error, or of what caused it; a Stripe message may repeat the key that was sent and is left out. */
function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: 'unknown' };
  if (error.cause instanceof Error) return describe(error.cause);
  const { code, param, statusCode, requestId, type } = error as Error &
    Partial<Record<'code' | 'param' | 'statusCode' | 'requestId' | 'type', unknown>>;
  const fromStripe = typeof type === 'string' && type.startsWith('Stripe');
  return {
    error: fromStripe ? type : error.name,
    ...(fromStripe
      ? { stripeCode: code, param, statusCode, stripeRequest: requestId }
      : { reason: error.message, stack: error.stack?.split('\n').slice(1, 5).join(' ') }),
  };
}

/**
 * One line about an error for a table that a person reads: Stripe's type, code, status and request id, which its dashboard finds;
 * of any other its name and what it says, redacted.
 */
export function reasonOf(failure: unknown): string {
  const { error, stripeCode, statusCode, stripeRequest, reason } = describe(failure);
  const parts = reason === undefined ? [error, stripeCode, statusCode, stripeRequest] : [[error, reason].filter(Boolean).join(': ')];
  return redact(parts.filter((part) => typeof part === 'string' || typeof part === 'number').join(' '));
}

const secretShapes =
  /\b(?:sk|rk)_(?:live|test)_\w+|\bwhsec_\w+|\btill_[\w-]{20,}|\bcs_(?:live|test)_\w+_secret_\w+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}/gu;

/** Blots out keys, webhook secrets, session tokens, client secrets, JWTs and e-mail addresses. */
export function redact(text: string): string {
  return text.replace(secretShapes, '[redacted]');
}
