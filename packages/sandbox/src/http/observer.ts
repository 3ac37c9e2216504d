/** Who looks on while the sandbox works, e.g. a test that compares every answer with Stripe's published types. */
import type { StripeEvent } from '../objects/event.ts';
import type { FormFields } from './form.ts';

/** One API call and its answer. */
export interface Exchange {
  readonly method: string;
  /** Without the query, e.g. `/v1/customers/cus_1`. */
  readonly path: string;
  readonly params: FormFields;
  readonly status: number;
  readonly body: unknown;
}

export interface Observer {
  /** Told after every call that an operation answered, refused or not. */
  exchange?(exchange: Exchange): void;
  /** Told of every event as it is recorded. */
  event?(event: StripeEvent): void;
}
