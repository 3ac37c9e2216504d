import { Hono } from 'hono';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { apiBodyLimit, readBytes, readJson } from '@tillkit/server/http/read-body';

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
