/**
 * The answer of a call: its status, its body, and the headers that go with it.
 */
import { apiVersion } from '../objects/event.ts';
import { keptRefusals, retryableStatuses } from '../unconfirmed.ts';
import { ApiError, errorJson } from './api-error.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A call as its answer needs it. */
export interface Incoming {
  readonly request: Request;
  readonly requestId: string;
  /** Idempotency key of a POST; other methods ignore theirs. */
  readonly key: string | null;
}

export interface Told extends Answer {
  /** Whether the work was begun, so that an idempotency key keeps the answer. */
  readonly executed: boolean;
  readonly replayed: boolean;
  /** The refusal's code or type; null for a success. */
  readonly error: string | null;
  /** Stripe's advice to its SDKs; null leaves the decision to them. */
  readonly retry: boolean | null;
}

export const success = (body: object): Told => ({
  status: 200,
  body: JSON.stringify(body),
  executed: true,
  replayed: false,
  error: null,
  retry: null,
});

/** Nothing was begun and another call stands in the way: worth a retry. */
const isWaiting = ({ status, body }: ApiError): boolean => retryableStatuses.includes(status) || body.code === 'lock_timeout';

/** A failure of the sandbox itself; it must not pass for an answer of Stripe's. */
function ownFailure(error: unknown): ApiError {
  console.error(error);
  return new ApiError(500, { type: 'api_error', message: `The sandbox itself failed, please report it: ${String(error)}` });
}

/** The refusal as an answer; `logUrl` is where its call can be looked up. */
export function refusal(error: unknown, { key }: Incoming, logUrl: string): Told {
  const known = error instanceof ApiError ? error : ownFailure(error);
  const executed = keptRefusals.includes(known.status);
  // A retry with the key of a kept 500 would only get it again.
  const retry = isWaiting(known) ? true : executed && known.status === 500 && key !== null ? false : null;
  return {
    status: known.status,
    body: JSON.stringify(errorJson({ ...known.body, request_log_url: logUrl })),
    executed,
    replayed: false,
    error: known.body.code ?? known.body.type,
    retry,
  };
}

/** `date` in unix seconds: the clock of the machine that answers. */
export function responseOf(told: Told, { requestId, key }: Incoming, version: string, date: number): Response {
  const headers = new Headers({
    'content-type': 'application/json',
    date: new Date(date * 1000).toUTCString(),
    'request-id': requestId,
    'stripe-version': version,
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'request-id, stripe-should-retry, idempotent-replayed',
  });
  if (key !== null) headers.set('idempotency-key', key);
  if (told.replayed) headers.set('idempotent-replayed', 'true');
  if (told.retry !== null) headers.set('stripe-should-retry', String(told.retry));
  return new Response(told.body, { status: told.status, headers });
}

export const versionOf = (request: Request): string => request.headers.get('stripe-version') ?? apiVersion;
