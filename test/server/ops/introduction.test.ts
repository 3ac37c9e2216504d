import { describe, expect, it } from 'vitest';
import { readConfig, type Environment } from '@tillkit/server/config';
import { introduction, toText } from '@tillkit/server/ops/introduction';

const complete: Environment = {
  STRIPE_SECRET_KEY: 'sk_test_abc',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
  TILL_ORIGINS: 'https://shop.example',
};

function rows(environment: Environment) {
  const read = readConfig({ ...complete, ...environment });
  if (!read.ok) throw new Error(read.faults.join());
  const modules = [{ name: 'metrics', introduction: 'Prometheus text at /metrics' }];
  return introduction({ config: read.config, url: 'http://localhost:8787', plans: 3, modules });
}

const state = (environment: Environment, name: string) => rows(environment).find((row) => row[1] === name)?.[0];

describe('the table at the start', () => {
  it.each([
    ['sk_live_abc', 'warn'],
    ['rk_live_abc', 'ok'],
    ['sk_test_abc', 'ok'],
  ])('looks at the key %s: %s', (key, expected) => {
    expect(state({ STRIPE_SECRET_KEY: key }, 'Stripe')).toBe(expected);
  });

  it.each([
    ['https://shop.example', 'ok'],
    ['https://shop.example,http://shop.example', 'warn'],
  ])('looks at the pages %s: %s', (origins, expected) => {
    expect(state({ TILL_ORIGINS: origins }, 'Pages')).toBe(expected);
  });

  it('is one line for each fact, with no secret in it', () => {
    const text = toText(rows({ TILL_JWT_SECRET: 'a secret of at least thirty-two bytes' }));
    expect(text.split('\n').filter(Boolean)).toHaveLength(rows({}).length);
    expect(text).toContain('ok   + metrics   Prometheus text at /metrics');
    for (const secret of ['abc', '0123456789', 'thirty-two']) expect(text).not.toContain(secret);
  });
});
