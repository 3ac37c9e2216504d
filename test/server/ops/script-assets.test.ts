import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { startTill, type TestTill } from '../../support/till.ts';

describe('the script tag', () => {
  let folder: string;
  let till: TestTill;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'till-script-'));
    mkdirSync(join(folder, 'till'));
    writeFileSync(join(folder, 'till.js'), 'globalThis.catalog=/*till:catalog*/null;');
    writeFileSync(join(folder, 'till', 'panel-abc123.js'), 'export const panel=1;');
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    till = await startTill({
      catalog: {
        locales: ['en'],
        defaultCurrency: 'usd',
        currencies: ['usd'],
        plans: [{ id: 'one', name: '</script><script>alert(1)</script>\u2028', prices: [{ interval: 'month', amounts: { usd: 500 } }] }],
      },
      app: { scriptDirectory: folder },
    });
  });
  afterEach(async () => {
    await till.close();
    rmSync(folder, { recursive: true });
  });

  const text = async (path: string) => (await till.app.request(path)).text();

  it('carries the catalog, escaped for a script', async () => {
    const script = await text('/till.js');
    expect(script).not.toContain('</script');
    expect(script).not.toContain('\u2028');
    const catalog = JSON.parse(script.slice('globalThis.catalog='.length, -1)) as Catalog;
    expect(catalog).toEqual((await till.call<Catalog>('GET', '/v1/catalog')).body);
  });

  it('carries it in the language that is asked for', async () => {
    expect(await text('/till.js?locale=de')).toContain('"locale":"de"');
  });

  it('is cached for a minute and confirmed by its ETag, its parts are kept for ever', async () => {
    const script = await till.app.request('/till.js');
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect(script.headers.get('cache-control')).toBe('public, max-age=60, stale-while-revalidate=86400');
    const again = await till.app.request('/till.js', { headers: { 'if-none-match': script.headers.get('etag')! } });
    expect(again.status).toBe(304);
    const part = await till.app.request('/till/panel-abc123.js');
    expect(await part.text()).toBe('export const panel=1;');
    expect(part.headers.get('cache-control')).toContain('immutable');
  });

  it('comes compressed', async () => {
    const response = await till.app.request('/till/panel-abc123.js', { headers: { 'accept-encoding': 'br' } });
    expect(brotliDecompressSync(Buffer.from(await response.arrayBuffer())).toString()).toBe('export const panel=1;');
  });

  it.each([
    '/till/..%2fsecret.txt',
    '/till/%2e%2e/secret.txt',
    '/till/..\\secret.txt',
    '/till/secret.txt',
    '/till/nothing.js',
    '/till//etc/passwd',
    '/till/%00.js',
    '/till/.js',
  ])('gives nothing for %s', async (path) => {
    expect((await till.app.request(path)).status).toBe(404);
  });

  it('loads without a catalog when Stripe does not answer', async () => {
    const lonely = await startTill({
      app: {
        scriptDirectory: folder,
        stripeFetch: () => Promise.resolve(new Response('{"error":{"type":"invalid_request_error"}}', { status: 400 })),
      },
    });
    expect(await (await lonely.app.request('/till.js')).text()).toBe('globalThis.catalog=/*till:catalog*/null;');
    await lonely.close();
  });
});
