/**
 * Step webhook: events on their way to the endpoints.
 *
 * Promise: an answer of the API never waits for a delivery; each attempt is signed anew; what was not taken is tried again at the
 * sandbox's own time, three times over some hours, as Stripe does in its sandboxes.
 */
import type { StripeEvent, WebhookEndpoint } from '../objects/event.ts';
import { memory } from '../objects/memory.ts';
import { signatureHeader } from './signature.ts';

export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly type: string;
  readonly url: string;
  readonly status: 'queued' | 'delivered' | 'retrying' | 'failed';
  readonly attempts: number;
  /** The last answer's HTTP status; null when there was none. */
  readonly httpStatus: number | null;
  /** Unix seconds of the next attempt, if there will be one. */
  readonly nextAttempt: number | null;
}

interface Parcel {
  readonly event: StripeEvent;
  readonly endpoint: WebhookEndpoint;
}

/** Seconds until the second, third and fourth attempt. */
const retryAfter = [60 * 60, 2 * 60 * 60, 4 * 60 * 60] as const;
const longestWaitMilliseconds = 20_000;

export interface DeliveryOptions {
  readonly send: (request: Request) => Promise<Response>;
  /** Unix seconds that the signature carries. */
  readonly signedAt: () => number;
  readonly now: () => number;
  /** Asked for a call of `retry(id)` at that time. */
  readonly remind: (id: string, at: number) => void;
}

export class Deliveries {
  readonly #options: DeliveryOptions;
  readonly #log = new Map<string, Delivery>();
  readonly #parcels = new Map<string, Parcel>();
  readonly #queue: string[] = [];
  #held = false;
  #running: Promise<void> | null = null;
  #count = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Queues an event for an endpoint. */
  add(event: StripeEvent, endpoint: WebhookEndpoint): void {
    this.#count += 1;
    const id = `delivery_${this.#count}`;
    this.#parcels.set(id, { event, endpoint });
    this.#log.set(id, {
      id,
      event: event.id,
      type: event.type,
      url: endpoint.url,
      status: 'queued',
      attempts: 0,
      httpStatus: null,
      nextAttempt: null,
    });
    this.#enqueue(id);
  }

  /** Waits until everything queued was attempted; held deliveries are not waited for. */
  async flush(): Promise<void> {
    while (!this.#held && (this.#running || this.#queue.length > 0)) await this.#run();
  }

  hold(): void {
    this.#held = true;
  }

  release(): Promise<void> {
    this.#held = false;
    return this.flush();
  }

  /** Oldest first. */
  list(): readonly Delivery[] {
    return [...this.#log.values()];
  }

  retry(id: string): void {
    if (this.#log.get(id)?.status === 'retrying') this.#enqueue(id);
  }

  clear(): void {
    this.#log.clear();
    this.#parcels.clear();
    this.#queue.length = 0;
    this.#held = false;
  }

  #enqueue(id: string): void {
    this.#queue.push(id);
    // A task of its own, so that the answer that caused it goes out first.
    setImmediate(() => void this.flush());
  }

  #run(): Promise<void> {
    this.#running ??= this.#drain().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #drain(): Promise<void> {
    for (let id = this.#queue.shift(); id !== undefined; id = this.#queue.shift()) {
      await this.#attempt(id);
      if (this.#held) return;
    }
  }

  async #attempt(id: string): Promise<void> {
    const parcel = this.#parcels.get(id);
    const before = this.#log.get(id);
    if (!parcel || !before) return;
    const httpStatus = await this.#post(parcel);
    if (!this.#log.has(id)) return; // reset meanwhile
    const attempts = before.attempts + 1;
    if (httpStatus !== null && httpStatus >= 200 && httpStatus < 300) {
      this.#log.set(id, { ...before, status: 'delivered', attempts, httpStatus, nextAttempt: null });
      return;
    }
    const wait = retryAfter[attempts - 1];
    const nextAttempt = wait === undefined ? null : this.#options.now() + wait;
    this.#log.set(id, { ...before, status: nextAttempt === null ? 'failed' : 'retrying', attempts, httpStatus, nextAttempt });
    if (nextAttempt !== null) this.#options.remind(id, nextAttempt);
  }

  /** The answer's status; null when nobody answered. Redirects are not followed and count as failure. */
  async #post({ event, endpoint }: Parcel): Promise<number | null> {
    const body = JSON.stringify(event, null, 2);
    const request = new Request(endpoint.url, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signatureHeader(body, endpoint[memory].secret, this.#options.signedAt()),
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      },
      signal: AbortSignal.timeout(longestWaitMilliseconds),
    });
    try {
      const response = await this.#options.send(request);
      await response.body?.cancel();
      return response.status;
    } catch {
      return null;
    }
  }
}
