/**
 * Step webhook: events on their way to the endpoints.
 *
 * Promise: an answer of the API never waits for a delivery; each attempt is signed anew; what was not taken is tried again at the
 * sandbox's own time, unless its endpoint was disabled or deleted meanwhile.
 */
import { memory } from '../objects/memory.ts';
import type { StripeEvent, WebhookEndpoint } from '../objects/event.ts';
import { Unkindness, type WebhookMode } from './mode.ts';
import { signatureHeader } from './signature.ts';

export interface Attempt {
  /** Unix seconds on the sandbox's clock. */
  readonly at: number;
  /** Null when nobody answered. */
  readonly httpStatus: number | null;
}

export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly type: string;
  readonly endpoint: string;
  readonly url: string;
  readonly status: 'queued' | 'delayed' | 'delivered' | 'retrying' | 'failed' | 'dropped';
  readonly attempts: number;
  /** The last answer's HTTP status; null when there was none. */
  readonly httpStatus: number | null;
  /** Unix seconds of the next attempt, if there will be one. */
  readonly nextAttempt: number | null;
  /** Each attempt so far, oldest first. */
  readonly history: readonly Attempt[];
}

const longestWaitMilliseconds = 20_000;

export interface DeliveryOptions {
  readonly send: (request: Request) => Promise<Response>;
  readonly event: (id: string) => StripeEvent | undefined;
  readonly endpoint: (id: string) => WebhookEndpoint | undefined;
  /** Told when an endpoint took an event. */
  readonly taken: (event: string) => void;
  /** Seconds from one attempt to the next. */
  readonly retrySeconds: readonly number[];
  readonly mode: WebhookMode;
  /** Unix seconds that the signature carries. */
  readonly signedAt: () => number;
  readonly now: () => number;
  /** Asked for a call of `retry(id)` at that time. */
  readonly remind: (id: string, at: number) => void;
}

/** All that there is to know of the deliveries, as JSON. */
export interface DeliveriesState {
  readonly log: readonly Delivery[];
  readonly queue: readonly string[];
  readonly count: number;
  readonly mode: WebhookMode;
  readonly drawn: number;
}

const isTaken = (httpStatus: number | null): boolean => httpStatus !== null && httpStatus >= 200 && httpStatus < 300;

export class Deliveries {
  readonly #options: DeliveryOptions;
  readonly #log = new Map<string, Delivery>();
  readonly #queue: string[] = [];
  /** Event and endpoint of what was delivered, so that a duplicate does not count twice. */
  readonly #taken = new Set<string>();
  #unkindness: Unkindness;
  #held = false;
  #running: Promise<void> | null = null;
  #count = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#unkindness = new Unkindness(options.mode);
  }

  get mode(): WebhookMode {
    return this.#unkindness.given;
  }

  /** How the deliveries from now on are treated. */
  setMode(mode: WebhookMode): void {
    this.#unkindness = new Unkindness(mode);
  }

  /** Queues an event for an endpoint. */
  add(event: StripeEvent, endpoint: WebhookEndpoint): void {
    const { copies, delay } = this.#unkindness.fate();
    const delivery = this.#enter(event, endpoint);
    if (copies === 0) this.#log.set(delivery.id, { ...delivery, status: 'dropped' });
    else if (delay > 0) this.#delay(delivery, delay);
    else this.#enqueue(delivery.id);
    if (copies === 2) this.#enqueue(this.#enter(event, endpoint).id);
  }

  /** Sends an event once more to an endpoint, whatever became of it before. */
  resend(event: StripeEvent, endpoint: WebhookEndpoint): Delivery {
    const delivery = this.#enter(event, endpoint);
    this.#enqueue(delivery.id);
    return delivery;
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
    const status = this.#log.get(id)?.status;
    if (status === 'retrying' || status === 'delayed') this.#enqueue(id);
  }

  clear(): void {
    this.#log.clear();
    this.#taken.clear();
    this.#queue.length = 0;
    this.#held = false;
    this.#count = 0;
    this.setMode(this.#options.mode);
  }

  state(): DeliveriesState {
    const { given, drawn } = this.#unkindness;
    return { log: this.list(), queue: [...this.#queue], count: this.#count, mode: given, drawn };
  }

  /** Goes on where `state` left off. */
  restore({ log, queue, count, mode, drawn }: DeliveriesState): void {
    this.clear();
    for (const delivery of log) {
      this.#log.set(delivery.id, delivery);
      if (delivery.status === 'delivered') this.#taken.add(`${delivery.event} ${delivery.endpoint}`);
    }
    this.#count = count;
    this.#unkindness = new Unkindness(mode, drawn);
    for (const id of queue) this.#enqueue(id);
  }

  #enter(event: StripeEvent, { id: endpoint, url }: WebhookEndpoint): Delivery {
    this.#count += 1;
    const delivery: Delivery = {
      id: `delivery_${this.#count}`,
      event: event.id,
      type: event.type,
      endpoint,
      url,
      status: 'queued',
      attempts: 0,
      httpStatus: null,
      nextAttempt: null,
      history: [],
    };
    this.#log.set(delivery.id, delivery);
    return delivery;
  }

  #delay(delivery: Delivery, seconds: number): void {
    const nextAttempt = this.#options.now() + seconds;
    this.#log.set(delivery.id, { ...delivery, status: 'delayed', nextAttempt });
    this.#options.remind(delivery.id, nextAttempt);
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
    while (this.#queue.length > 0) {
      const [id = ''] = this.#queue.splice(this.#unkindness.pick(this.#queue.length), 1);
      await this.#attempt(id);
      if (this.#held) return;
    }
  }

  async #attempt(id: string): Promise<void> {
    const delivery = this.#log.get(id);
    const event = this.#options.event(delivery?.event ?? '');
    const endpoint = this.#options.endpoint(delivery?.endpoint ?? '');
    if (!delivery || !event) return;
    if (endpoint?.status !== 'enabled') {
      this.#log.set(id, { ...delivery, status: 'failed', nextAttempt: null });
      return;
    }
    const at = this.#options.now();
    const httpStatus = await this.#post(event, endpoint);
    if (this.#log.get(id) === delivery) this.#settle(delivery, { at, httpStatus }); // unless it was reset meanwhile
  }

  #settle(before: Delivery, attempt: Attempt): void {
    const { httpStatus } = attempt;
    const attempts = before.attempts + 1;
    const seen = { attempts, httpStatus, history: [...before.history, attempt] };
    if (isTaken(httpStatus)) {
      this.#log.set(before.id, { ...before, ...seen, status: 'delivered', nextAttempt: null });
      this.#noteTaken(before);
      return;
    }
    const wait = this.#options.retrySeconds[attempts - 1];
    const nextAttempt = wait === undefined ? null : this.#options.now() + wait;
    this.#log.set(before.id, { ...before, ...seen, status: nextAttempt === null ? 'failed' : 'retrying', nextAttempt });
    if (nextAttempt !== null) this.#options.remind(before.id, nextAttempt);
  }

  #noteTaken({ event, endpoint }: Delivery): void {
    const pair = `${event} ${endpoint}`;
    if (!this.#taken.has(pair)) this.#options.taken(event);
    this.#taken.add(pair);
  }

  /** The answer's status; null when nobody answered. Redirects are not followed and count as failure. */
  async #post(event: StripeEvent, endpoint: WebhookEndpoint): Promise<number | null> {
    const body = JSON.stringify(event, null, 2);
    const request = new Request(endpoint.url, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signatureHeader(body, endpoint[memory], this.#options.signedAt(), this.#options.now()),
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
