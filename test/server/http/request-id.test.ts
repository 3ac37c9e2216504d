import { describe, expect, it } from 'vitest';
import { startTill } from '../../support/till.ts';

const uuidv7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u;

describe('the id of a request', () => {
  it.each([
    ['a trusted proxy names one', '10.1.2.3', 'proxy-id_0123456789', true],
    ['a trusted proxy names a short one', '10.1.2.3', 'short', false],
    ['a trusted proxy names a long one', '10.1.2.3', 'x'.repeat(65), false],
    ['a trusted proxy names one with other characters', '10.1.2.3', 'id 0123456789', false],
    ['a stranger names one', '192.0.2.1', 'proxy-id_0123456789', false],
    ['nobody knows who names one', undefined, 'proxy-id_0123456789', false],
  ])('when %s', async (_, from, given, kept) => {
    const till = await startTill({ config: { trustedProxies: ['10.0.0.0/8'] } });
    const { headers } = await till.call('GET', '/healthz', { headers: { 'x-request-id': given }, ...(from && { from }) });
    if (kept) expect(headers.get('x-request-id')).toBe(given);
    else expect(headers.get('x-request-id')).toMatch(uuidv7);
    await till.close();
  });

  it('is never taken where no proxy is named', async () => {
    const till = await startTill();
    const { headers } = await till.call('GET', '/healthz', { headers: { 'x-request-id': 'proxy-id_0123456789' }, from: '127.0.0.1' });
    expect(headers.get('x-request-id')).toMatch(uuidv7);
    await till.close();
  });
});
