/**
 * The whole sandbox as one JSON object.
 *
 * Promise: what is restored goes on exactly as the original would: the same calls give the same ids, events and amounts.
 */
import type { KeysState } from '../http/idempotency.ts';
import { apiVersion } from '../objects/event.ts';
import type { Parts } from '../parts.ts';
import type { IdsState } from '../store/ids.ts';
import type { Row, TableState } from '../store/table.ts';
import type { TableName } from '../store/tables.ts';
import type { AgendaState } from '../time/agenda.ts';
import type { DeliveriesState } from '../webhooks/deliveries.ts';
import type { Settings } from '../world.ts';
import { decode, encode, type Json } from './encode.ts';

const format = 1;

/** Rows by table, what is due, what is on its way; as the format's number says. */
export interface Snapshot {
  readonly format: number;
  readonly api_version: string;
  /** Unix seconds. */
  readonly now: number;
  readonly state: Json;
}

interface State {
  readonly ids: IdsState;
  readonly tables: Readonly<Record<string, TableState<Row>>>;
  readonly agenda: AgendaState;
  readonly testClockAgendas: Readonly<Record<string, AgendaState>>;
  readonly deliveries: DeliveriesState;
  readonly keys: KeysState;
  readonly settings: Pick<Settings, 'retryScheduleDays' | 'afterRetries'>;
}

export function takeSnapshot({ world, settings, agenda, testClockAgendas, deliveries, manners, clock }: Parts): Snapshot {
  const state: State = {
    ids: world.ids.state(),
    tables: Object.fromEntries(Object.entries(world.tables).map(([name, table]) => [name, table.state()])),
    agenda: agenda.state(),
    testClockAgendas: testClockAgendas.state(),
    deliveries: deliveries.state(),
    keys: manners.keys.state(),
    settings: { retryScheduleDays: settings.retryScheduleDays, afterRetries: settings.afterRetries },
  };
  return { format, api_version: apiVersion, now: clock.now(), state: encode(state) };
}

function demandKnown(snapshot: Snapshot, tables: readonly string[], { tables: given }: State): void {
  if (snapshot.format !== format || snapshot.api_version !== apiVersion) {
    throw new RangeError(
      `This is a snapshot of format ${snapshot.format} for ${snapshot.api_version}; ${format} for ${apiVersion} is read.`,
    );
  }
  const unknown = Object.keys(given).filter((name) => !tables.includes(name));
  if (unknown.length > 0) throw new RangeError(`This snapshot has tables that are not known here: ${unknown.join(', ')}.`);
}

export function restoreSnapshot(parts: Parts, snapshot: Snapshot): void {
  const { world, agenda, testClockAgendas, deliveries, manners, clock } = parts;
  const state = decode(snapshot.state) as State;
  demandKnown(snapshot, Object.keys(world.tables), state);
  for (const name of Object.keys(world.tables) as TableName[]) {
    const table: { restore(given: TableState<Row>): void } = world.tables[name] as unknown as { restore(given: TableState<Row>): void };
    table.restore(state.tables[name] ?? { rows: [], index: [] });
  }
  world.ids.restore(state.ids);
  Object.assign(parts.settings, state.settings);
  clock.set(snapshot.now);
  agenda.restore(state.agenda);
  testClockAgendas.restore(state.testClockAgendas);
  manners.clear();
  manners.keys.restore(state.keys);
  deliveries.restore(state.deliveries);
}
