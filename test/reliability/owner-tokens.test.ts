/**
 * Threats 26 and 27: of some seventy tokens only the owner's own pass, and each of those once.
 *
 * `byLibrary` marks the ones that `jose` lets through with algorithms, audience and a longest age given; they are refused here.
 */
import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, jwtVerify, SignJWT, type JWTHeaderParameters } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOwnerJwks } from '@tillkit/server/identity/owner-jwks';
import { parseOwnerPublicKeys, parseOwnerSecret, parseOwnerSecrets, type OwnerKey } from '@tillkit/server/identity/owner-key';
import { verifyOwnerToken } from '@tillkit/server/identity/owner-token';
import { databases } from '../support/databases.ts';
import { startTill, type TestTill } from '../support/till.ts';

const now = 1_809_172_800;
const secret = 'a secret of the owner: 32 bytes or more';
const older = 'the secret before that: also 32 bytes long';
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const edwards = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const claims = { aud: 'till', sub: 'ada', iat: now, exp: now + 300, jti: 'x'.repeat(16) };
type Claims = Record<string, unknown>;

const sign = (
  changes: Claims = {},
  header: JWTHeaderParameters = { alg: 'HS256' },
  key: KeyObject = createSecretKey(secret, 'utf8'),
): Promise<string> =>
  new SignJWT(Object.fromEntries(Object.entries({ ...claims, ...changes }).filter(([, value]) => value !== undefined)))
    .setProtectedHeader(header)
    .sign(key);
const part = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
/** A token made by hand, as no library would make it. */
function raw(header: unknown, payload: unknown = claims, key = secret): string {
  const message = `${part(header)}.${part(payload)}`;
  return `${message}.${createHmac('sha256', key).update(message).digest('base64url')}`;
}

interface Case {
  readonly token: () => Promise<string> | string;
  readonly byLibrary?: true;
}

