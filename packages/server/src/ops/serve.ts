/**
 * The app on a port of Node.
 *
 * Promise: a slow or idle client holds no socket for long, and a stop lets every begun request end, for ten seconds.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { TillApp } from '../app.ts';

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
const stopWithin = 10_000;
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
}

/** Starts listening; resolves with the address once it does. */
export async function serve(app: TillApp, { hostname, port }: ServeOptions): Promise<RunningServer> {
  const listener = getRequestListener((request, bindings) => app.fetch(request, bindings), { overrideGlobalObjects: false });
  const server = createServer(serverOptions, (incoming, outgoing) => void listener(incoming, outgoing));
  server.maxConnections = maxConnections;
  server.maxRequestsPerSocket = maxRequestsPerSocket;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, hostname, resolve));
  const beginning = setTimeout(() => app.start(), startAfter);
  return {
    url: urlOf(server),
    close() {
      clearTimeout(beginning);
      return close(server, app);
    },
  };
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}

async function close(server: Server, app: TillApp): Promise<void> {
  const stopped = app.stop();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const impatience = setTimeout(() => server.closeAllConnections(), stopWithin).unref();
  await Promise.all([stopped, closed]);
  clearTimeout(impatience);
}
