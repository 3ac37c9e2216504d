/**
 * Step subscription: what belongs to a test clock lives by that clock (docs.stripe.com/billing/testing/test-clocks).
 *
 * Promise: the sandbox's own clock moves nothing of a test clock's customers, and a test clock moves nobody else's.
 */
import { Agenda, type AgendaState, type Entry } from '../time/agenda.ts';
import type { Deliveries } from '../webhooks/deliveries.ts';
import { change, type World } from '../world.ts';
import { runDue } from './due.ts';

/** Agendas by test clock; null is the sandbox's own. */
export class TestClockAgendas {
  readonly #agendas = new Map<string, Agenda>();

  of(clock: string): Agenda {
    const agenda = this.#agendas.get(clock) ?? new Agenda();
    this.#agendas.set(clock, agenda);
    return agenda;
  }

  add(clock: string, entry: Entry): void {
    this.of(clock).add(entry);
  }

  forget(clock: string): void {
    this.#agendas.delete(clock);
  }

  state(): Readonly<Record<string, AgendaState>> {
    return Object.fromEntries([...this.#agendas].map(([clock, agenda]) => [clock, agenda.state()]));
  }

  restore(state: Readonly<Record<string, AgendaState>>): void {
    this.clear();
    for (const [clock, agenda] of Object.entries(state)) this.of(clock).restore(agenda);
  }

  clear(): void {
    this.#agendas.clear();
  }
}

interface Turned {
  readonly world: World;
  readonly deliveries: Deliveries;
  readonly agendas: TestClockAgendas;
}

/** Runs what is due for the clock's customers moment by moment, then sets the clock to `to` and tells that it is ready. */
export async function turnTestClock({ world, deliveries, agendas }: Turned, id: string, to: number): Promise<void> {
  const agenda = agendas.of(id);
  const from = world.tables.testClocks.get(id)?.frozen_time ?? to;
  for (let next = agenda.peek(); next && next.at <= to; next = agenda.peek()) {
    agenda.take();
    runDue(world, next.id, Math.max(next.at, from));
    await deliveries.flush();
  }
  const clock = world.tables.testClocks.get(id);
  if (!clock) return;
  const byTime = { id: null, idempotency_key: null };
  world.request(
    byTime,
    () =>
      world.emit(
        'test_helpers.test_clock.ready',
        change(world, 'testClocks', clock, { status: 'ready', status_details: {}, frozen_time: to }),
      ),
    to,
  );
  await deliveries.flush();
}
