/** Serving the sandbox on a loopback port. */
import { serve, type ServerType } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { ConnectionCut } from './http/faults.ts';

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

const closed = (server: ServerType): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    if ('closeAllConnections' in server) server.closeAllConnections();
  });

interface Connection {
  readonly outgoing: { destroy(): unknown };
}

/** A cut connection becomes a closed socket, with no answer at all. */
async function answerOrCut(answer: Promise<Response>, { outgoing }: Connection): Promise<Response> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ConnectionCut)) throw error;
    outgoing.destroy();
    return RESPONSE_ALREADY_SENT;
  }
}

export function listen(
  fetch: (request: Request) => Promise<Response>,
  { port = 0, hostname = '127.0.0.1' }: { readonly port?: number; readonly hostname?: string },
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const cutting = (request: Request, env: Connection): Promise<Response> => answerOrCut(fetch(request), env);
    const server = serve({ fetch: cutting, port, hostname }, ({ port: taken }) =>
      resolve({ url: `http://${hostname}:${taken}`, close: () => closed(server) }),
    );
    server.once('error', reject);
  });
}
