/** Serving the sandbox on a loopback port. */
import { serve, type ServerType } from '@hono/node-server';

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

const closed = (server: ServerType): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    if ('closeAllConnections' in server) server.closeAllConnections();
  });

export function listen(
  fetch: (request: Request) => Promise<Response>,
  { port = 0, hostname = '127.0.0.1' }: { readonly port?: number; readonly hostname?: string },
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname }, ({ port: taken }) =>
      resolve({ url: `http://${hostname}:${taken}`, close: () => closed(server) }),
    );
    server.once('error', reject);
  });
}
