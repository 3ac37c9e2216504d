/** Threat table, rows 36 and 37: nobody makes the server work, wait or remember more than he does himself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBombs, openSlowSockets, throwBomb } from './bombs.ts';
import { startServer, startStripe, type SandboxProcessParts, type TillProcess } from './till-process.ts';

let stripe: SandboxProcessParts;
let server: TillProcess;
beforeAll(async () => {
  stripe = await startStripe();
  server = await startServer({ ...stripe.environment, TILL_DATABASE: ':memory:' });
});
afterAll(async () => {
  await server.end('SIGTERM');
  await stripe.close();
});

const isHealthy = async (): Promise<boolean> => (await fetch(`${server.url}/healthz`)).status === 200;

describe('a body that is a bomb', () => {
  it.each(makeBombs().map((bomb) => [bomb.name, bomb.path, bomb] as const))('of %s is refused at %s', async (_, _path, bomb) => {
    const { status, bytesSent } = await throwBomb(server.url, bomb);
    // 0: the connection was closed while more came than was announced
    expect([0, 400, 413, 415]).toContain(status);
    // the socket's own buffers are the most that anybody gets rid of
    expect(bytesSent).toBeLessThan(20 * 1024 * 1024);
    expect(await isHealthy()).toBe(true);
  });

  it('leaves no event behind', async () => {
    const ready = await fetch(`${server.url}/readyz`);
    expect(await ready.json()).toMatchObject({ checks: { database: 'ok', inbox: 'ok' } });
    expect(server.output()).not.toContain('"level":"error"');
  });
});

describe('a thousand sockets that never finish their headers', () => {
  it('keep nobody else waiting, and are closed', async () => {
    const slow = await openSlowSockets(server.url, 1000, 'headers');
    let answered = 0;
    while (slow.count() < 1000) {
      expect(await isHealthy()).toBe(true);
      answered += 1;
    }
    await slow.closed;
    expect(answered).toBeGreaterThan(100);
  });
});
