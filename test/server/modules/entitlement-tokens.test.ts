import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { entitlementTokens, readModule } from '@tillkit/server/modules/entitlement-tokens/entitlement-tokens';
import { shop, startTill, type TestTill } from '../../support/till.ts';

const issuer = 'https://billing.shop.example';

describe('signed entitlements', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill({ modules: [entitlementTokens(issuer)] });
  });
  afterEach(() => till.close());

  const keys = async () => (await till.call<JSONWebKeySet>('GET', '/.well-known/jwks.json', { origin: null })).body;
  /** As an owner's backend does it, without asking the server about the person. */
  const verify = async (token: string, set: JSONWebKeySet, audience = shop) =>
    jwtVerify(token, createLocalJWKSet(set), { issuer, audience, algorithms: ['EdDSA'], currentDate: new Date(till.now() * 1000) });
  const tokenOf = async (session: string): Promise<string> =>
    (await till.call<{ token: string }>('POST', '/v1/entitlement-tokens', { token: session })).body.token;

  it('are checked offline, for five minutes, by whoever they are meant for', async () => {
    const session = await till.signIn('ada');
    const [token, set] = [await tokenOf(session), await keys()];
    const { payload } = await verify(token, set);
    expect(payload).toMatchObject({ sub: 'ada', features: [], limits: {}, iss: issuer, aud: shop, exp: till.now() + 300 });
    await expect(verify(token, set, 'https://other.example')).rejects.toThrow('aud');
    await till.sandbox.clock.advance(301);
    await expect(verify(token, set)).rejects.toThrow('exp');
  });

  it('are not made for nobody, and by nobody else', async () => {
    expect((await till.call<Problem>('POST', '/v1/entitlement-tokens')).status).toBe(401);
    const other = await startTill({ modules: [entitlementTokens(issuer)] });
    const session = await other.signIn('ada');
    const { body } = await other.call<{ token: string }>('POST', '/v1/entitlement-tokens', { token: session });
    await expect(verify(body.token, await keys())).rejects.toThrow('signature');
    await other.close();
  });

  it('publish no private part, and stay good over a change of keys', async () => {
    const set = await keys();
    expect(JSON.stringify(set)).not.toContain('"d"');
    const before = new Set(set.keys.map(({ kid }) => kid));
    await till.sandbox.clock.advance(30 * 86_400);
    const after = await keys();
    expect(after.keys.filter(({ kid }) => before.has(kid!))).toHaveLength(2);
  });

  it('are checked with keys that were fetched before the key changed, and with those fetched after', async () => {
    const month = 30 * 86_400;
    await till.sandbox.clock.advance(month - (till.now() % month) - 60);
    const [before, old] = [await keys(), await tokenOf(await till.signIn('ada'))];
    await till.sandbox.clock.advance(120);
    const [after, fresh] = [await keys(), await tokenOf(await till.signIn('ada'))];
    for (const token of [old, fresh]) for (const set of [before, after]) await verify(token, set);
    expect(decodeProtectedHeader(old).kid).not.toBe(decodeProtectedHeader(fresh).kid);
  });

  it('end with the access that they tell of', async () => {
    const session = await till.signIn('ada');
    const { checkout } = await till.buy(
      { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} },
      { token: session },
    );
    const end = checkout.subscription!.currentPeriodEnd;
    await till.call('POST', `/v1/subscriptions/${checkout.subscription!.id}/cancel`, { token: session });
    await till.sandbox.clock.advance(end - till.now() - 100);
    const { payload } = await verify(await tokenOf(await till.signIn('ada')), await keys());
    expect(payload.exp).toBe(end);
    expect(payload.limits).toEqual({ projects: 'unlimited', seats: 1, storage_gb: 1000 });
  });

  it.each(['', 'billing.shop.example', 'https://billing.shop.example/', 'ftp://x'])('are refused an issuer such as %j', (given) => {
    const faults: string[] = [];
    readModule({ TILL_ENTITLEMENT_ISSUER: given }, faults);
    expect(faults).toHaveLength(1);
  });
});