const symmetric: Readonly<Record<string, Case>> = {
  'no audience': { token: () => sign({ aud: undefined }) },
  'another audience': { token: () => sign({ aud: 'other' }) },
  'a list of audiences with ours': { token: () => sign({ aud: ['till', 'other'] }), byLibrary: true },
  'a list of ours alone': { token: () => sign({ aud: ['till'] }), byLibrary: true },
  'our audience in capitals': { token: () => sign({ aud: 'TILL' }) },
  'no subject': { token: () => sign({ sub: undefined }), byLibrary: true },
  'an empty subject': { token: () => sign({ sub: '' }), byLibrary: true },
  'a number as subject': { token: () => raw({ alg: 'HS256' }, { ...claims, sub: 7 }), byLibrary: true },
  'a list as subject': { token: () => raw({ alg: 'HS256' }, { ...claims, sub: ['ada'] }), byLibrary: true },
  'a subject of 256 characters': { token: () => sign({ sub: 'x'.repeat(256) }), byLibrary: true },
  'no issue time': { token: () => sign({ iat: undefined }) },
  'an issue time as text': { token: () => raw({ alg: 'HS256' }, { ...claims, iat: `${now}` }) },
  'an issue time in the future': { token: () => sign({ iat: now + 60, exp: now + 300 }) },
  'an issue time 631 seconds ago': { token: () => sign({ iat: now - 631, exp: now - 31 }) },
  'a time in milliseconds': { token: () => sign({ iat: now * 1000, exp: now * 1000 + 300_000 }) },
  'a time with a fraction': { token: () => sign({ iat: now + 0.5 }), byLibrary: true },
  'no expiry': { token: () => sign({ exp: undefined }), byLibrary: true },
  'an expiry as text': { token: () => raw({ alg: 'HS256' }, { ...claims, exp: `${now + 300}` }) },
  'an expiry in ten years': { token: () => sign({ exp: now + 315_360_000 }), byLibrary: true },
  'a life of 601 seconds': { token: () => sign({ exp: now + 601 }), byLibrary: true },
  'an expiry before the issue': { token: () => sign({ exp: now - 10 }), byLibrary: true },
  'an expiry 31 seconds ago': { token: () => sign({ iat: now - 331, exp: now - 31 }) },
  'a start in two minutes': { token: () => sign({ nbf: now + 120 }) },
  'no token id': { token: () => sign({ jti: undefined }), byLibrary: true },
  'a token id of 15 characters': { token: () => sign({ jti: 'x'.repeat(15) }), byLibrary: true },
  'a token id of 129 characters': { token: () => sign({ jti: 'x'.repeat(129) }), byLibrary: true },
  'a number as token id': { token: () => raw({ alg: 'HS256' }, { ...claims, jti: 1234567890123456 }), byLibrary: true },
  'an empty issuer': { token: () => sign({ iss: '' }), byLibrary: true },
  'an address that is none': { token: () => sign({ email: 'nobody', email_verified: true }), byLibrary: true },
  'a verified mark as text': { token: () => sign({ email: 'a@example.com', email_verified: 'true' }), byLibrary: true },
  'a customer that is none': { token: () => sign({ customer: 'sub_1' }), byLibrary: true },
  'a customer with a path': { token: () => sign({ customer: 'cus_1/../x' }), byLibrary: true },
  'no algorithm': { token: () => raw({ typ: 'JWT' }) },
  'the algorithm none': { token: () => `${part({ alg: 'none' })}.${part(claims)}.` },
  'none in other letters': { token: () => `${part({ alg: 'NoNe' })}.${part(claims)}.` },
  'none with a signature': { token: () => raw({ alg: 'none' }) },
  'HS512 with our secret': { token: () => sign({}, { alg: 'HS512' }) },
  'HS384 with our secret': { token: () => sign({}, { alg: 'HS384' }) },
  'the algorithm in small letters': { token: () => raw({ alg: 'hs256' }) },
  'a list of algorithms': { token: () => raw({ alg: ['HS256'] }) },
  'another secret': { token: () => raw({ alg: 'HS256' }, claims, 'another secret of 32 bytes or more') },
  'an empty secret': { token: () => raw({ alg: 'HS256' }, claims, '') },
  'our secret with a space': { token: () => raw({ alg: 'HS256' }, claims, `${secret} `) },
  'ES256 by a stranger': { token: () => sign({}, { alg: 'ES256' }, stranger.privateKey) },
  'a key in the header': { token: async () => sign({}, { alg: 'ES256', jwk: await exportJWK(stranger.publicKey) }, stranger.privateKey) },
  'an address of keys in the header': { token: () => sign({}, { alg: 'ES256', jku: 'https://evil.example/keys' }, stranger.privateKey) },
  'a certificate address in the header': { token: () => sign({}, { alg: 'ES256', x5u: 'https://evil.example/c' }, stranger.privateKey) },
  'a certificate in the header': { token: () => sign({}, { alg: 'ES256', x5c: ['MIIB'] }, stranger.privateKey) },
  'a key id that is a path': { token: () => raw({ alg: 'HS256', kid: '../../dev/null' }, claims, '') },
  'a demand that nobody knows': { token: () => raw({ alg: 'HS256', crit: ['x'], x: 1 }) },
  'an unencoded payload': { token: () => raw({ alg: 'HS256', b64: false, crit: ['b64'] }) },
  'a cut signature': { token: async () => (await sign()).slice(0, -4) },
  'a signature with a letter more': { token: async () => `${await sign()}A` },
  'no signature': { token: async () => `${(await sign()).split('.').slice(0, 2).join('.')}.` },
  'another payload under the signature': {
    token: async () => {
      const [header, , signature] = (await sign()).split('.');
      return `${header}.${part({ ...claims, sub: 'eve' })}.${signature}`;
    },
  },
  'four parts': { token: async () => `${await sign()}.x` },
  'two parts': { token: () => 'a.b' },
  'a payload that is no JSON': { token: () => raw({ alg: 'HS256' }, 'sub=ada') },
  'a payload that is a list': { token: () => raw({ alg: 'HS256' }, [claims]) },
  'a payload of null': { token: () => raw({ alg: 'HS256' }, 'null') },
  'a header that is no JSON': { token: () => raw('HS256') },
  'a space in front': { token: async () => ` ${await sign()}` },
  'a line at the end': { token: async () => `${await sign()}\n`, byLibrary: true },
  nothing: { token: () => '' },
  'a session token': { token: () => `till_${'a'.repeat(43)}` },
};

