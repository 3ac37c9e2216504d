/**
 * Stripe-shaped refusals.
 *
 * Promise: every answer that is not 2xx has the body `{ error: { type, code, message, param, … } }` (stripe.com/docs/api/errors).
 */
import type { KeepsChanges } from '../store/journal.ts';

export type ErrorType = 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';

export interface ErrorBody {
  readonly type: ErrorType;
  readonly message: string;
  readonly code?: string;
  readonly param?: string;
  readonly decline_code?: string;
  readonly charge?: string;
  readonly advice_code?: string;
  readonly network_decline_code?: string;
  readonly request_log_url?: string;
  readonly payment_intent?: object;
  readonly payment_method?: object;
  readonly setup_intent?: object;
}

export class ApiError extends Error {
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}

/** A refusal whose attempt stays on record, e.g. the failed charge of a declined card. */
export class DeclinedError extends ApiError implements KeepsChanges {
  readonly keepsChanges = true;
}

/** 400 `invalid_request_error`. */
export function invalid(message: string, code?: string, param?: string): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    message,
    ...(code !== undefined && { code }),
    ...(param !== undefined && { param }),
  });
}

/** 404 `resource_missing`, with Stripe's words for it. */
export function missing(kind: string, id: string, param = 'id'): ApiError {
  return new ApiError(404, { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${kind}: '${id}'`, param });
}

/** 400 `resource_missing`: a parameter names something that does not exist. */
export function missingReference(kind: string, id: string, param: string): ApiError {
  return invalid(`No such ${kind}: '${id}'`, 'resource_missing', param);
}

const withDocs = (error: ErrorBody): object =>
  error.code === undefined ? error : { ...error, doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll('_', '-')}` };

export const errorJson = (error: ErrorBody): object => ({ error: withDocs(error) });
