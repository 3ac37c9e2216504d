/**
 * The same requests to two `till serve` of their own on one PostgreSQL, the calls of both to Stripe let go in an order that a
 * seed draws; a few of them are killed on the way. What must hold is in change-model.ts.
 */
import { createSecretKey, randomUUID } from 'node:crypto';
import { rmSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { serve, type ServerType } from '@hono/node-server';
import { createSandbox, type Sandbox } from '@tillkit/sandbox';
import { planCatalog } from '@tillkit/server/catalog/apply-catalog';
import { readCatalogFile } from '@tillkit/server/catalog/read-catalog-file';
import { createStripeGateway } from '@tillkit/server/stripe/gateway';
import { SignJWT } from 'jose';
import { observe } from '../contract/observer.ts';
import {
  begin,
  catalogOf,
  createGate,
  drawing,
  judge,
  race,
  type Ask,
  type ChangeModeName,
  type Life,
  type Raced,
  type Sent,
  type Stage,
} from './change-model.ts';
import { shop, startServer, type TillProcess } from './till-process.ts';

const secretKey = 'sk_test_process';
const jwtSecret = 'the owner and the two processes share this secret';
/** A request that died holds its subscription for so long (store/pending-changes.ts), by the processes' own clocks. */
const heldMilliseconds = 41_000;

export interface ProcessRunOptions {
  readonly mode: ChangeModeName;
  readonly seed: number;
  readonly runs: number;
  /** How many of the runs see a process killed. */
  readonly kills: number;
  /** Address of a new PostgreSQL database. */
  readonly database: string;
}

export interface ProcessRuns {
  readonly runs: number;
  readonly wrong: readonly string[];
  readonly made: number;
  /** Requests whose process was killed. */
  readonly died: number;
}

/** Kills the process that makes one of the next calls to Stripe. */
interface Trap {
  readonly heard: boolean;
  callsLeft: number;
}

class TwoProcesses implements Stage {
  readonly client: Stage['client'];
  readonly draw: () => number;
  readonly now = (): number => Math.floor(Date.now() / 1000);
  readonly processes: TillProcess[] = [];
  /** Is set when requests cross, and not before. */
  nextTrap: Trap | undefined;
  trap: Trap | undefined;
  readonly #environments: readonly Readonly<Record<string, string>>[];
  /** A network of its own for each person, as the limits count them. */
  #person = 0;

  constructor(client: Stage['client'], draw: () => number, environments: readonly Readonly<Record<string, string>>[]) {
    this.client = client;
    this.draw = draw;
    this.#environments = environments;
  }

  async start(): Promise<void> {
    for (const [server, environment] of this.#environments.entries()) this.processes[server] ??= await startServer(environment);
  }

  async kill(server: number): Promise<void> {
    const dead = this.processes[server];
    delete this.processes[server];
    await dead?.end('SIGKILL');
  }

  async signIn(subject: string, customer: string): Promise<string> {
    this.#person += 1;
    const claims = { iss: 'shop', sub: subject, customer, jti: randomUUID() };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience('till')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(createSecretKey(Buffer.from(jwtSecret)));
    const { status, body } = await this.send(0, '', { method: 'POST', path: '/v1/sessions', body: { token } });
    if (status !== 201) throw new Error(`Signing in was answered ${status}: ${JSON.stringify(body)}`);
    return (body as unknown as { token: string }).token;
  }

  async send(server: number, token: string, { method, path, body }: Ask): Promise<Sent> {
    const response = await fetch(this.processes[server]!.url + path, {
      method,
      headers: {
        origin: shop,
        'x-forwarded-for': `10.${this.#person >> 8}.${this.#person & 255}.1`,
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : {} };
  }

  async race(token: string, ask: Ask): Promise<Sent | undefined> {
    const server = Math.floor(this.draw() * this.processes.length);
    const process = this.processes[server];
    [this.trap, this.nextTrap] = [this.nextTrap ?? this.trap, undefined];
    return this.send(server, token, ask).catch((error: unknown) => {
      if (this.processes[server] === process) throw error;
      return undefined;
    });
  }

  async outlive(): Promise<void> {
    // whoever runs these waits once for all that died
  }
}

/** Stripe as one of the processes reaches it. */
function stripeOf(server: number, sandbox: Sandbox, gate: () => Promise<void>, stage: () => TwoProcesses | undefined): ServerType {
  return serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      await gate();
      const trap = stage()?.trap;
      if (trap) {
        trap.callsLeft -= 1;
        if (trap.callsLeft === 0) {
          stage()!.trap = undefined;
          if (trap.heard) await sandbox.fetch(request);
          await stage()!.kill(server);
        }
      }
      return sandbox.fetch(request);
    },
  });
}

const addressOf = async (server: ServerType): Promise<string> => {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
};

/** Runs so many interleavings of two to four requests. */
export async function runChangesInProcesses({ mode, seed, runs, kills, database }: ProcessRunOptions): Promise<ProcessRuns> {
  const draw = drawing(seed);
  const sandbox = createSandbox({ observe });
  const folder = mkdtempSync(join(tmpdir(), 'tillkit-processes-'));
  const catalog = join(folder, 'till.catalog.json');
  writeFileSync(catalog, JSON.stringify(catalogOf(mode)));
  const parts: { stage?: TwoProcesses } = {};
  const gate = createGate(draw);
  const ways = [0, 1].map((server) => stripeOf(server, sandbox, gate, () => parts.stage));
  try {
    const gateway = createStripeGateway({ secretKey }, async (input, init) => sandbox.fetch(new Request(input, init)));
    const { steps, take } = await planCatalog(gateway, await readCatalogFile(catalog));
    for (const step of steps) await take(step);
    const environments = await Promise.all(
      ways.map(async (way) => ({
        STRIPE_SECRET_KEY: secretKey,
        STRIPE_API_BASE: await addressOf(way),
        STRIPE_WEBHOOK_SECRET: 'whsec_of_two_processes',
        TILL_ORIGINS: shop,
        TILL_CATALOG: catalog,
        TILL_JWT_SECRET: jwtSecret,
        DATABASE_URL: database,
        TRUSTED_PROXY_CIDRS: '127.0.0.1/32',
        HOST: '127.0.0.1',
        PORT: '0',
      })),
    );
    const stage = (parts.stage = new TwoProcesses(await gateway(), draw, environments));
    await stage.start();
    return await play(stage, { mode, seed, runs, kills });
  } finally {
    await Promise.all((parts.stage?.processes ?? []).map((process) => process?.end('SIGTERM')));
    for (const way of ways) way.close();
    rmSync(folder, { recursive: true });
  }
}

async function play(stage: TwoProcesses, { mode, seed, runs, kills }: Omit<ProcessRunOptions, 'database'>): Promise<ProcessRuns> {
  const wrong: string[] = [];
  let [made, died] = [0, 0];
  const close = async (run: number, life: Life, raced: Raced): Promise<void> => {
    const outcome = await judge(stage, life, raced);
    made += outcome.made ? 1 : 0;
    died += outcome.died;
    for (const fault of outcome.faults) wrong.push(`${mode}, seed ${seed}, run ${run}: ${fault}`);
  };
  // those who are killed are looked at last, when nobody holds any more what they did
  const left: { readonly run: number; readonly life: Life; readonly raced: Raced }[] = [];
  for (let run = 0; run < kills; run += 1) {
    const life = await begin(stage, run);
    stage.nextTrap = { heard: stage.draw() < 0.5, callsLeft: 1 + Math.floor(stage.draw() * 4) };
    left.push({ run, life, raced: await race(stage, life) });
    stage.trap = undefined;
    await stage.start();
  }
  const killedAt = Date.now();
  let life = await begin(stage, kills);
  for (let run = kills; run < runs; run += 1) {
    await close(run, life, await race(stage, life));
    // by the limits of one session
    if (run % 4 === 3) life = await begin(stage, run + 1);
  }
  await pause(Math.max(0, killedAt + heldMilliseconds - Date.now()));
  for (const { run, life: one, raced } of left) await close(run, one, raced);
  return { runs, wrong, made, died };
}
