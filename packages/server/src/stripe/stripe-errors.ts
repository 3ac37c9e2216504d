import { BillingError } from '../http/billing-error.ts';

/** The properties of the SDK's errors that mean something to us; told by `type`, so that the SDK need not be loaded. */
interface StripeErrorShape {
  readonly type: string;
  readonly code?: string;
  readonly decline_code?: string;
  /** The parameter that the error is about. */
  readonly param?: string;
  readonly statusCode?: number;
}

const confirmationCodes = new Set([
  'authentication_required',
  'invoice_payment_intent_requires_action',
  'subscription_payment_intent_requires_action',
]);

/** What an error of the Stripe SDK means to the page, or undefined for any other error. The message stays behind. */
export function toBillingError(error: unknown): BillingError | undefined {
  if (!isStripeError(error)) return undefined;
  const code = error.decline_code === 'authentication_required' ? error.decline_code : error.code;
  if (code !== undefined && confirmationCodes.has(code)) return new BillingError('authentication_required', { cause: error });
  if (code === 'amount_too_large') return new BillingError('amount_too_large', { cause: error });
  switch (error.type) {
    case 'StripeCardError':
      return new BillingError('payment_failed', { cause: error });
    case 'StripeInvalidRequestError':
      return new BillingError(code === 'resource_missing' ? 'not_found' : 'internal_error', { cause: error });
    case 'StripeIdempotencyError': // another request of the same customer is doing something else with this right now
      return new BillingError('not_possible_now', { cause: error });
    default:
      return new BillingError('stripe_unavailable', { cause: error });
  }
}

/** Seconds that Stripe asks to wait (`Retry-After`); 0 when it does not say. */
export function retryAfterOf(error: unknown): number {
  const headers = isStripeError(error) ? (error as { headers?: Record<string, string> }).headers : undefined;
  const seconds = Number(headers?.['retry-after'] ?? 0);
  return Number.isFinite(seconds) ? Math.min(Math.max(Math.ceil(seconds), 0), 3600) : 0;
}

const ofTheCall: ReadonlySet<string> = new Set(['StripeInvalidRequestError', 'StripeCardError', 'StripeIdempotencyError']);

/** Whether a payment waits for the customer's bank. */
export const isConfirmation = (error: unknown): boolean => toBillingError(error)?.code === 'authentication_required';

/** Whether a payment was tried and did not come about: declined, or it waits for the customer's bank. */
export function isDecline(error: unknown): boolean {
  return isStripeError(error) && (error.type === 'StripeCardError' || confirmationCodes.has(error.code ?? ''));
}

/** Whether nothing could be had from Stripe for now, whatever was asked: it fails, is out of reach, or refuses our key. */
export function isOutage(error: unknown): boolean {
  if (isStripeError(error)) return !ofTheCall.has(error.type);
  return error instanceof Error && error.cause !== undefined && isOutage(error.cause);
}

/** Whether Stripe answered 500, as it does again for a day to whoever asks under the same idempotency key. */
export function isKept(error: unknown): boolean {
  return isStripeError(error) && error.type === 'StripeAPIError' && error.statusCode === 500;
}

/**
 * Whether it is not known what became of a request: the connection broke, or another one under the same key has not ended. To
 * ask again under the same key tells. A refusal changed nothing; neither does a 500 unless a reading shows it (`isKept`).
 */
export function isUnknown(error: unknown): boolean {
  if (isStripeError(error)) return !definite.has(error.type) || (error.type === 'StripeAPIError' && error.statusCode !== 500);
  return error instanceof Error && error.cause !== undefined && isUnknown(error.cause);
}

const definite: ReadonlySet<string> = new Set([
  'StripeInvalidRequestError',
  'StripeCardError',
  'StripeAuthenticationError',
  'StripePermissionError',
  'StripeRateLimitError',
  'StripeAPIError',
]);

/** Whether Stripe has refused, and will refuse it again: what it asks for is wrong, or the card was declined. */
export function isFinal(error: unknown): boolean {
  return isStripeError(error) && (error.type === 'StripeInvalidRequestError' || error.type === 'StripeCardError');
}

/** Whether Stripe says that the object does not exist. */
export function isMissing(error: unknown): boolean {
  return isStripeError(error) && error.code === 'resource_missing';
}

/** Whether Stripe says that the customer of a request does not exist (any more). */
export function isMissingCustomer(error: unknown): boolean {
  return isMissing(error) && (error as StripeErrorShape).param === 'customer';
}

/** Whether Stripe says that nothing will be invoiced any more. */
export function hasNoUpcomingInvoice(error: unknown): boolean {
  return isStripeError(error) && error.code === 'invoice_upcoming_none';
}

/** For `catch`: an object that does not exist is undefined; any other error goes on. */
export function undefinedIfMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

function isStripeError(error: unknown): error is StripeErrorShape {
  return error instanceof Error && 'type' in error && typeof error.type === 'string' && error.type.startsWith('Stripe');
}
