/** Stripe's test clocks, all showing the sandbox's one clock. */

export interface TestClock {
  readonly id: string;
  readonly object: 'test_helpers.test_clock';
  readonly created: number;
  readonly deletes_after: number;
  readonly frozen_time: number;
  readonly livemode: false;
  readonly name: string | null;
  readonly status: 'ready' | 'advancing';
  readonly status_details: object;
}
