import { createServer } from 'node:net';

/** Whether a port could be opened: the port itself, or undefined when somebody has it. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}

/** The wished ports on loopback, each replaced by a free one when it is taken. */
export async function freePorts(wished: readonly number[]): Promise<number[]> {
  const ports: number[] = [];
  for (const wish of wished) {
    let port = await tryPort(wish);
    while (port === undefined || ports.includes(port)) port = await tryPort(0);
    ports.push(port);
  }
  return ports;
}
