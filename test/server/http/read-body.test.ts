import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import fc from 'fast-check';
import { Hono } from 'hono';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whenArrived } from '@tillkit/server/http/incoming-body';
import { apiBodyLimit, readBody, readBytes, readJson, readOptionalJson } from '@tillkit/server/http/read-body';

const app = new Hono()
  .onError((error, c) => c.text('code' in error ? String(error.code) : error.message, 400))
  .post('/', async (c) => c.json(await readJson(c, v.strictObject({ name: v.string() }))));
const json = { 'content-type': 'application/json' };
const send = async (body: BodyInit, headers: Record<string, string> = json) =>
  (await app.request('/', { method: 'POST', body, headers })).text();

describe('readJson', () => {
  it('takes what the schema describes', async () => {
    expect(await send('{"name":"a"}', { 'content-type': 'application/json; charset=utf-8' })).toBe('{"name":"a"}');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp', ''])(
    'refuses %j, which a form could send',
    async (type) => {
      expect(await send('{"name":"a"}', type ? { 'content-type': type } : {})).toBe('json_expected');
    },
  );

  it.each([
    '',
    '{',
    'null',
    '[]',
    '"name"',
    '{"name":1}',
    '{"name":"a","more":1}',
    '{"name":"a","__proto__":{"x":1}}',
    '{"name":"a","constructor":1}',
  ])('refuses %j', async (body) => {
    expect(await send(body)).toBe('invalid_request');
  });

  it('refuses bytes that are not UTF-8', async () => {
    expect(await send(new Uint8Array([0x7b, 0xff, 0x7d]))).toBe('invalid_request');
  });

  it('refuses a body above the limit', async () => {
    expect(await send(JSON.stringify({ name: 'a'.repeat(apiBodyLimit) }))).toBe('body_too_large');
  });
});

describe.each([
  ['when it is asked for', false],
  ['before its request begins', true],
])('a body that Node hands out, read %s', (_, early) => {
  const optional = v.strictObject({ name: v.optional(v.string(), 'nobody') });
  const whole = new Hono()
    .onError((error, c) => c.text('code' in error ? String(error.code) : error.message, 400))
    .post('/bytes', async (c) => c.body(new Uint8Array(await readBody(c, 4096))))
    .post('/optional', async (c) => c.json(await readOptionalJson(c, optional)));
  let server: Server;
  let port: number;
  let left = 0;
  beforeAll(async () => {
    const listener = getRequestListener(whole.fetch, { overrideGlobalObjects: false });
    server = createServer((incoming, outgoing) => {
      incoming.once('close', () => (left = incoming.listenerCount('data') + incoming.listenerCount('end')));
      if (early) whenArrived(incoming, 4096, () => void listener(incoming, outgoing));
      else void listener(incoming, outgoing);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  /** Sends these pieces, each by itself; answers what comes back. */
  const post = (path: string, pieces: readonly Uint8Array[], headers: Record<string, string> = {}) =>
    new Promise<{ text: string; connection: string | undefined }>((resolve, reject) => {
      const asked = request({ port, path, method: 'POST', headers, agent: false }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ text: Buffer.concat(chunks).toString('latin1'), connection: answer.headers.connection }));
      });
      asked.on('error', reject);
      void (async () => {
        for (const piece of pieces) await new Promise((next) => asked.write(piece, next));
        asked.end();
      })();
    });

  it('is what was sent, in however many pieces', async () => {
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(pieces, async (sent) => {
        expect((await post('/bytes', sent)).text).toBe(Buffer.concat(sent).toString('latin1'));
      }),
      { numRuns: 40 },
    );
  });

  it('may be as long as the limit, and one byte more ends the connection', async () => {
    const half = new Uint8Array(2048).fill(65);
    expect((await post('/bytes', [half, half])).text).toHaveLength(4096);
    const refused = await post('/bytes', [half, half, new Uint8Array(1)]);
    expect([refused.text, refused.connection]).toEqual(['body_too_large', 'close']);
  });

  it('leaves nobody listening who went away in the middle of it', async () => {
    left = -1;
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /bytes HTTP/1.1\r\nHost: till\r\nContent-Length: 100\r\n\r\nhalf');
    await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBeGreaterThan(0);
    socket.destroy();
    await expect.poll(() => left).toBe(0);
    expect((await post('/bytes', [])).text).toBe('');
  });

  it('may be left out where it is optional, and must be JSON where it is not', async () => {
    expect((await post('/optional', [], { 'content-length': '0' })).text).toBe('{"name":"nobody"}');
    expect((await post('/optional', [Buffer.from('{"name":"ada"}')], { 'content-type': 'application/json' })).text).toBe('{"name":"ada"}');
    expect((await post('/optional', [Buffer.from('{"name":"ada"}')])).text).toBe('json_expected');
  });
});

describe('readBytes', () => {
  it('stops reading a stream that never says how long it is', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1024;
        controller.enqueue(new Uint8Array(1024));
      },
    });
    const request = new Request('https://till.example', { method: 'POST', body: endless, duplex: 'half' } as RequestInit);
    await expect(readBytes(request, 4096)).rejects.toMatchObject({ code: 'body_too_large' });
    expect(sent).toBeLessThanOrEqual(8192);
  });

  it('does not believe a Content-Length that is too small', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(5000));
        controller.close();
      },
    });
    const request = new Request('https://till.example', {
      method: 'POST',
      body,
      headers: { 'content-length': '10' },
      duplex: 'half',
    } as RequestInit);
    await expect(readBytes(request, 4096)).rejects.toMatchObject({ code: 'body_too_large' });
  });
});
