#!/usr/bin/env node
/** Serves the sandbox: `tillkit-sandbox --port 4242 [--card-port 4243] [--now 2026-11-20T12:00:00Z]`. */
import { parseArgs } from 'node:util';
import { createSandbox } from './sandbox.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '4242' }, 'card-port': { type: 'string', default: '4243' }, now: { type: 'string' } },
});

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

const hostname = '127.0.0.1';
const port = portOf(values.port, 'port');
const cardPort = portOf(values['card-port'], 'card-port');
const sandbox = createSandbox({
  publicUrl: `http://${hostname}:${port}`,
  cardOrigin: `http://${hostname}:${cardPort}`,
  ...startOf(values.now),
});
const servers = [await sandbox.listen({ port, hostname }), await sandbox.listen({ port: cardPort, hostname })];

console.log(`Stripe stand-in   http://${hostname}:${port}  (any sk_test_ key)`);
console.log(`Clock and events  http://${hostname}:${port}/_sandbox/`);
console.log(`Card fields       http://${hostname}:${cardPort}`);

function stop(): void {
  void Promise.all(servers.map((server) => server.close())).then(() => process.exit(0));
}
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
