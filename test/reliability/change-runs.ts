/**
 * Changes of one subscription that two servers on one database are asked for at the same time, in an order that a seed draws:
 * as often as somebody asks for. Tests and `npm run soak` share it. What must hold is in change-model.ts.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createTillApp, openStore, type Store, type TillApp } from '@tillkit/server';
import { silentLog } from '@tillkit/server/ops/log';
import type { Database } from '@tillkit/server/store/database';
import { shop, startTill, type TestTill } from '../support/till.ts';
import {
  begin,
  catalogOf,
  createGate,
  drawing,
  judge,
  race,
  type Ask,
  type ChangeModeName,
  type Sent,
  type Stage,
} from './change-model.ts';

export interface ChangeRunOptions {
  readonly mode: ChangeModeName;
  readonly seed: number;
  readonly runs: number;
  /** Two connections to one and the same new database; one where it serves one process only. */
  readonly open: () => Promise<readonly [Database, Database?]>;
}

export interface ChangeRuns {
  readonly runs: number;
  /** What of the model did not hold, with the seed and the number of the run. */
  readonly wrong: readonly string[];
  /** Changes that were made, and requests that died half way. */
  readonly made: number;
  readonly died: number;
  /** Payments that were declined, and changes that were made when such a one was paid after all. */
  readonly declined: number;
  readonly paidLater: number;
}

/** A request that is watched on its way to Stripe. */
interface Watched {
  /** Which of the servers has it. */
  readonly server: number;
  /** Calls to Stripe after which its server dies; 0: it does not. */
  readonly diesAt: number;
  /** Whether Stripe still does what the last call asks for. */
  readonly heard: boolean;
  calls: number;
  dead: boolean;
  /** Its server dies. */
  die(): void;
  /** It dies with its server. */
  bury(): void;
}

const never = new Promise<never>(() => undefined);

/** Stripe behind the gate. */
function gated(
  inner: () => (request: Request) => Promise<Response> | Response,
  gate: () => Promise<void>,
  watching: AsyncLocalStorage<Watched>,
) {
  return (async (input, init) => {
    const request = new Request(input, init);
    const watched = watching.getStore();
    if (!watched) return inner()(request);
    await gate();
    // what goes on of it until here may have taken the turn once more
    if (watched.dead) watched.die();
    if (watched.dead) return never;
    watched.calls += 1;
    const dies = watched.calls === watched.diesAt;
    const response = dies && !watched.heard ? undefined : await inner()(request);
    if (response && !dies) return response;
    watched.die();
    return never;
  }) as typeof globalThis.fetch;
}

const unlimited = { checkout: [], preview: [], code: [], signIn: [], write: [], read: [] };
/** A death moves the servers' clock on by so much, so that nobody waits for the dead. */
const deathSeconds = 41;

