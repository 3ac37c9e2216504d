import { errorCodes, type ErrorCode } from '@tillkit/core/contract/error-codes';

export interface BillingErrorDetails {
  /** One sentence for the developer of the page; never Stripe's own message. */
  readonly detail?: string;
  /** Seconds after which it is worth trying again. */
  readonly retryAfter?: number;
  /** How often a wrong code may still be corrected. */
  readonly triesLeft?: number;
  /** What happened underneath; for the log only. */
  readonly cause?: unknown;
}

/** The one way to refuse a request: a stable code of the contract. The error handler answers it. */
export class BillingError extends Error {
  override readonly name = 'BillingError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly retryAfter: number | undefined;
  readonly triesLeft: number | undefined;

  constructor(code: ErrorCode, { detail, retryAfter, triesLeft, cause }: BillingErrorDetails = {}) {
    super(errorCodes[code].title, { cause });
    this.code = code;
    this.detail = detail;
    this.retryAfter = retryAfter;
    this.triesLeft = triesLeft;
  }

  get status(): number {
    return errorCodes[this.code].status;
  }
}
