#!/usr/bin/env node
/** Serves the sandbox: `tillkit-sandbox --port 4242 --seed shop.json`; `--help` names the rest. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { SandboxOptions } from './options.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { parseSeed } from './seed/seed.ts';
import type { Snapshot } from './snapshot/snapshot.ts';

const help = `tillkit-sandbox: a stateful stand-in for Stripe Billing

  --port 4242          the API, its pages and /_sandbox/; 0 takes a free one
  --card-port 4243     second origin, for the iframe with the card fields
  --now 2026-11-20     the clock stands there until it is turned; without it, it runs
  --seed FILE          objects to begin with
  --snapshot FILE      goes on from this file when it is there, and is saved to it when it ends
  --rate-limits        answers 429 over 25 calls a second`;

const hostname = '127.0.0.1';

function portOf(text: string, name: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--${name} must be a port number, not "${text}".`);
  return port;
}

function startOf(text: string | undefined): { now?: number } {
  if (text === undefined) return {};
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new Error(`--now must be an ISO date, not "${text}".`);
  return { now: Math.floor(milliseconds / 1000) };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

async function begin(sandbox: Sandbox, seed: string | undefined, snapshot: string | undefined): Promise<void> {
  if (snapshot !== undefined && existsSync(snapshot)) sandbox.restore((await readJson(snapshot)) as Snapshot);
  else if (seed !== undefined) {
    const names = await sandbox.seed(parseSeed(await readJson(seed)));
    for (const [name, id] of Object.entries(names)) console.log(`${name.padEnd(18)}${id}`);
  }
}

async function serve(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4242' },
      'card-port': { type: 'string', default: '4243' },
      now: { type: 'string' },
      seed: { type: 'string' },
      snapshot: { type: 'string' },
      'rate-limits': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  let cardOrigin = '';
  const options: SandboxOptions = { rateLimits: values['rate-limits'], cardOrigin: () => cardOrigin, ...startOf(values.now) };
  const sandbox = createSandbox(options);
  const main = await sandbox.listen({ port: portOf(values.port, 'port'), hostname });
  const card = await sandbox.listen({ port: portOf(values['card-port'], 'card-port'), hostname });
  cardOrigin = card.url;
  const stop = async (code: number): Promise<void> => {
    if (code === 0 && values.snapshot !== undefined) await writeFile(values.snapshot, JSON.stringify(await sandbox.snapshot()));
    await Promise.all([main.close(), card.close()]);
    process.exitCode = code;
  };
  process.once('SIGINT', () => void stop(0));
  process.once('SIGTERM', () => void stop(0));
  try {
    await begin(sandbox, values.seed, values.snapshot);
  } catch (error) {
    await stop(1);
    throw error;
  }
  console.log(`Stripe stand-in   ${main.url}  (any sk_test_ key)`);
  console.log(`Control page      ${main.url}/_sandbox/`);
  console.log(`Card fields       ${card.url}`);
}

try {
  await serve();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
