import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import type { OwnerKey } from '@tillkit/server/identity/owner-key';
import { parseOwnerPublicKey, parseOwnerSecret } from '@tillkit/server/identity/owner-key';
import { verifyOwnerToken } from '@tillkit/server/identity/owner-token';

const now = 1_800_000_000;
const secret = 'an owner secret of at least 32 bytes';
const ownerKey = parseOwnerSecret(secret) as OwnerKey;
const claims = { aud: 'till', sub: 'user-1', iat: now, exp: now + 300, jti: 'a-token-id-of-16' };
type Claims = Record<string, unknown>;

async function sign(
  changes: Claims = {},
  { alg = 'HS256', key = createSecretKey(secret, 'utf8') as Parameters<SignJWT['sign']>[0] } = {},
): Promise<string> {
  const payload = Object.fromEntries(Object.entries({ ...claims, ...changes }).filter(([, value]) => value !== undefined));
  return new SignJWT(payload as JWTPayload).setProtectedHeader({ alg }).sign(key);
}
const verify = (token: string, rules = {}) => verifyOwnerToken(token, { ownerKeys: [ownerKey], ...rules }, now);

describe('verifyOwnerToken', () => {
  it('takes a short-lived token of the owner', async () => {
    expect(await verify(await sign())).toStrictEqual({ issuer: 'owner', subject: 'user-1', jti: 'a-token-id-of-16', expiresAt: now + 300 });
  });

  it('takes a verified e-mail address and a customer that the owner vouches for', async () => {
    const token = await sign({ email: 'Buyer@Example.com', email_verified: true, customer: 'cus_123', iss: 'https://shop.example' });
    expect(await verify(token)).toMatchObject({ issuer: 'https://shop.example', email: 'buyer@example.com', customerId: 'cus_123' });
  });

  it('leaves out an e-mail address that is not verified', async () => {
    expect(await verify(await sign({ email: 'buyer@example.com' }))).not.toHaveProperty('email');
    expect(await verify(await sign({ email: 'buyer@example.com', email_verified: false }))).not.toHaveProperty('email');
    expect(await verify(await sign({ email_verified: true }))).not.toHaveProperty('email');
  });

  it.each([
    ["O'Brien@example.com", "o'brien@example.com"],
    ['a&b@example.com', 'a&b@example.com'],
    ['ada@Bücher.example', 'ada@xn--bcher-kva.example'],
    // no mail of ours could go there: the person comes in without an address
    ['אדה@example.com', undefined],
    [`${'a'.repeat(70)}@example.com`, undefined],
  ])('takes %s that the owner vouches for as %s', async (email, known) => {
    const taken = await verify(await sign({ email, email_verified: true }));
    expect([taken.subject, taken.email]).toEqual(['user-1', known]);
  });

  it('does not look at an address that nobody vouches for', async () => {
    for (const email of ['nobody', '', 'a b@c', 'x'.repeat(300)])
      expect(await verify(await sign({ email, email_verified: false }))).toMatchObject({ subject: 'user-1' });
  });

  const bad: [string, Claims][] = [
    ...['\0', '\ud800', '\udfff', 'a\udbffb'].flatMap((odd): [string, Claims][] => [
      [`${JSON.stringify(odd)} in the subject`, { sub: `user${odd}` }],
      [`${JSON.stringify(odd)} in the issuer`, { iss: `https://shop.example/${odd}` }],
      [`${JSON.stringify(odd)} in the token id`, { jti: `a-token-id-of-16${odd}` }],
      [`${JSON.stringify(odd)} in the address`, { email: `ada${odd}@example.com`, email_verified: true }],
      [`${JSON.stringify(odd)} in an address that nobody vouches for`, { email: `ada${odd}@example.com` }],
    ]),
    ...['checkout', 'email', 'erasure'].map((iss): [string, Claims] => [`a way in of ours as issuer: ${iss}`, { iss }]),
    ['no audience', { aud: undefined }],
    ['another audience', { aud: 'other' }],
    ['a list of audiences', { aud: ['till', 'other'] }],
    ['a list of one audience', { aud: ['till'] }],
    ['no subject', { sub: undefined }],
    ['an empty subject', { sub: '' }],
    ['a number as subject', { sub: 7 }],
    ['a subject of 256 characters', { sub: 'x'.repeat(256) }],
    ['no issue time', { iat: undefined }],
    ['an issue time as text', { iat: String(now) }],
    ['an issue time in the future', { iat: now + 60, exp: now + 300 }],
    ['an issue time long ago', { iat: now - 700, exp: now + 100 }],
    ['no expiry', { exp: undefined }],
    ['an expiry as text', { exp: String(now + 300) }],
    ['an expiry in ten years', { exp: now + 315_360_000 }],
    ['a life of 601 seconds', { exp: now + 601 }],
    ['an expiry before the issue', { iat: now, exp: now - 10 }],
    ['an expiry at the moment of the issue', { iat: now, exp: now }],
    ['an expiry in the past', { iat: now - 300, exp: now - 60 }],
    ['a time in milliseconds', { iat: now * 1000, exp: now * 1000 + 300_000 }],
    ['not yet valid', { nbf: now + 120 }],
    ['no token id', { jti: undefined }],
    ['a token id of 15 characters', { jti: 'x'.repeat(15) }],
    ['a token id of 129 characters', { jti: 'x'.repeat(129) }],
    ['a number as token id', { jti: 1234567890123456 }],
    ['an empty issuer', { iss: '' }],
    ['a number as issuer', { iss: 1 }],
    ['an address that is none', { email: 'nobody', email_verified: true }],
    ['a verified mark as text', { email: 'a@example.com', email_verified: 'true' }],
    ['a customer that is none', { customer: 'sub_123' }],
    ['a customer behind other letters', { customer: 'x cus_123' }],
    ['a customer with a path', { customer: 'cus_1/../x' }],
  ];
  it.each(bad)('refuses %s', async (_, changes) => {
    await expect(verify(await sign(changes))).rejects.toMatchObject({ code: 'token_invalid' });
  });

  it('insists on the configured issuer', async () => {
    const rules = { ownerIssuer: 'https://shop.example' };
    await expect(verify(await sign({ iss: 'https://shop.example' }), rules)).resolves.toBeDefined();
    await expect(verify(await sign({ iss: 'https://evil.example' }), rules)).rejects.toMatchObject({ code: 'token_invalid' });
    await expect(verify(await sign(), rules)).rejects.toMatchObject({ code: 'token_invalid' });
  });

  it('refuses other algorithms, other secrets, and none', async () => {
    await expect(verify(await sign({}, { alg: 'HS512' }))).rejects.toMatchObject({ code: 'token_invalid' });
    await expect(verify(await sign({}, { key: createSecretKey('x'.repeat(32), 'utf8') }))).rejects.toMatchObject({ code: 'token_invalid' });
    await expect(verify(new UnsecuredJWT(claims).encode())).rejects.toMatchObject({ code: 'token_invalid' });
  });

  it.each(['', '.', '..', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.', 'till_token'])('refuses %j', async (token) => {
    await expect(verify(token)).rejects.toMatchObject({ code: 'token_invalid' });
  });

  it('does not take a public key for a secret', async () => {
    const { publicKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const forged = await sign({}, { key: createSecretKey(publicKey, 'utf8') });
    const rules = { ownerKeys: [parseOwnerPublicKey(publicKey) as OwnerKey] };
    await expect(verify(forged, rules)).rejects.toMatchObject({ code: 'token_invalid' });
  });

  it.each([
    ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['EdDSA', () => generateKeyPairSync('ed25519')],
    ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ])('takes %s with its public key', async (alg, generate) => {
    const { publicKey, privateKey } = generate();
    const key = parseOwnerPublicKey(publicKey.export({ type: 'spki', format: 'pem' }).toString()) as OwnerKey;
    expect(await verify(await sign({}, { alg, key: privateKey }), { ownerKeys: [key] })).toMatchObject({ subject: 'user-1' });
  });

  it('refuses everything where no key is configured, and says so', async () => {
    const refusal = { code: 'token_invalid', detail: expect.stringContaining('knows no key') };
    await expect(verifyOwnerToken(await sign(), {}, now)).rejects.toMatchObject(refusal);
  });

  it('keeps the reason for the log, not for the answer', async () => {
    const refusal = { code: 'token_invalid', detail: undefined, cause: expect.objectContaining({ code: 'ERR_JWT_EXPIRED' }) };
    await expect(verify(await sign({ iat: now - 300, exp: now - 60 }))).rejects.toMatchObject(refusal);
  });
});
