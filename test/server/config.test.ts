import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig, readStripeConfig, type Environment } from '@tillkit/server/config';

const complete = {
  STRIPE_SECRET_KEY: 'sk_test_abc',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
  TILL_ORIGINS: 'https://shop.example',
} satisfies Environment;

const faultsOf = (environment: Environment): readonly string[] => {
  const result = readConfig(environment);
  return result.ok ? [] : result.faults;
};

const pem = (type: 'ec' | 'ed25519' | 'rsa', bits = 2048): string => {
  const options = { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } } as const;
  if (type === 'ec') return generateKeyPairSync('ec', { namedCurve: 'P-256', ...options }).publicKey;
  if (type === 'ed25519') return generateKeyPairSync('ed25519', options).publicKey;
  return generateKeyPairSync('rsa', { modulusLength: bits, ...options }).publicKey;
};

const production = { ...complete, NODE_ENV: 'production' };

describe('in production', () => {
  it.each([
    ['a test key', { ...production }, 'is a test key'],
    ['a restricted test key', { ...production, STRIPE_SECRET_KEY: 'rk_test_abc' }, 'is a test key'],
    ['another word than 1', { ...production, ALLOW_TEST_MODE: 'yes' }, 'is a test key'],
    ['a page without https', { ...production, ALLOW_TEST_MODE: '1', TILL_ORIGINS: 'http://shop.example' }, 'is not encrypted'],
    [
      'a page that only looks local',
      { ...production, ALLOW_TEST_MODE: '1', TILL_ORIGINS: 'http://localhost.shop.example' },
      'not encrypted',
    ],
  ])('refuses %s', (_, environment, sentence) => {
    expect(faultsOf(environment)).toEqual([expect.stringContaining(sentence)]);
  });

  it.each([
    ['a live key', { ...production, STRIPE_SECRET_KEY: 'rk_live_abc' }],
    ['a test key on purpose', { ...production, ALLOW_TEST_MODE: '1' }],
    ['pages of this machine', { ...production, ALLOW_TEST_MODE: '1', TILL_ORIGINS: 'http://localhost:3000,http://127.0.0.1' }],
    ['elsewhere, all of it', { ...complete, TILL_ORIGINS: 'http://shop.example' }],
  ])('takes %s', (_, environment) => {
    expect(faultsOf(environment)).toEqual([]);
  });
});

describe('with a live key, whatever NODE_ENV says', () => {
  it.each(['sk_live_abc', 'rk_live_abc'])('refuses a page without https (%s)', (key) => {
    const faults = faultsOf({ ...complete, STRIPE_SECRET_KEY: key, NODE_ENV: 'development', TILL_ORIGINS: 'http://shop.example' });
    expect(faults).toEqual([expect.stringMatching(/"http:\/\/shop\.example" is not encrypted, and STRIPE_SECRET_KEY is a live key/u)]);
  });

  it('takes pages with https, and those of this machine', () => {
    const live = { ...complete, STRIPE_SECRET_KEY: 'rk_live_abc', STRIPE_PUBLISHABLE_KEY: 'pk_live_abc' };
    expect(faultsOf({ ...live, TILL_ORIGINS: 'https://shop.example,http://localhost:3000' })).toEqual([]);
  });

  it.each([
    ['rk_live_abc', 'pk_test_abc'],
    ['sk_test_abc', 'pk_live_abc'],
  ])('refuses keys of two modes (%s, %s)', (secret, publishable) => {
    const faults = faultsOf({ ...complete, STRIPE_SECRET_KEY: secret, STRIPE_PUBLISHABLE_KEY: publishable });
    expect(faults).toEqual([expect.stringContaining('STRIPE_PUBLISHABLE_KEY belongs to the other mode')]);
  });
});

it('refuses a time zone of its own: the catalog names the one of pages and mails', () => {
  const faults = faultsOf({ ...complete, TILL_TIME_ZONE: 'America/Los_Angeles' });
  expect(faults).toEqual([
    'TILL_TIME_ZONE is read no more: write "timeZone": "America/Los_Angeles" into the catalog, for pages and mails alike.',
  ]);
  expect(faultsOf({ ...complete, TILL_TIME_ZONE: ' ' })).toEqual([]);
});

