import type { StripeApi } from './stripe-api.ts';

/** What everything that one `Stripe(key)` makes has in common. */
export interface StripeContext {
  readonly api: StripeApi;
  /** Origin of the sandbox, where the bank's page comes from. */
  readonly apiOrigin: string;
  /** Origin of the frames. */
  readonly cardOrigin: string;
  readonly key: string;
  readonly locale: string;
  /** Leaves the page; a seam for redirects. */
  readonly leave: (url: string) => Promise<never>;
}
