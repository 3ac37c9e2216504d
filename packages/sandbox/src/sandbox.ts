/**
 * The sandbox as one object: HTTP surface, clock, deliveries.
 *
 * Promise: nothing happens but by a request or by the clock, and the same seed, start and calls give the same history.
 */
import { randomUUID } from 'node:crypto';
import { createApp } from './app.ts';
import { settleSession } from './billing/checkout.ts';
import { settleEntitlements } from './billing/entitlements.ts';
import type { Faults } from './http/faults.ts';
import { createManners, type MannersOptions } from './http/manners.ts';
import type { Observer } from './http/observer.ts';
import { dueTimes, runDue } from './life/due.ts';
import { TestClockAgendas, turnTestClock } from './life/test-clock-turn.ts';
import { testClockOf } from './store/test-clock-of.ts';
import type { StripeEvent } from './objects/event.ts';
import { listen, type Listening } from './listen.ts';
import { Agenda } from './time/agenda.ts';
import { Clock } from './time/clock.ts';
import { sandboxRetrySeconds } from './unconfirmed.ts';
import { Deliveries, type Delivery } from './webhooks/deliveries.ts';
import { countTaken, publishEvent, type WebhookHands, webhookHands } from './webhooks/endpoints.ts';
import type { WebhookMode } from './webhooks/mode.ts';
import { createWorld, type World } from './world.ts';

export interface SandboxOptions extends MannersOptions {
  /** Unix seconds at which the clock stands until it is turned. Without it the clock runs with the real one. */
  readonly now?: number;
  /** Origin under which browsers reach the sandbox, e.g. `http://127.0.0.1:4242`; `listen` sets it when it is not given. */
  readonly publicUrl?: string;
  /** Second origin, for the iframe with the card fields; default `publicUrl`. */
  readonly cardOrigin?: string;
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
}

export interface Sandbox {
  /** The whole HTTP surface; no port is needed. */
  fetch(request: Request): Promise<Response>;
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

interface Parts {
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly testClockAgendas: TestClockAgendas;
  readonly deliveries: Deliveries;
  readonly world: World;
}

const sessionEnds: Readonly<Record<string, boolean>> = {
  'payment_intent.succeeded': true,
  'payment_intent.payment_failed': false,
  'invoice.paid': true,
  'invoice.payment_failed': false,
};

/** Checkout sessions wait for debits that come days later. */
function settleSessionsOf(world: World, type: string, { id }: Readonly<Record<string, unknown>>): void {
  const succeeded = sessionEnds[type];
  if (succeeded === undefined || typeof id !== 'string') return;
  for (const session of world.tables.sessions.of(id)) settleSession(world, session, succeeded);
}

/** Whoever has a subscription that changed may have gained or lost features. */
function settleOfEvents(world: World, events: readonly StripeEvent[]): void {
  const told = events.filter(({ type }) => type.startsWith('customer.subscription.')).map(({ data }) => data.object.customer);
  for (const customer of new Set(told)) if (typeof customer === 'string') settleEntitlements(world, customer);
  for (const { type, data } of events) settleSessionsOf(world, type, data.object);
}

/** The world with its clock and agenda, and the webhooks that go out of it. */
function createParts(options: SandboxOptions, publicUrl: () => string): Parts {
  const clock = new Clock(options.now ?? null);
  const agenda = new Agenda();
  const signsWithClock = (options.signatureTime ?? (options.now === undefined ? 'real' : 'clock')) === 'clock';
  const now = (): number => clock.now();
  const deliveries = new Deliveries({
    send: options.deliver ?? ((request) => fetch(request)),
    event: (id) => world.tables.events.get(id),
    endpoint: (id) => world.tables.endpoints.get(id),
    taken: (id) => countTaken(world, id),
    retrySeconds: options.webhookRetrySeconds ?? sandboxRetrySeconds,
    mode: options.webhookMode ?? { mode: 'normal' },
    signedAt: () => (signsWithClock ? now() : clock.real()),
    now,
    remind: (id, at) => agenda.add({ at, rank: 9, id }),
  });
  const testClockAgendas = new TestClockAgendas();
  const world: World = createWorld({
    seed: options.seedKey ?? randomUUID(),
    settings: { publicUrl, retryScheduleDays: options.retryScheduleDays ?? [1, 3, 5, 7], afterRetries: options.afterRetries ?? 'cancel' },
    now,
    watch: dueTimes((entry) => {
      const testClock = testClockOf(world.tables, entry.id);
      if (testClock === null) agenda.add(entry);
      else testClockAgendas.add(testClock, entry);
    }),
    settle: settleOfEvents,
    publish(event) {
      const published = publishEvent(world, deliveries, event);
      options.observe?.event?.(published);
    },
  });
  return { clock, agenda, testClockAgendas, deliveries, world };
}

interface Turning {
  /** Runs what is due up to a moment, in unix seconds. */
  advanceTo(to: number): Promise<void>;
  /** What the running clock has passed since the last look. */
  catchUp(): void;
}

function turning({ clock, agenda, deliveries, world }: Parts): Turning {
  function runMoment(at: number): void {
    for (let next = agenda.peek(); next && next.at <= at; next = agenda.peek()) {
      agenda.take();
      if (next.id.startsWith('delivery_')) deliveries.retry(next.id);
      else runDue(world, next.id);
    }
  }
  return {
    /** Moment by moment; after each its webhooks are on their way, or delivered. */
    async advanceTo(to) {
      await deliveries.flush();
      await clock.turn(to, async (setTo) => {
        for (let next = agenda.peek(); next && next.at <= to; next = agenda.peek()) {
          setTo(Math.max(next.at, clock.now()));
          runMoment(next.at);
          await deliveries.flush();
        }
      });
      await deliveries.flush();
    },
    catchUp() {
      if (!clock.isTurning) runMoment(clock.now());
    },
  };
}

/** A Stripe of one's own, empty, at the moment that `now` says. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  let servedAt: string | null = null;
  const publicUrl = (): string => options.publicUrl ?? servedAt ?? placeholderUrl;
  const parts = createParts(options, publicUrl);
  const { clock, agenda, testClockAgendas, deliveries, world } = parts;
  const { advanceTo, catchUp } = turning(parts);
  const now = (): number => clock.now();

  const manners = createManners(options);
  const webhooks = webhookHands(world, deliveries);

  const app = createApp({
    manners,
    world,
    deliveries,
    advanceTo,
    agenda,
    testClockHands: {
      turn: (id, to) => turnTestClock({ world, deliveries, agendas: testClockAgendas }, id, to),
      forget: (id) => testClockAgendas.forget(id),
    },
    publicUrl,
    cardOrigin: () => options.cardOrigin ?? publicUrl(),
    reset,
    observer: options.observe ?? {},
  });

  function reset(): void {
    for (const table of Object.values(world.tables)) table.clear();
    agenda.clear();
    testClockAgendas.clear();
    deliveries.clear();
    manners.clear();
    clock.reset();
  }

  return {
    fetch(request) {
      catchUp();
      return Promise.resolve(app.fetch(request));
    },
    clock: { now, advance: (seconds) => advanceTo(now() + seconds), advanceTo },
    deliveries: {
      flush: () => deliveries.flush(),
      list: () => deliveries.list(),
      hold: () => deliveries.hold(),
      release: () => deliveries.release(),
    },
    webhooks,
    faults: manners.faults,
    events: () => world.tables.events.all().toReversed(),
    reset,
    async listen(where) {
      const listening = await listen((request) => this.fetch(request), where);
      servedAt ??= listening.url;
      return listening;
    },
  };
}
