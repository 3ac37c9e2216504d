/** Threat 33: only pages on exactly allowed origins may call, however another origin is spelled. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { operations } from '@tillkit/server/ops/api-description';
import { shop, startTill, type TestTill } from '../support/till.ts';

const allowed = [shop, 'https://www.shop.example:8443'];

/** Forty spellings that are not one of the two. */
const foreign = [
  'null',
  'Null',
  'https://evil.example',
  'http://shop.example',
  'https://shop.example:443',
  'https://shop.example:8443',
  'https://shop.example:80',
  'https://shop.example/',
  'https://shop.example/path',
  'https://shop.example?',
  'https://shop.example#',
  'https://shop.example.evil.example',
  'https://shop.example-evil.example',
  'https://evilshop.example',
  'https://evil.example/https://shop.example',
  'https://evil.example#https://shop.example',
  'https://sub.shop.example',
  'https://SHOP.example',
  'HTTPS://shop.example',
  'https://shop.example.',
  'https://shop%2eexample',
  'https://shop.example%00',
  'https://shop.example%00.evil.example',
  'https://shop.example%60.evil.example',
  'https://shop.example, https://evil.example',
  'https://evil.example, https://shop.example',
  'https://shop.example https://evil.example',
  'https://user@shop.example',
  'https://shop.example@evil.example',
  'https://xn--shop-example',
  'https://sh\u00f6p.example',
  'https:shop.example',
  'https:/shop.example',
  'https:\\\\shop.example',
  'shop.example',
  '//shop.example',
  '*',
  'file://',
  'chrome-extension://abcdefghijklmnop',
  'https://www.shop.example',
];

const guarded = operations.filter(({ path, access }) => path.startsWith('/v1/') && access !== 'public');
const pathOf = (path: string): string => path.replace(':id', 'sub_of_nobody');

describe.each(guarded.map((operation) => [operation.method.toUpperCase(), operation.path] as const))('%s %s', (method, path) => {
  let till: TestTill;
  beforeAll(async () => {
    till = await startTill({ origins: allowed });
  });
  afterAll(() => till.close());

  it('refuses forty foreign origins, and tells pages of theirs that alone', async () => {
    expect(new Set(foreign).size).toBe(40);
    for (const origin of foreign) {
      const { status, headers, body } = await till.call<Problem>(method, pathOf(path), { origin, ...(method !== 'GET' && { body: {} }) });
      expect([origin, status, body.code]).toEqual([origin, 403, 'origin_not_allowed']);
      expect(Object.keys(body).toSorted()).toEqual(['code', 'instance', 'status', 'title', 'type']);
      const preflight = await till.call('OPTIONS', pathOf(path), { origin });
      for (const answer of [headers, preflight.headers]) {
        // that it was refused a page may read; its own name it is never told
        expect(answer.get('access-control-allow-origin')).toBe('*');
        expect(answer.get('access-control-expose-headers')).toBeNull();
        expect(answer.get('access-control-allow-credentials')).toBeNull();
        expect(answer.get('vary')).toContain('Origin');
      }
    }
    expect(till.stripeCalls.filter((call) => call.startsWith('POST /v1/checkout'))).toEqual([]);
  });

  it('answers the allowed ones with exactly their name, without credentials', async () => {
    for (const origin of allowed) {
      const { status, headers } = await till.call('OPTIONS', pathOf(path), { origin });
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('access-control-max-age')).toBe('600');
      expect(headers.get('vary')).toContain('Origin');
    }
  });
});