/** What jose alone says, with what one would usually give it. */
const byLibrary = (token: string): Promise<boolean> =>
  jwtVerify(token, createSecretKey(secret, 'utf8'), {
    algorithms: ['HS256'],
    audience: 'till',
    clockTolerance: 30,
    maxTokenAge: 600,
    currentDate: new Date(now * 1000),
  }).then(
    () => true,
    () => false,
  );

const ownerKeys = [parseOwnerSecret(secret) as OwnerKey];
const refused = { code: 'token_invalid' };

describe('tokens of the owner’s site', () => {
  it('are more than sixty that are refused, and five kinds or more that the library alone lets pass', () => {
    const cases = Object.values(symmetric);
    expect(cases.length).toBeGreaterThan(60);
    expect(cases.filter((one) => one.byLibrary).length).toBeGreaterThan(5);
  });

  it.each(Object.entries(symmetric))('are refused: %s', async (_, one) => {
    const token = await one.token();
    await expect(verifyOwnerToken(token, { ownerKeys }, now)).rejects.toMatchObject(refused);
    expect(await byLibrary(token)).toBe(one.byLibrary === true);
  });

  it('pass when they are right, at both ends of what is allowed', async () => {
    for (const changes of [
      {},
      { exp: now + 600 },
      { iat: now - 300, exp: now - 29 },
      { sub: 'x'.repeat(255) },
      { jti: 'x'.repeat(128) },
      { nbf: now },
    ])
      await expect(verifyOwnerToken(await sign(changes), { ownerKeys }, now)).resolves.toBeDefined();
  });
});

describe('keys of the owner’s site', () => {
  const both = parseOwnerSecrets(`${secret},${older}`) as OwnerKey[];
  const publics = parseOwnerPublicKeys(`${pem(pair.publicKey)}\n${pem(edwards.publicKey)}${pem(rsa.publicKey)}`) as OwnerKey[];

  it('may be two while one is rotated, and the old one is worth nothing afterwards', async () => {
    const byOld = await sign({}, { alg: 'HS256' }, createSecretKey(older, 'utf8'));
    expect(await verifyOwnerToken(byOld, { ownerKeys: both }, now)).toMatchObject({ subject: 'ada' });
    await expect(verifyOwnerToken(byOld, { ownerKeys }, now)).rejects.toMatchObject(refused);
  });

  it('are each good for their own algorithm only', async () => {
    expect(publics.map(({ algorithms }) => algorithms[0])).toEqual(['ES256', 'EdDSA', 'RS256']);
    for (const [alg, key] of [
      ['ES256', pair.privateKey],
      ['EdDSA', edwards.privateKey],
      ['RS256', rsa.privateKey],
    ] as const)
      expect(await verifyOwnerToken(await sign({}, { alg }, key), { ownerKeys: publics }, now)).toMatchObject({ subject: 'ada' });
    await expect(verifyOwnerToken(await sign({}, { alg: 'PS256' }, rsa.privateKey), { ownerKeys: publics }, now)).rejects.toMatchObject(
      refused,
    );
    // the old trick: a public key, which everybody has, as the secret
    for (const key of [pem(pair.publicKey), pem(rsa.publicKey)])
      await expect(verifyOwnerToken(raw({ alg: 'HS256' }, claims, key), { ownerKeys: publics }, now)).rejects.toMatchObject(refused);
  });

  it.each(['short', 'x'.repeat(31)])('are refused at the start when they are too short: %s', (text) => {
    expect(parseOwnerSecrets(text)).toContain('at least 32 bytes');
    expect(parseOwnerSecrets(`${secret},${text}`)).not.toHaveLength(2);
  });

  it('are refused at the start when they are weak or none', () => {
    const weak = pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey);
    const other = pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey);
    for (const text of [weak, other, 'no key', `${pem(pair.publicKey)}${weak}`]) expect(parseOwnerPublicKeys(text)).toContain('public key');
  });
});

