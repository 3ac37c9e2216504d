/**
 * The sandbox as one object: HTTP surface, clock, deliveries.
 *
 * Promise: nothing happens but by a request or by the clock, and the same seed, start and calls give the same history.
 */
import { type AppParts, createApp } from './app.ts';
import type { Faults } from './http/faults.ts';
import { turnTestClock } from './life/test-clock-turn.ts';
import type { StripeEvent } from './objects/event.ts';
import { listen, type Listening } from './listen.ts';
import type { SandboxOptions } from './options.ts';
import { createParts, type Parts, resetParts, turning } from './parts.ts';
import { plantSeed, type SeedNames } from './seed/plant.ts';
import type { Seed } from './seed/seed.ts';
import { restoreSnapshot, type Snapshot, takeSnapshot } from './snapshot/snapshot.ts';
import type { Delivery } from './webhooks/deliveries.ts';
import { type WebhookHands, webhookHands } from './webhooks/endpoints.ts';

export interface Sandbox {
  /** The whole HTTP surface; no port is needed. */
  fetch(request: Request): Promise<Response>;
  /** Ids by the names of the seed; settled when all of it was made. */
  readonly ready: Promise<SeedNames>;
  /** Makes the objects of a seed by calls of the API; answers wait for them. */
  seed(seed: Seed): Promise<SeedNames>;
  /** All there is, as JSON, once the queued webhooks were sent. */
  snapshot(): Promise<Snapshot>;
  /** Forgets all there is and goes on from a snapshot. */
  restore(snapshot: Snapshot): void;
  readonly clock: {
    /** Unix seconds. */
    now(): number;
    /** Turns the clock; everything that falls due happens in order, and its webhooks are delivered before this ends. */
    advance(seconds: number): Promise<void>;
    advanceTo(unixSeconds: number): Promise<void>;
  };
  readonly deliveries: {
    /** Waits until all queued deliveries were attempted. */
    flush(): Promise<void>;
    list(): readonly Delivery[];
    hold(): void;
    release(): Promise<void>;
  };
  /** Mode of delivery, sending again, rolling a secret. */
  readonly webhooks: WebhookHands;
  /** What goes wrong on demand: `add({ kind: 'rate_limit', route: 'POST /v1/subscriptions', times: 2 })`, `list`, `remove`, `clear`. */
  readonly faults: Pick<Faults, 'add' | 'remove' | 'clear' | 'list'>;
  /** All events, oldest first. */
  events(): readonly StripeEvent[];
  /** Forgets everything, webhook endpoints too, and sets the clock back to its start. */
  reset(): void;
  /** Serves on a loopback port; 0 or none takes a free one. */
  listen(options: { readonly port?: number; readonly hostname?: string }): Promise<Listening>;
}

const placeholderUrl = 'http://sandbox.localhost';

interface Hands {
  readonly options: SandboxOptions;
  readonly publicUrl: () => string;
  readonly advanceTo: (unixSeconds: number) => Promise<void>;
  readonly webhooks: WebhookHands;
}

function appParts(parts: Parts, { options, publicUrl, advanceTo, webhooks }: Hands): AppParts {
  const { world, deliveries, testClockAgendas: agendas } = parts;
  const { cardOrigin } = options;
  return {
    ...parts,
    webhooks,
    advanceTo,
    testClockHands: { turn: (id, to) => turnTestClock({ world, deliveries, agendas }, id, to), forget: (id) => agendas.forget(id) },
    publicUrl,
    cardOrigin: () => (typeof cardOrigin === 'function' ? cardOrigin() : (cardOrigin ?? publicUrl())),
    reset: () => resetParts(parts),
    observer: options.observe ?? {},
  };
}

/** A Stripe of one's own, empty, at the moment that `now` says. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  let servedAt: string | null = null;
  const publicUrl = (): string => options.publicUrl ?? servedAt ?? placeholderUrl;
  const parts = createParts(options, publicUrl);
  const { clock, deliveries, world, manners } = parts;
  const { advanceTo, catchUp } = turning(parts);
  const now = (): number => clock.now();
  const webhooks = webhookHands(world, deliveries);
  const app = createApp(appParts(parts, { options, publicUrl, advanceTo, webhooks }));
  const answer = (request: Request): Promise<Response> => {
    catchUp();
    return Promise.resolve(app.fetch(request));
  };
  const seed = (given: Seed): Promise<SeedNames> => plantSeed(given, { call: answer, advance: (seconds) => advanceTo(now() + seconds) });
  let ready = options.seed ? seed(options.seed) : null;
  ready?.catch(() => undefined); // told to whoever asks

  return {
    async fetch(request) {
      await ready;
      return answer(request);
    },
    get ready() {
      return ready ?? Promise.resolve({});
    },
    seed(given) {
      ready = seed(given);
      return ready;
    },
    async snapshot() {
      await ready;
      await deliveries.flush();
      return takeSnapshot(parts);
    },
    restore: (snapshot) => restoreSnapshot(parts, snapshot),
    clock: { now, advance: (seconds) => advanceTo(now() + seconds), advanceTo },
    deliveries,
    webhooks,
    faults: manners.faults,
    events: () => world.tables.events.all().toReversed(),
    reset: () => resetParts(parts),
    async listen(where) {
      const listening = await listen((request) => this.fetch(request), where);
      servedAt ??= listening.url;
      return listening;
    },
  };
}
