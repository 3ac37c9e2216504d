/** Every refusal leaves the server here, as RFC 9457 `application/problem+json` with a stable code and the request id. */
import { errorCodes } from '@tillkit/core/contract/error-codes';
import type { Problem } from '@tillkit/core/contract/contract';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { isDatabaseTrouble } from '../store/database-trouble.ts';
import { toBillingError } from '../stripe/stripe-errors.ts';
import type { Log } from '../ops/log.ts';
import type { TillEnv } from '../till.ts';
import { BillingError } from './billing-error.ts';

/** After which a database may be back that was restarted or given room. */
const databasePauseSeconds = 5;

/** The error handler of the app: answers what was thrown, logs what nobody expected. */
export function answerError(log: Log) {
  return (thrown: unknown, c: Context<TillEnv>): Response => {
    const error = toRefusal(thrown);
    if (error.status >= 500) log.error('request.failed', { requestId: c.get('requestId'), code: error.code, error: error.cause ?? error });
    return problem(c, error);
  };
}

/** What is answered to whatever was thrown: what nobody expected is an `internal_error`. */
export function toRefusal(thrown: unknown): BillingError {
  if (thrown instanceof BillingError) return thrown;
  if (thrown instanceof HTTPException && thrown.status < 500) return new BillingError('invalid_request');
  if (isDatabaseTrouble(thrown)) return new BillingError('not_ready', { cause: thrown, retryAfter: databasePauseSeconds });
  return toBillingError(thrown) ?? new BillingError('internal_error', { cause: thrown });
}

function problem(c: Context<TillEnv>, error: BillingError): Response {
  const { status, title } = errorCodes[error.code];
  const body: Problem = {
    type: 'about:blank',
    title,
    status,
    code: error.code,
    ...(error.detail !== undefined && { detail: error.detail }),
    ...(error.triesLeft !== undefined && { triesLeft: error.triesLeft }),
    instance: c.get('requestId'),
  };
  c.header('Content-Type', 'application/problem+json');
  if (error.retryAfter !== undefined) c.header('Retry-After', String(Math.ceil(error.retryAfter)));
  return c.body(JSON.stringify(body), status as ContentfulStatusCode);
}
