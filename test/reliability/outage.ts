/** Deliveries to a server whose database fails on the way: what was acknowledged, and what of it is there in the end. */
import { setTimeout as wait } from 'node:timers/promises';
import type { TestTill } from '../support/till.ts';
import { deliverGenuine, eventBody } from './signed.ts';

export interface Deliveries {
  readonly acknowledged: readonly string[];
  /** Every answer that was no 2xx, with how often it was given. */
  readonly refused: ReadonlyMap<number, number>;
  /** Resolves when so many more were acknowledged. */
  more(count: number): Promise<void>;
  /** Resolves when one more was refused. */
  oneMoreRefused(): Promise<void>;
  stop(): Promise<void>;
}

/** Delivers events one after the other, eight at a time, as long as nobody stops it. */
export function startDeliveries(till: TestTill, name: string): Deliveries {
  const acknowledged: string[] = [];
  const refused = new Map<number, number>();
  let [number, running] = [0, true];
  const one = async (): Promise<void> => {
    while (running) {
      const id = `evt_${name}_${(number += 1)}`;
      const status = await deliverGenuine(till, eventBody(id));
      if (status < 300) acknowledged.push(id);
      else refused.set(status, (refused.get(status) ?? 0) + 1);
      await wait(1);
    }
  };
  const working = Promise.all(Array.from({ length: 8 }, one));
  const count = (): number => [...refused.values()].reduce((sum, times) => sum + times, 0);
  return {
    acknowledged,
    refused,
    async more(wanted) {
      const goal = acknowledged.length + wanted;
      while (acknowledged.length < goal) await wait(5);
    },
    async oneMoreRefused() {
      const goal = count() + 1;
      while (count() < goal) await wait(5);
    },
    async stop() {
      running = false;
      await working;
    },
  };
}

/** Acknowledged events that the database does not have. */
export async function lostOf({ store }: TestTill, { acknowledged }: Deliveries): Promise<string[]> {
  const lost: string[] = [];
  for (const eventId of acknowledged) if (!(await store.inbox.find(eventId))) lost.push(eventId);
  return lost;
}
