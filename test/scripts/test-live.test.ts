import { describe, expect, it } from 'vitest';
import { run } from '../../scripts/run.ts';

const testLive = (key: string, ...more: string[]) =>
  run('node', ['--conditions=source', 'scripts/test-live.ts', ...more], { STRIPE_SECRET_KEY: key, STRIPE_SUPPRESS_NOTICES: 'true' });

describe('npm run test:live', () => {
  it('says what it needs when there is no key', async () => {
    const { code, words } = await testLive('');
    expect(code).toBe(1);
    expect(words).toContain('Set STRIPE_SECRET_KEY=sk_test_…');
  });

  it('refuses a live key', async () => {
    const { code, words } = await testLive(['sk', 'live', 'abc'].join('_'));
    expect(code).toBe(1);
    expect(words).toContain('Only a test key');
  });

  it('rehearses against the sandbox', async () => {
    const { code, words } = await testLive('', '--against', 'sandbox', '--only', 'webhook endpoints');
    expect(words).toContain('same  webhook endpoints (5 calls)');
    expect(words).toContain('0 differences.');
    expect(code).toBe(0);
  });
});
