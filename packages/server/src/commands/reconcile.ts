/**
 * Step 5, webhook: `till reconcile`, the sweeps by hand: after a long outage, or to fill a lost database again.
 *
 * Promise: reads at Stripe and writes here; nothing changes at Stripe that an event would not have changed as well.
 */
import { createTillApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { createLog } from '../ops/log.ts';
import { asGuest, findDatabase, isServed, openFound } from './database.ts';
import { noWords, systemClock, type CliSurroundings, type Command } from './command.ts';

/** till reconcile; `--full` compares every subscription of the account and reads every single purchase again. */
export const run: Command = async (line, surroundings) => {
  noWords(line);
  const full = Boolean(line.options.full);
  const found = await findDatabase(surroundings.environment);
  if (isServed(found)) await askServer(surroundings, full);
  else await sweepHere(surroundings, full);
};

/** One process writes to a SQLite file, so the one that runs is asked to begin at once. */
async function askServer({ environment, write, now = systemClock }: CliSurroundings, full: boolean): Promise<void> {
  const jobs = full ? ['sweep-subscriptions', 'sweep-purchases'] : ['sweep-events'];
  await asGuest(environment, async (store) => {
    for (const job of jobs) await store.turns.shorten(job, now());
  });
  write(`The running server begins within 30 seconds; its log says what it finds (sweep.found, sweep.drifted).`);
}

async function sweepHere({ environment, write, stripeFetch, now = systemClock }: CliSurroundings, full: boolean): Promise<void> {
  const read = readConfig(environment);
  if (!read.ok) throw new Error(read.faults.join('\n'));
  const found = await findDatabase(environment);
  const store = await openFound(found, { guest: false });
  const log = { ...createLog(write), info: () => undefined };
  const app = createTillApp({ config: read.config, store, modules: found.modules, log, now, ...(stripeFetch && { stripeFetch }) });
  try {
    if (full) {
      const { read: seen, drifted } = await app.sweeps.sweepSubscriptions();
      write(`${seen} subscriptions compared; ${drifted} were missing or different here and were read again.`);
      const purchases = await app.sweeps.sweepPurchases();
      if (purchases > 0) write(`${purchases} purchases without a subscription were read again.`);
    } else {
      const count = await app.sweeps.sweepEvents();
      write(`${count} events had not been delivered.`);
    }
    await app.drain();
  } finally {
    await app.stop();
    await store.close();
  }
}
