import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '@tillkit/server';
import { startTill, type RunningTill } from '../../support/till.ts';

describe('the server on a port', () => {
  let till: RunningTill;
  beforeEach(async () => {
    till = await startTill({ listen: true });
  });
  afterEach(() => till.close());

  it('answers over HTTP, with the address of the socket for its limits', async () => {
    const health = await fetch(`${till.url}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    const ready = await fetch(`${till.url}/readyz`);
    expect(await ready.json()).toEqual({
      status: 'ready',
      checks: {
        process: 'ok',
        database: 'ok',
        migrations: 'ok',
        inbox: 'ok',
        outbox: 'ok',
        signatures: 'ok',
        clock: 'ok',
        disk: 'ok',
        catalog: 'ok',
      },
    });
  });

  it('gives a compressed catalog to a client that takes it', async () => {
    const response = await fetch(`${till.url}/v1/catalog`, { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(((await response.json()) as { plans: unknown[] }).plans).toHaveLength(3);
  });

  it('refuses a body that is too large before it is sent whole', async () => {
    const { port } = new URL(till.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', reject).on('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.write(
        `POST /v1/sessions HTTP/1.1\r\nHost: till\r\nOrigin: https://shop.example\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n{`,
      );
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /u);
  });

  it('begins a request when its body is there, and not before', async () => {
    const begun: string[] = [];
    const app = {
      ...till.app,
      fetch: (request: Request, bindings?: unknown) => (begun.push(request.url), till.app.fetch(request, bindings)),
    };
    const server = await serve(app, { hostname: '127.0.0.1', port: 0 });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write('POST /webhooks/stripe HTTP/1.1\r\nHost: till\r\nConnection: close\r\nContent-Length: 4\r\n\r\nhal');
    const healthy = async (): Promise<boolean> => (await fetch(`${server.url}/healthz`)).ok;
    expect([await healthy(), await healthy()]).toEqual([true, true]);
    expect(begun.filter((url) => url.endsWith('/stripe'))).toEqual([]);
    socket.write('f');
    const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /u);
    expect(begun.filter((url) => url.endsWith('/stripe'))).toHaveLength(1);
    await server.close();
  });

  it('refuses headers that are too large', async () => {
    const { status } = await fetch(`${till.url}/healthz`, { headers: { 'x-large': 'x'.repeat(20_000) } });
    expect(status).toBe(431);
  });
});
