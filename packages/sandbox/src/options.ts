/** What a sandbox can be told when it is made. */
import type { MannersOptions } from './http/manners.ts';
import type { Observer } from './http/observer.ts';
import type { Seed } from './seed/seed.ts';
import type { WebhookMode } from './webhooks/mode.ts';

export interface SandboxOptions extends MannersOptions {
  /** Unix seconds at which the clock stands until it is turned. Without it the clock runs with the real one. */
  readonly now?: number;
  /** Origin under which browsers reach the sandbox, e.g. `http://127.0.0.1:4242`; `listen` sets it when it is not given. */
  readonly publicUrl?: string;
  /** Second origin, for the iframe with the card fields; default `publicUrl`. */
  readonly cardOrigin?: string | (() => string);
  /** The same seed gives the same ids; default random. */
  readonly seedKey?: string;
  /** Days between the attempts to collect a renewal; default 1, 3, 5, 7. */
  readonly retryScheduleDays?: readonly number[];
  /** What becomes of a subscription when the last attempt fails; default `cancel`. */
  readonly afterRetries?: 'cancel' | 'unpaid' | 'past_due';
  /** How webhooks are sent; default `fetch`. */
  readonly deliver?: (request: Request) => Promise<Response>;
  /** Seconds from one attempt to deliver a webhook to the next; default three, as in Stripe's sandboxes. */
  readonly webhookRetrySeconds?: readonly number[];
  /** How unkindly webhooks are delivered from the start; default `{ mode: 'normal' }`. */
  readonly webhookMode?: WebhookMode;
  /** Which time a webhook's signature carries; default the sandbox's clock when `now` is given, else the real one. */
  readonly signatureTime?: 'clock' | 'real';
  /** Looks on at every API call and every event. */
  readonly observe?: Observer;
  /** Objects to begin with, made by calls of the API; the first answer waits for them. */
  readonly seed?: Seed;
}
