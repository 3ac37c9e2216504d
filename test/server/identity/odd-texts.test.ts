/** Texts that a database would refuse or mix up: refused where they are read, on every way in. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { hashSecret } from '@tillkit/server/identity/session-token';
import { databases } from '../../support/databases.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const apiKey = 'an-owner-key-of-at-least-32-characters';
const odd = ['\0', '\ud800', '\udbff', '\udc00x'];

describe.each(databases)('odd texts on %s', (_, openDatabase) => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill({ database: await openDatabase(), config: { apiKeyHashes: [hashSecret(apiKey)] } });
  });
  afterEach(() => till.close());

  it.each(['sub', 'iss', 'jti', 'email'])('are refused in the claim %s', async (claim) => {
    for (const text of odd) {
      const claims = { email_verified: true, [claim]: `some-text-of-a-claim${text}@example.com` };
      const token = await till.ownerToken('ada', claims);
      const { status, body } = await till.call<Problem>('POST', '/v1/sessions', { body: { token } });
      expect([status, body.code]).toEqual([401, 'token_invalid']);
    }
  });

  it('are refused in whatever else a page sends', async () => {
    const token = await till.signIn('ada');
    const { verifierHash } = newVerifier();
    const selection = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
    for (const text of odd) {
      const bodies: [string, unknown][] = [
        ['/v1/checkout-sessions', { selection: { ...selection, planId: `team${text}` }, returnUrl: shop, verifierHash }],
        ['/v1/checkout-sessions', { selection: { ...selection, addOns: { [text]: 1 } }, returnUrl: shop, verifierHash }],
        ['/v1/checkout-sessions', { selection, returnUrl: `${shop}/${text}`, verifierHash }],
        ['/v1/subscriptions/sub_1/cancel', { comment: `bye${text}` }],
        ['/v1/payment-methods/added', { checkoutSessionId: `cs_${text}` }],
      ];
      for (const [path, body] of bodies) expect((await till.call('POST', path, { token, body })).status).toBe(400);
    }
  });

  it('are refused in the query and in the path', async () => {
    const token = await till.signIn('ada');
    const owner = { authorization: `Bearer ${apiKey}` };
    expect((await till.call('GET', '/v1/entitlements?subject=a%00b', { headers: owner, origin: null })).status).toBe(400);
    expect((await till.call('GET', '/v1/entitlements?subject=ada&issuer=%00', { headers: owner, origin: null })).status).toBe(400);
    expect((await till.call('GET', '/v1/subscriptions/sub_%00', { token })).status).toBe(404);
    expect((await till.call('POST', '/v1/subscriptions/sub_%00/resume', { token })).status).toBe(404);
    expect((await till.call('GET', '/v1/invoices?after=in_%00', { token })).status).toBeLessThan(500);
    expect((await till.call('GET', '/v1/subscriptions?locale=%00', { token })).status).toBe(200);
  });
});