describe('a published set of keys', () => {
  const address = new URL('https://shop.example/keys');
  async function setOf(...keys: readonly Record<string, unknown>[]) {
    let asked = 0;
    const ownerJwks = createOwnerJwks(address, async () => {
      asked += 1;
      return Response.json({ keys });
    });
    return { ownerJwks, asked: () => asked };
  }
  const published = async (key: KeyObject, kid: string, alg: string) => ({ ...(await exportJWK(key)), kid, alg, use: 'sig' });

  it('opens tokens signed with its keys, told by their id', async () => {
    const { ownerJwks, asked } = await setOf(
      await published(pair.publicKey, 'a', 'ES256'),
      await published(edwards.publicKey, 'b', 'EdDSA'),
    );
    expect(await verifyOwnerToken(await sign({}, { alg: 'ES256', kid: 'a' }, pair.privateKey), { ownerJwks }, now)).toMatchObject({
      subject: 'ada',
    });
    expect(await verifyOwnerToken(await sign({}, { alg: 'EdDSA', kid: 'b' }, edwards.privateKey), { ownerJwks }, now)).toMatchObject({
      subject: 'ada',
    });
    await expect(verifyOwnerToken(await sign({}, { alg: 'ES256', kid: 'b' }, pair.privateKey), { ownerJwks }, now)).rejects.toMatchObject(
      refused,
    );
    await expect(
      verifyOwnerToken(await sign({}, { alg: 'ES256', kid: 'a' }, stranger.privateKey), { ownerJwks }, now),
    ).rejects.toMatchObject(refused);
    expect(asked()).toBe(1);
  });

  it('is not asked again and again for ids that it does not have', async () => {
    const { ownerJwks, asked } = await setOf(await published(pair.publicKey, 'a', 'ES256'));
    for (let guess = 0; guess < 200; guess += 1)
      await expect(
        verifyOwnerToken(await sign({}, { alg: 'ES256', kid: `k${guess}` }, pair.privateKey), { ownerJwks }, now),
      ).rejects.toMatchObject(refused);
    expect(asked()).toBeLessThan(3);
  });

  it('makes no secret of itself: symmetric keys in it open nothing', async () => {
    const { ownerJwks } = await setOf({ kty: 'oct', kid: 'a', alg: 'HS256', k: Buffer.from(secret).toString('base64url') });
    await expect(verifyOwnerToken(await sign({}, { alg: 'HS256', kid: 'a' }), { ownerJwks }, now)).rejects.toMatchObject(refused);
  });

  it('that is too large, no JSON or not there opens nothing and breaks nothing', async () => {
    for (const answer of [
      () => new Response('x'.repeat(70_000)),
      () => new Response('no'),
      () => new Response('', { status: 500 }),
      () => Promise.reject(new TypeError('down')),
    ]) {
      const ownerJwks = createOwnerJwks(address, async () => answer());
      await expect(verifyOwnerToken(await sign({}, { alg: 'ES256', kid: 'a' }, pair.privateKey), { ownerJwks }, now)).rejects.toMatchObject(
        refused,
      );
    }
  });
});

describe.each(databases)('one token a hundred times at once, on %s', (_, openDatabase) => {
  let till: TestTill;
  beforeAll(async () => {
    till = await startTill({ database: await openDatabase() });
  });
  afterAll(() => till.close());

  it('signs in once', async () => {
    const token = await till.ownerToken('ada');
    const answers = await Promise.all(Array.from({ length: 100 }, () => till.call('POST', '/v1/sessions', { body: { token } })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(99);
  });
});
