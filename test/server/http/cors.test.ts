import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { createLog } from '@tillkit/server';
import { shop, startTill, type TestTill } from '../../support/till.ts';

const foreign = [
  'null',
  'https://evil.example',
  'http://shop.example',
  'https://shop.example:443',
  'https://shop.example:8443',
  'https://shop.example/',
  'https://shop.example.evil.example',
  'https://evilshop.example',
  'https://sub.shop.example',
  'https://SHOP.example',
  'https://shop.example.',
  'https://shop.example%00',
  'https://shop.example%60.evil.example',
  'https://shop.example, https://evil.example',
  'https://evil.example, https://shop.example',
  'https://shop.example https://evil.example',
  'https://user@shop.example',
  'https://xn--shop-example',
  'shop.example',
  '//shop.example',
  '*',
  'file://',
  'chrome-extension://abcdefg',
  'https://localhost',
  '',
];

describe('who may call', () => {
  let till: TestTill;
  beforeAll(async () => {
    till = await startTill();
  });
  afterAll(() => till.close());

  it.each(foreign)('refuses the origin %j', async (origin) => {
    const preflight = await till.call('OPTIONS', '/v1/sessions', { origin, headers: { 'access-control-request-method': 'POST' } });
    const { status, headers, body } = await till.call<Problem>('POST', '/v1/sessions', { origin, body: { token: 'x' } });
    expect([preflight.status, status, body.code]).toEqual([204, 403, 'origin_not_allowed']);
    for (const answer of [preflight.headers, headers]) {
      // the refusal may be read, and names no origin; nothing else may
      expect(answer.get('access-control-allow-origin')).toBe('*');
      expect(answer.get('access-control-expose-headers')).toBeNull();
      expect(answer.get('access-control-allow-credentials')).toBeNull();
      expect(answer.get('vary')).toContain('Origin');
    }
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization, content-type');
  });

  it('refuses a write that names no origin', async () => {
    expect((await till.call('POST', '/v1/sessions', { origin: null, body: { token: 'x' } })).status).toBe(403);
    expect((await till.call('DELETE', '/v1/sessions', { origin: null })).status).toBe(403);
  });

  it('lets reads through that name no origin, and opens their answers to no page', async () => {
    for (const method of ['GET', 'HEAD']) {
      const { status, headers } = await till.app.request('/v1/subscriptions', { method });
      expect([method, status]).toEqual([method, 401]);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('access-control-expose-headers')).toBeNull();
      expect(headers.get('vary')).toContain('Origin');
    }
  });

  it('names the line to add in the log, once for each page in an hour, and for no invented page without end', async () => {
    const lines: string[] = [];
    const other = await startTill({ app: { log: createLog((line) => lines.push(line)) } });
    const told = (): string[] => lines.filter((line) => line.includes('origin.not_allowed'));
    const ask = (origin: string) => other.call('GET', '/v1/subscriptions', { origin });
    for (let times = 0; times < 3; times += 1) await ask('https://www.shop.example');
    expect(told()).toEqual([expect.stringContaining('TILL_ORIGINS=https://shop.example,https://www.shop.example')]);
    for (const origin of ['null', 'file://', 'https://x.example/path']) await ask(origin);
    expect(told()).toHaveLength(1);
    for (let page = 0; page < 40; page += 1) await ask(`https://page-${page}.example`);
    expect(told()).toHaveLength(20);
    await other.advance(3600);
    await ask('https://www.shop.example');
    expect(told()).toHaveLength(21);
    await other.close();
  });

  it('refuses reads of foreign pages', async () => {
    expect((await till.call('GET', '/v1/subscriptions', { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('lets the page read the headers that it needs, and says nothing of a preflight that it was not', async () => {
    const { headers } = await till.call('GET', '/v1/subscriptions');
    expect(headers.get('access-control-allow-origin')).toBe(shop);
    expect(headers.get('access-control-expose-headers')).toBe('Retry-After, Till-Session, X-Request-Id');
    for (const name of ['allow-methods', 'allow-headers', 'max-age']) expect(headers.get(`access-control-${name}`)).toBeNull();
  });

  it('answers the preflight of an allowed page, without credentials', async () => {
    const { status, headers } = await till.call('OPTIONS', '/v1/sessions', { headers: { 'access-control-request-method': 'POST' } });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(shop);
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST, DELETE');
    expect(headers.get('access-control-allow-headers')).toBe('authorization, content-type');
    expect(headers.get('access-control-max-age')).toBe('600');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('lets any page read the catalog and the script', async () => {
    for (const path of ['/v1/catalog', '/till.js']) {
      const response = await till.app.request(path, { headers: { origin: 'https://anybody.example' } });
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(response.headers.get('vary')).toContain('Origin');
    }
  });

  it('opens nothing else to everybody', async () => {
    for (const path of ['/healthz', '/readyz', '/openapi.json', '/v1/subscriptions', '/v1/nothing', '/nothing']) {
      const response = await till.app.request(path);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('sets no cookie and sends the same safety headers everywhere', async () => {
    for (const path of ['/healthz', '/v1/subscriptions', '/v1/catalog', '/nothing']) {
      const { headers } = await till.app.request(path);
      expect(headers.get('set-cookie')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('strict-transport-security')).toContain('max-age=');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/u);
    }
    expect((await till.app.request('/v1/subscriptions')).headers.get('cache-control')).toBe('no-store');
  });

  it('answers a method that a path does not take with the ones that it does', async () => {
    const { status, headers, body } = await till.call<Problem>('PUT', '/v1/sessions', { body: {} });
    expect([status, body.code, headers.get('allow')]).toEqual([405, 'method_not_allowed', 'POST, DELETE']);
  });

  it('answers an unknown path with a problem', async () => {
    const { status, body, headers } = await till.call<Problem>('GET', '/v1/nothing');
    expect([status, body.code, headers.get('content-type')]).toEqual([404, 'not_found', 'application/problem+json']);
  });
});
