import { describe, expect, it } from 'vitest';
import { createLog, redact } from '@tillkit/server/ops/log';

describe('redact', () => {
  it.each([
    'sk_live_abc123',
    'rk_test_abc123',
    'whsec_abc123',
    'till_abcdefghijklmnopqrstuvwxyz-_0123456789',
    'cs_test_a1_secret_b2',
    'eyJhbGciOi.eyJzdWIi.c2ln',
    'buyer+shop@example.com',
  ])('blots %s out', (secret) => {
    expect(redact(`before ${secret} after`)).toBe('before [redacted] after');
  });

  it('leaves ids alone', () => {
    expect(redact('sub_123 cus_123 evt_123 till_id')).toBe('sub_123 cus_123 evt_123 till_id');
  });
});

describe('createLog', () => {
  it('writes one line of JSON and drops the message of a Stripe error', () => {
    const lines: string[] = [];
    const error = Object.assign(new Error('Invalid API Key provided: sk_test_canary'), {
      type: 'StripeAuthenticationError',
      statusCode: 401,
    });
    createLog((line) => lines.push(line)).error('request.failed', { requestId: 'r1', error });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 'error',
      fact: 'request.failed',
      requestId: 'r1',
      error: 'StripeAuthenticationError',
      statusCode: 401,
    });
    expect(lines[0]).not.toContain('Invalid API Key');
  });
});
