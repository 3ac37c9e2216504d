import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createOwnerJwks } from '@tillkit/server/identity/owner-jwks';
import { verifyOwnerToken, type OwnerTokenRules } from '@tillkit/server/identity/owner-token';

const now = 1_809_172_800;
const address = new URL('https://shop.example/keys');
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...(await exportJWK(publicKey)), kid: 'a', use: 'sig' };
const claims = { aud: 'till', sub: 'ada', iss: 'https://shop.example', iat: now, exp: now + 300, jti: 'x'.repeat(16) };

const sign = (changes = {}, alg = 'RS256'): Promise<string> =>
  new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg, kid: 'a' }).sign(privateKey);
const keySet = (size = 0): string => JSON.stringify({ keys: [key] }).padEnd(size);
const answering = (response: () => Response) => createOwnerJwks(address, async () => response());
const verify = async (ownerJwks: OwnerTokenRules['ownerJwks'], token = sign(), rules: OwnerTokenRules = {}) =>
  verifyOwnerToken(await token, { ...rules, ...(ownerJwks && { ownerJwks }) }, now);
const refused = { code: 'token_invalid' };

describe('createOwnerJwks', () => {
  it('asks the configured address, follows no redirect, and gives up in time', async () => {
    const asked: [string, RequestInit][] = [];
    const ownerJwks = createOwnerJwks(address, async (url, options) => {
      asked.push([String(url), options!]);
      return new Response(keySet());
    });
    await expect(verify(ownerJwks)).resolves.toMatchObject({ subject: 'ada' });
    expect(asked).toEqual([[address.href, expect.objectContaining({ redirect: 'error', method: 'GET', signal: expect.any(AbortSignal) })]]);
  });

  it('takes a set of 64 KiB, and none that is a byte larger', async () => {
    await expect(verify(answering(() => new Response(keySet(65_536))))).resolves.toMatchObject({ subject: 'ada' });
    const refusal = { ...refused, cause: expect.objectContaining({ message: 'The key set is too large.' }) };
    await expect(verify(answering(() => new Response(keySet(65_537))))).rejects.toMatchObject(refusal);
  });

  it.each([404, 500, 203])('takes no set that comes with %i', async (status) => {
    await expect(verify(answering(() => new Response(keySet(), { status })))).rejects.toMatchObject(refused);
  });

  it('demands of a token what is demanded of every other', async () => {
    const ownerJwks = answering(() => new Response(keySet()));
    await expect(verify(ownerJwks, sign(), { ownerIssuer: claims.iss })).resolves.toMatchObject({ issuer: claims.iss });
    await expect(verify(ownerJwks, sign(), { ownerIssuer: 'https://evil.example' })).rejects.toMatchObject(refused);
    await expect(verify(ownerJwks, sign({}, 'PS256'))).rejects.toMatchObject(refused);
    await expect(verify(ownerJwks, sign({ iat: now - 331, exp: now - 31 }))).rejects.toMatchObject(refused);
    await expect(verify(ownerJwks, sign({ iat: now + 60 }))).rejects.toMatchObject(refused);
  });
});
