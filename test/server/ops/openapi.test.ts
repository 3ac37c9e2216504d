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
});
