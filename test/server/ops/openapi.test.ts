import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '@tillkit/server/ops/api-description';
import { startTill, type TestTill } from '../../support/till.ts';

interface Document {
  openapi: string;
  paths: Record<
    string,
    Record<string, { responses: Record<string, unknown>; requestBody?: { content: Record<string, { schema: Record<string, unknown> }> } }>
  >;
}

describe('GET /openapi.json', () => {
  let till: TestTill;
  beforeAll(async () => {
    till = await startTill();
  });
  afterAll(() => till.close());

  it('lists every route that is mounted, and no other', () => {
    const mounted = till.app.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.endsWith('*'))
      .map(({ method, path }) => `${method} ${path}`);
    const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect([...new Set(mounted)].toSorted()).toEqual([...described].toSorted());
  });

  it('describes requests and answers by the contract’s own schemas', async () => {
    const { body } = await till.call<Document>('GET', '/openapi.json', { origin: null });
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toContain('/v1/subscriptions/{id}/changes');
    const checkout = body.paths['/v1/checkout-sessions']!.post!;
    expect(checkout.requestBody!.content['application/json']!.schema).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['selection', 'returnUrl', 'verifierHash'],
    });
    expect(Object.keys(checkout.responses)).toEqual(expect.arrayContaining(['201', '400', '403', '409', '429', '502']));
  });

  it('says of everything about a customer that it may be another’s by the time', async () => {
    const { body } = await till.call<Document>('GET', '/openapi.json', { origin: null });
    const about = operations.filter(({ path, access }) => access === 'session' || path === '/v1/checkout-sessions');
    const silent = about.filter(({ method, path }) => {
      const { responses } = body.paths[path.replaceAll(/:(\w+)/gu, '{$1}')]![method]!;
      return !JSON.stringify(responses['409'] ?? '').includes('not_possible_now');
    });
    expect([about.length > 10, silent]).toEqual([true, []]);
  });
});
