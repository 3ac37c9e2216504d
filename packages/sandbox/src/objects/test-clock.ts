/** Stripe's test clocks, each with a time of its own for its customers (API 2026-10-28.endive). */

export interface TestClock {
  readonly id: string;
  readonly object: 'test_helpers.test_clock';
  readonly created: number;
  readonly deletes_after: number;
  /** Unix seconds; what its customers hold for now. */
  readonly frozen_time: number;
  readonly livemode: false;
  readonly name: string | null;
  readonly status: 'ready' | 'advancing';
  readonly status_details: { readonly advancing?: { readonly target_frozen_time: number } };
}
