/**
 * The app on a port of Node.
 *
 * Promise: a slow or idle client holds no socket for long and costs little meanwhile, and a stop lets every begun request end, for ten seconds.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import type { TillApp } from '../app.ts';
import { whenArrived } from '../http/incoming-body.ts';
import { apiBodyLimit, webhookBodyLimit } from '../http/read-body.ts';

/** Far below Node's own 60 s and 300 s, which a few hundred slow sockets exploit. */
const serverOptions = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 16 * 1024,
};
const maxConnections = 2000;
const maxRequestsPerSocket = 1000;
/** Of the ten seconds that an init system gives, some are for the database. */
const stopWithin = 9000;
/** Who has a connection, or is at the door, is still answered for so long after the word to stop. */
const farewell = 250;
/** Who waits at the door is answered before what was left from the last time is taken up. */
const startAfter = 100;

export interface RunningServer {
  readonly url: string;
  /** Takes no more requests, ends the begun ones, then everything else. */
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly hostname: string;
  readonly port: number;
  /** Milliseconds after which a stop waits for nobody any more; default 9000. */
  readonly stopWithin?: number;
}

/** Starts listening; resolves with the address once it does. */
export async function serve(app: TillApp, { hostname, port, stopWithin: patience = stopWithin }: ServeOptions): Promise<RunningServer> {
  const listener = getRequestListener((request, bindings) => app.fetch(request, bindings), { overrideGlobalObjects: false });
  const goodbyes = createGoodbyes();
  const server = createServer(serverOptions, (incoming, outgoing) => {
    goodbyes.watch(outgoing);
    whenArrived(
      incoming,
      incoming.url?.startsWith('/webhooks/') ? webhookBodyLimit : apiBodyLimit,
      () => void listener(incoming, outgoing),
    );
  });
  server.maxConnections = maxConnections;
  server.maxRequestsPerSocket = maxRequestsPerSocket;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, hostname, resolve));
  const beginning = setTimeout(() => app.start(), startAfter);
  return {
    url: urlOf(server),
    async close() {
      clearTimeout(beginning);
      const stopped = app.stop();
      goodbyes.begin();
      await wait(farewell);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.race([Promise.all([stopped, closed]), wait(patience - farewell, undefined, { ref: false })]);
      server.closeAllConnections();
    },
  };
}

/** Once begun, every answer ends its connection, so that a proxy that keeps connections open takes none of ours for its next request. */
function createGoodbyes() {
  const open = new Set<ServerResponse>();
  let begun = false;
  return {
    watch(answer: ServerResponse): void {
      if (begun) answer.shouldKeepAlive = false;
      open.add(answer);
      answer.once('close', () => open.delete(answer));
    },
    begin(): void {
      begun = true;
      for (const answer of open) answer.shouldKeepAlive = false;
    },
  };
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}