describe('what was left as an example has it', () => {
  const example = Object.fromEntries(
    [...readFileSync(new URL('../../packages/server/.env.example', import.meta.url), 'utf8').matchAll(/^#?([A-Z_]+)=(.*replace_me.*)$/gmu)]
      .map(([, name, value]) => [name!, value!] as const)
      .filter(([name]) => name !== 'TILL_WEBHOOK_SECRETS'),
  );

  it('is found there', () => {
    expect(Object.keys(example)).toEqual(['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'STRIPE_PUBLISHABLE_KEY', 'TILL_PORTAL_LOGIN_URL']);
  });

  it.each([
    ...Object.entries(example),
    ['STRIPE_SECRET_KEY', 'sk_test_xxxxxxxxxxxx'],
    ['STRIPE_SECRET_KEY', 'rk_live_your_key_here'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_XXXXXXXXXXXX'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_aaaaaaaa,whsec_change_me'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_............'],
  ])('is refused with one sentence: %s=%s', (name, value) => {
    expect(faultsOf({ ...complete, [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} .*example`, 'u'))]);
  });

  it('is refused by the command line too', () => {
    expect(readStripeConfig({ STRIPE_SECRET_KEY: 'sk_test_replace_me' })).toMatchObject({ ok: false });
  });
});

describe('readConfig', () => {
  it('takes three variables and fills in the rest', () => {
    const result = readConfig(complete);
    expect(result).toMatchObject({
      ok: true,
      config: {
        origins: ['https://shop.example'],
        catalogFile: './till.catalog.json',
        databaseFile: './till.sqlite',
        port: 8787,
        webhookSecrets: ['whsec_0123456789'],
      },
    });
  });

  it('names every fault at once', () => {
    const faults = faultsOf({ TILL_ORIGINS: '*', PORT: 'x', TILL_JWT_SECRET: 'short', STRIPE_PUBLISHABLE_KEY: 'sk_test_oops' });
    expect(faults).toHaveLength(6);
    for (const name of [
      'STRIPE_SECRET_KEY',
      'STRIPE_WEBHOOK_SECRET',
      'TILL_ORIGINS',
      'PORT',
      'TILL_JWT_SECRET',
      'STRIPE_PUBLISHABLE_KEY',
    ]) {
      expect(faults.some((fault) => fault.includes(name))).toBe(true);
    }
  });

  it.each(['', '   ', ',', undefined])('refuses to be without a webhook secret (%j)', (secret) => {
    expect(faultsOf({ ...complete, STRIPE_WEBHOOK_SECRET: secret }).join()).toContain('STRIPE_WEBHOOK_SECRET is missing');
  });

  it('takes up to three webhook secrets while one is rotated', () => {
    const result = readConfig({ ...complete, STRIPE_WEBHOOK_SECRET: ' whsec_aaaaaaaa, whsec_bbbbbbbb ,whsec_cccccccc' });
    expect(result).toMatchObject({ config: { webhookSecrets: ['whsec_aaaaaaaa', 'whsec_bbbbbbbb', 'whsec_cccccccc'] } });
    expect(faultsOf({ ...complete, STRIPE_WEBHOOK_SECRET: 'whsec_aaaaaaaa,whsec_bbbbbbbb,whsec_cccccccc,whsec_dddddddd' })).toHaveLength(1);
  });

  it.each([
    '*',
    'https://*.shop.example',
    'https://shop.example/',
    'https://shop.example/path',
    'https://shop.example:443',
    'https://Shop.example',
    'shop.example',
    'null',
    'ftp://shop.example',
    'https://user@shop.example',
    'https://shop.example?x',
    'javascript:alert(1)',
  ])('refuses "%s" as an origin', (origin) => {
    expect(faultsOf({ ...complete, TILL_ORIGINS: origin })).toHaveLength(1);
  });

  it('takes several exact origins', () => {
    const result = readConfig({ ...complete, TILL_ORIGINS: 'https://shop.example, http://localhost:4173' });
    expect(result).toMatchObject({ config: { origins: ['https://shop.example', 'http://localhost:4173'] } });
  });

  it.each([
    ['https://api.evil.example', 'sk_test_abc'],
    ['http://127.0.0.1.evil.example', 'sk_test_abc'],
    ['http://10.0.0.1:4242', 'sk_test_abc'],
    ['https://127.0.0.1:4242', 'sk_test_abc'],
    ['http://user@127.0.0.1:4242', 'sk_test_abc'],
    ['http://127.0.0.1:4242/path', 'sk_test_abc'],
    ['http://127.0.0.1:4242', 'sk_live_abc'],
    ['http://127.0.0.1:4242', 'rk_live_abc'],
  ])('refuses another Stripe than Stripe: %s with %s', (base, key) => {
    expect(faultsOf({ ...complete, STRIPE_SECRET_KEY: key, STRIPE_API_BASE: base })).toHaveLength(1);
  });

  it.each(['http://127.0.0.1:4242', 'http://localhost:4242', 'http://[::1]:4242'])('takes a sandbox on this machine at %s', (base) => {
    expect(faultsOf({ ...complete, STRIPE_API_BASE: base })).toEqual([]);
  });

  it.each([
    ['ec' as const, ['ES256']],
    ['ed25519' as const, ['EdDSA', 'Ed25519']],
    ['rsa' as const, ['RS256']],
  ])('pins the algorithm of a public %s key', (type, algorithms) => {
    const escaped = pem(type).replaceAll('\n', String.raw`\n`);
    expect(readConfig({ ...complete, TILL_JWT_PUBLIC_KEY: escaped })).toMatchObject({ config: { ownerKeys: [{ algorithms }] } });
  });

  it('refuses a weak, a private or a second key for the owner’s tokens', () => {
    expect(faultsOf({ ...complete, TILL_JWT_PUBLIC_KEY: pem('rsa', 1024) })).toHaveLength(1);
    expect(faultsOf({ ...complete, TILL_JWT_PUBLIC_KEY: '-----BEGIN PRIVATE KEY-----' })).toHaveLength(1);
    expect(faultsOf({ ...complete, TILL_JWT_SECRET: 'x'.repeat(31) })).toHaveLength(1);
    expect(faultsOf({ ...complete, TILL_JWT_SECRET: 'x'.repeat(32), TILL_JWT_PUBLIC_KEY: pem('ec') })).toHaveLength(1);
  });

  it('never repeats a secret in a sentence', () => {
    const faults = faultsOf({
      STRIPE_SECRET_KEY: 'canary_1',
      STRIPE_WEBHOOK_SECRET: 'canary_2',
      TILL_JWT_SECRET: 'canary_3',
      STRIPE_PUBLISHABLE_KEY: 'canary_4',
    });
    expect(faults.join()).not.toContain('canary');
  });
});

describe('readStripeConfig', () => {
  it('asks the command line for a key and nothing else', () => {
    expect(readStripeConfig({ STRIPE_SECRET_KEY: 'rk_test_abc' })).toEqual({ ok: true, config: { secretKey: 'rk_test_abc' } });
    expect(readStripeConfig({})).toMatchObject({ ok: false });
  });
});
