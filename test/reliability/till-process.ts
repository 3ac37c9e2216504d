/** `till serve` as a process of its own, with a sandbox on a port of this one: what an owner runs, to be signalled and killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createSandbox, type Sandbox } from '@tillkit/sandbox';
import { planCatalog } from '@tillkit/server/catalog/apply-catalog';
import { readCatalogFile } from '@tillkit/server/catalog/read-catalog-file';
import { createStripeGateway } from '@tillkit/server/stripe/gateway';
import { observe } from '../contract/observer.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const sources = ['--conditions=source', 'packages/server/src/cli.ts'];
/** The program as it is published, after `npm run build`. */
export const published = ['packages/server/dist/till.js'];
const catalog = `${repository}examples/catalogs/team-suite.json`;
const secretKey = 'sk_test_process';
export const webhookSecret = 'whsec_of_a_process';
export const shop = 'https://shop.example';

export interface SandboxProcessParts {
  readonly sandbox: Sandbox;
  /** What `till serve` needs, but for its database. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A sandbox that holds the catalog, reachable by other processes. */
export async function startStripe(): Promise<SandboxProcessParts> {
  const sandbox = createSandbox({ observe });
  const { url, close } = await sandbox.listen({ port: 0 });
  const stripe = createStripeGateway({ secretKey, apiBase: new URL(url) });
  const { steps, take } = await planCatalog(stripe, await readCatalogFile(catalog));
  for (const step of steps) await take(step);
  const environment = {
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_API_BASE: url,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    TILL_ORIGINS: shop,
    TILL_CATALOG: catalog,
    HOST: '127.0.0.1',
    PORT: '0',
  };
  return { sandbox, environment, close };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface TillProcess {
  readonly url: string;
  readonly pid: number;
  /** What it has written so far, on both outputs. */
  output(): string;
  /** Sends a signal; resolves when the process has ended. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** Starts a command of the `till` program. */
export function spawnTill(words: readonly string[], environment: Readonly<Record<string, string>>, program = sources): ChildProcess {
  const env = { PATH: process.env.PATH, STRIPE_SUPPRESS_NOTICES: 'true', ...environment };
  return spawn(process.execPath, [...program, ...words], { cwd: repository, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

export interface RanProcess extends Ended {
  readonly output: string;
}

/** Runs a command of the `till` program to its end. */
export async function runToEnd(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<RanProcess> {
  const child = spawnTill(words, environment);
  const output = collect(child);
  return { ...(await ended(child)), output: output() };
}

/** Starts `till serve`; resolves when it has said where it listens, throws with its words when it ends before. */
export async function startServer(environment: Readonly<Record<string, string>>, program = sources): Promise<TillProcess> {
  const child = spawnTill(['serve'], environment, program);
  const output = collect(child);
  const gone = ended(child);
  const said = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const address = /^ *Server +(http:\S+)$/u.exec(line)?.[1];
      if (address) resolve(address);
    });
  });
  const url = await Promise.race([said, gone.then(() => undefined)]);
  if (url === undefined) throw new Error(output());
  return {
    url,
    pid: child.pid!,
    output,
    end(signal) {
      child.kill(signal);
      return gone;
    },
  };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data) => (text += String(data)));
  return () => text;
}

const ended = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
