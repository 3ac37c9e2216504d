/**
 * Events are told to servers that are killed again and again, as Stripe tells them: until they are acknowledged.
 *
 * Afterwards one more server is started, which finishes what the killed ones left; then everything is counted.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openCrashApp, webhookSecret } from './crash-app.ts';
import { startQuickStripe } from './crash-stripe.ts';
import { signatureOf } from './signed.ts';

export interface CrashRunOptions {
  /** A file, or an address of PostgreSQL. */
  readonly database: string;
  readonly processes: number;
  /** Different events; three in ten are told twice. */
  readonly events: number;
  readonly kills: number;
}

export interface CrashRun {
  readonly acknowledged: number;
  readonly kills: number;
  /** Acknowledged, and not applied in the end. */
  readonly lost: number;
  /** Steps of a subscription that were told to the outbox more than once. */
  readonly twice: number;
  /** Entries of the outbox that nobody heard. */
  readonly unheard: number;
  /** Entries that were heard again after a crash, as the outbox's promise allows. */
  readonly heardAgain: number;
  readonly sound: boolean;
}

/** Longer than any claim: what a dead process claimed is free by then. */
const afterClaims = 1000;

/** A server of its own process, listening. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
}

export async function startServer(database: string, stripeUrl: string, callsPerSecond = Infinity): Promise<ServerProcess> {
  const entry = fileURLToPath(new URL('crash-server.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', entry, database, stripeUrl, String(callsPerSecond)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'tillkit-compile-cache') },
  });
  for await (const url of createInterface({ input: child.stdout })) return { child, url };
  throw new Error('A server ended before it listened.');
}

/** An event about the subscription of that number. */
export const eventOf = (number: number): string =>
  JSON.stringify({
    id: `evt_${number}`,
    object: 'event',
    type: 'customer.subscription.trial_will_end',
    livemode: false,
    data: { object: { id: `sub_${number}`, object: 'subscription', customer: `cus_${number}` } },
  });

/** Tells a server an event, signed at this moment; whether it was acknowledged. */
export async function isAcknowledged(url: string, body: string): Promise<boolean> {
  const signature = signatureOf(body, Math.floor(Date.now() / 1000), webhookSecret);
  try {
    const response = await fetch(`${url}/webhooks/stripe`, { method: 'POST', body, headers: { 'stripe-signature': signature } });
    await response.text();
    return response.ok;
  } catch {
    return false;
  }
}

/** The servers of a run, each replaced as soon as it is killed. */
class Fleet {
  readonly #members: ServerProcess[] = [];
  readonly #start: () => Promise<ServerProcess>;
  kills = 0;

  constructor(start: () => Promise<ServerProcess>) {
    this.#start = start;
  }

  async open(count: number): Promise<void> {
    this.#members.push(...(await Promise.all(Array.from({ length: count }, this.#start))));
  }

  url(turn: number): string {
    return this.#members[turn % this.#members.length]!.url;
  }

  async killOne(): Promise<void> {
    const index = Math.floor(Math.random() * this.#members.length);
    await kill(this.#members[index]!.child);
    this.kills += 1;
    this.#members[index] = await this.#start();
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map(({ child }) => kill(child)));
  }
}

/** Ends a process as a machine that fails would. */
export const kill = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });

/** Every event, three in ten of them twice, in an order of chance. */
function plan(events: number): number[] {
  const numbers = Array.from({ length: events }, (_, number) => number);
  const twice = numbers.filter(() => Math.random() < 0.3);
  return [...numbers, ...twice]
    .map((number) => ({ number, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ number }) => number);
}

/** Tells some events, sixteen at a time, each until it is acknowledged. */
async function tell(numbers: readonly number[], fleet: Fleet): Promise<void> {
  const waiting = numbers.values();
  const work = async (): Promise<void> => {
    for (const number of waiting) {
      const body = eventOf(number);
      for (let turn = number; !(await isAcknowledged(fleet.url(turn), body)); turn += 1) await wait(10);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
}

export async function runWithCrashes({ database, processes, events, kills }: CrashRunOptions): Promise<CrashRun> {
  const stripe = await startQuickStripe();
  const fleet = new Fleet(() => startServer(database, stripe.url));
  await fleet.open(processes);
  const told = plan(events);
  for (let kill = 0; kill < kills; kill += 1) {
    const share = told.slice(Math.floor((told.length * kill) / kills), Math.floor((told.length * (kill + 1)) / kills));
    await Promise.all([tell(share, fleet), wait(60 + Math.random() * 340).then(() => fleet.killOne())]);
  }
  await fleet.close();

  const { app, store } = await openCrashApp({ database, stripeUrl: stripe.url, now: () => Math.floor(Date.now() / 1000) + afterClaims });
  app.start();
  await app.drain();
  const entries = await store.outbox.list();
  const steps = entries.map(({ type, payload }) => `${type} ${String(payload.subscriptionId)}`);
  const wanted = Array.from({ length: events }, (_, number) => number);
  const applied = await Promise.all(wanted.map(async (number) => (await store.inbox.find(`evt_${number}`))?.status === 'applied'));
  const heardOf = new Set(entries.map(({ payload }) => payload.subscriptionId));
  await app.stop();
  await store.close();
  stripe.close();
  return {
    acknowledged: events,
    kills: fleet.kills,
    lost: wanted.filter((number) => !applied[number] || !heardOf.has(`sub_${number}`)).length,
    twice: steps.length - new Set(steps).size,
    unheard: entries.filter(({ dedupeKey }) => !stripe.heard.has(dedupeKey)).length,
    heardAgain: [...stripe.heard.values()].filter((times) => times > 1).length,
    sound: isSound(database),
  };
}

/** SQLite's own check of the whole file; PostgreSQL has none that belongs to it. */
function isSound(database: string): boolean {
  if (database.startsWith('postgres')) return true;
  const file = new DatabaseSync(database);
  const [row] = file.prepare('PRAGMA integrity_check').all();
  file.close();
  return row?.integrity_check === 'ok';
}
