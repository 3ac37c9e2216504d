/**
 * The working parts of a sandbox, and how time passes through them.
 */
import { randomUUID } from 'node:crypto';
import { settleEvents } from './billing/settle-events.ts';
import { createManners, type Manners } from './http/manners.ts';
import { dueTimes, runDue } from './life/due.ts';
import { TestClockAgendas } from './life/test-clock-turn.ts';
import type { SandboxOptions } from './options.ts';
import { testClockOf } from './store/test-clock-of.ts';
import { Agenda } from './time/agenda.ts';
import { Clock } from './time/clock.ts';
import { sandboxRetrySeconds } from './unconfirmed.ts';
import { Deliveries } from './webhooks/deliveries.ts';
import { countTaken, publishEvent } from './webhooks/endpoints.ts';
import { createWorld, type Settings, type World } from './world.ts';

interface ChangingSettings {
  retryScheduleDays: readonly number[];
  afterRetries: Settings['afterRetries'];
}

export interface Parts {
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly testClockAgendas: TestClockAgendas;
  readonly deliveries: Deliveries;
  readonly world: World;
  readonly manners: Manners;
  /** The world's settings, to be changed while it runs. */
  readonly settings: ChangingSettings;
  /** What they were at the start. */
  readonly initial: Readonly<ChangingSettings>;
}

/** The world with its clock and agenda, and the webhooks that go out of it. */
export function createParts(options: SandboxOptions, publicUrl: () => string): Parts {
  const clock = new Clock(options.now ?? null);
  const agenda = new Agenda();
  const signsWithClock = (options.signatureTime ?? (options.now === undefined ? 'real' : 'clock')) === 'clock';
  const now = (): number => clock.now();
  const signedAt = (): number => (signsWithClock ? now() : clock.real());
  const deliveries = new Deliveries({
    send: options.deliver ?? ((request) => fetch(request)),
    event: (id) => world.tables.events.get(id),
    endpoint: (id) => world.tables.endpoints.get(id),
    taken: (id) => countTaken(world, id),
    retrySeconds: options.webhookRetrySeconds ?? sandboxRetrySeconds,
    mode: options.webhookMode ?? { mode: 'normal' },
    signedAt,
    now,
    remind: (id, at) => agenda.add({ at, rank: 9, id }),
  });
  const testClockAgendas = new TestClockAgendas();
  const initial = { retryScheduleDays: options.retryScheduleDays ?? [1, 3, 5, 7], afterRetries: options.afterRetries ?? 'cancel' };
  const settings = { publicUrl, ...initial };
  const world: World = createWorld({
    seed: options.seedKey ?? randomUUID(),
    settings,
    now,
    watch: dueTimes((entry) => {
      const testClock = testClockOf(world.tables, entry.id);
      if (testClock === null) agenda.add(entry);
      else testClockAgendas.add(testClock, entry);
    }),
    settle: settleEvents,
    publish(event) {
      const published = publishEvent(world, deliveries, event);
      options.observe?.event?.(published);
    },
  });
  return { clock, agenda, testClockAgendas, deliveries, world, settings, initial, manners: createManners(options, signedAt) };
}

/** Forgets everything, and sets the clock back to its start. */
export function resetParts({ world, agenda, testClockAgendas, deliveries, manners, clock, settings, initial }: Parts): void {
  Object.assign(settings, initial);
  for (const table of Object.values(world.tables)) table.clear();
  agenda.clear();
  testClockAgendas.clear();
  deliveries.clear();
  manners.clear();
  clock.reset();
}

export interface Turning {
  /** Runs what is due up to a moment, in unix seconds. */
  advanceTo(to: number): Promise<void>;
  /** What the running clock has passed since the last look. */
  catchUp(): void;
}

export function turning({ clock, agenda, deliveries, world }: Parts): Turning {
  function runMoment(at: number): void {
    for (let next = agenda.peek(); next && next.at <= at; next = agenda.peek()) {
      agenda.take();
      if (next.id.startsWith('delivery_')) deliveries.retry(next.id);
      else runDue(world, next.id);
    }
  }
  return {
    /** Moment by moment; after each its webhooks are on their way, or delivered. */
    async advanceTo(asked) {
      const isBack = asked < clock.now();
      await deliveries.flush();
      const to = isBack ? asked : Math.max(asked, clock.now()); // a running clock has gone on meanwhile
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