/** A request in full, as a page sends it. */
async function answer(server: TillApp, token: string, { method, path, body }: Ask): Promise<Sent> {
  const headers = { origin: shop, authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  const request = new Request(`https://till.example${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const response = await server.fetch(request);
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : {} };
}

/** Two servers in this process, the one of one in five requests dying on its way. */
class TwoServers implements Stage {
  readonly #running = new Set<Watched>();
  readonly #till: TestTill;
  readonly #watching: AsyncLocalStorage<Watched>;
  readonly #start: (server: number) => TillApp;
  readonly #skip: (seconds: number) => void;
  readonly servers: TillApp[];
  readonly client: Stage['client'];
  readonly now: () => number;
  readonly draw: () => number;

  constructor(parts: {
    readonly till: TestTill;
    readonly client: Stage['client'];
    readonly watching: AsyncLocalStorage<Watched>;
    readonly start: (server: number) => TillApp;
    readonly skip: (seconds: number) => void;
    readonly now: () => number;
    readonly draw: () => number;
  }) {
    ({ till: this.#till, watching: this.#watching, start: this.#start, skip: this.#skip } = parts);
    ({ client: this.client, now: this.now, draw: this.draw } = parts);
    this.servers = [this.#start(0), this.#start(1)];
  }

  signIn(subject: string, customer: string): Promise<string> {
    return this.#till.signIn(subject, { customer, iat: this.now(), exp: this.now() + 300 });
  }

  send(server: number, token: string, ask: Ask): Promise<Sent> {
    return answer(this.servers[server]!, token, ask);
  }

  /** The server dies with all that it has at hand. */
  async race(token: string, ask: Ask): Promise<Sent | undefined> {
    const death = Promise.withResolvers<undefined>();
    const server = Math.floor(this.draw() * this.servers.length);
    const watched: Watched = {
      server,
      diesAt: this.draw() < 0.2 ? 1 + Math.floor(this.draw() * 12) : 0,
      heard: this.draw() < 0.5,
      calls: 0,
      dead: false,
      die: () => {
        this.#skip(deathSeconds);
        if (watched.dead) return;
        for (const other of this.#running) if (other.server === server) other.bury();
        this.servers[server] = this.#start(server);
      },
      bury() {
        watched.dead = true;
        death.resolve(undefined);
      },
    };
    this.#running.add(watched);
    const begun = this.now();
    const sent = this.#watching.run(watched, () => this.send(server, token, ask));
    const answered = await Promise.race([death.promise, sent]);
    this.#running.delete(watched);
    // what a dead one still did took so long that the turn went on to another request: what became of it is not known
    const isUnknown = answered?.body.code === 'stripe_unavailable' && this.now() - begun >= deathSeconds;
    return isUnknown ? undefined : answered;
  }

  async outlive(): Promise<void> {
    this.#skip(deathSeconds);
  }
}

/** How many are under way, and how much of a stack an error notes when none is. */
const underWay = { count: 0, stackTraceLimit: 0 };

/** Runs so many interleavings of two to four requests; several may be under way. */
export async function runChanges(options: ChangeRunOptions): Promise<ChangeRuns> {
  if (underWay.count === 0) underWay.stackTraceLimit = Error.stackTraceLimit;
  underWay.count += 1;
  // Stripe's SDK notes where each call came from, which takes a tenth of the time
  Error.stackTraceLimit = 0;
  try {
    return await playRuns(options);
  } finally {
    underWay.count -= 1;
    if (underWay.count === 0) Error.stackTraceLimit = underWay.stackTraceLimit;
  }
}

async function playRuns({ mode, seed, runs, open }: ChangeRunOptions): Promise<ChangeRuns> {
  const draw = drawing(seed);
  const watching = new AsyncLocalStorage<Watched>();
  const parts: { till?: TestTill; skip: number } = { skip: 0 };
  const [first, second] = await open();
  const app = {
    now: () => parts.till!.sandbox.clock.now() + parts.skip,
    stripeFetch: gated(() => parts.till!.sandbox.fetch, createGate(draw), watching),
  };
  const till = await startTill({ catalog: catalogOf(mode), database: first, app, observed: false });
  parts.till = till;
  const store = second ? await openStore(second, [], { guest: true }) : till.store;
  const stores: readonly Store[] = [till.store, store];
  const client = await till.stripe();
  // events would be one more request that reads; what is looked at here needs none
  for (const { id } of (await client.webhookEndpoints.list()).data) await client.webhookEndpoints.del(id);
  const stage = new TwoServers({
    till,
    client,
    watching,
    start: (server) =>
      createTillApp({
        config: till.config,
        store: stores[server]!,
        catalogFile: async () => till.file,
        limits: unlimited,
        log: silentLog,
        ...app,
      }),
    skip: (seconds) => (parts.skip += seconds),
    now: app.now,
    draw,
  });

  const wrong: string[] = [];
  let [made, died, declined, paidLater] = [0, 0, 0, 0];
  let life = await begin(stage, 0);
  for (let run = 0; run < runs; run += 1) {
    const outcome = await judge(stage, life, await race(stage, life));
    made += outcome.made ? 1 : 0;
    died += outcome.died;
    declined += outcome.declined;
    paidLater += outcome.paidLater;
    for (const fault of outcome.faults) wrong.push(`${mode}, seed ${seed}, run ${run}: ${fault}`);
    if (outcome.faults.length > 0 || run % 12 === 11) life = await begin(stage, run + 1);
  }
  for (const server of stage.servers) await server.stop();
  if (second) await store.close();
  await till.close();
  return { runs, wrong, made, died, declined, paidLater };
}
