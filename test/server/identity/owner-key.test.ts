import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  parseOwnerPublicKey,
  parseOwnerPublicKeys,
  parseOwnerSecret,
  parseOwnerSecrets,
  type OwnerKey,
} from '@tillkit/server/identity/owner-key';

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const bytes = (keys: OwnerKey[] | string): string[] => (keys as OwnerKey[]).map(({ key }) => key.export().toString());
const [one, two] = ['1'.repeat(32), '2'.repeat(32)];

describe('parseOwnerSecret', () => {
  it('takes 32 bytes and not 31, counted in UTF-8', () => {
    expect(parseOwnerSecret('x'.repeat(32))).toMatchObject({ algorithms: ['HS256'] });
    expect(parseOwnerSecret('ä'.repeat(16))).toMatchObject({ algorithms: ['HS256'] });
    expect(parseOwnerSecret('x'.repeat(31))).toContain('TILL_JWT_SECRET');
  });
});

describe('parseOwnerSecrets', () => {
  it('takes two of 32 bytes each, without the spaces around them', () => {
    expect(bytes(parseOwnerSecrets(`${one},${two}`))).toEqual([one, two]);
    expect(bytes(parseOwnerSecrets(` ${one} , ${two}`))).toEqual([one, two]);
  });

  it('takes a secret with a comma in it as one, as soon as one side would be too short by itself', () => {
    for (const text of [`${one},x`, `x,${one}`, `${'x'.repeat(20)},${'y'.repeat(20)}`])
      expect(bytes(parseOwnerSecrets(text))).toEqual([text]);
  });
});

describe('parseOwnerPublicKey', () => {
  it('names the algorithms that each kind of key is for, and no others', () => {
    const kinds = [
      [generateKeyPairSync('ec', { namedCurve: 'P-256' }), ['ES256']],
      [generateKeyPairSync('ed25519'), ['EdDSA', 'Ed25519']],
      [generateKeyPairSync('rsa', { modulusLength: 2048 }), ['RS256']],
    ] as const;
    for (const [{ publicKey }, algorithms] of kinds) expect(parseOwnerPublicKey(pem(publicKey))).toMatchObject({ algorithms });
  });

  it.each([
    ['a private key', () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['a key for PSS alone', () => pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey)],
    ['RSA of 2040 bits', () => pem(generateKeyPairSync('rsa', { modulusLength: 2040 }).publicKey)],
    ['P-384', () => pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
    ['a key for agreements', () => pem(generateKeyPairSync('x25519').publicKey)],
    ['words', () => 'no key'],
    ['a frame without a key', () => '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
  ])('refuses %s', (_, make) => {
    expect(parseOwnerPublicKey(make())).toContain('TILL_JWT_PUBLIC_KEY');
  });
});

describe('parseOwnerPublicKeys', () => {
  it('answers keys alone, or the sentence alone', () => {
    const [first, second] = ['P-256', 'P-384'].map((namedCurve) => pem(generateKeyPairSync('ec', { namedCurve }).publicKey));
    expect(parseOwnerPublicKeys(`${first}${first}`)).toHaveLength(2);
    expect(parseOwnerPublicKeys(`${first}${second}`)).toContain('TILL_JWT_PUBLIC_KEY');
  });
});
