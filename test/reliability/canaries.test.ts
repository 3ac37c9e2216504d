/** Threat 40: a secret that goes in comes out nowhere: not in the log, not in an answer, not in a column that is not for it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '@tillkit/server';
import { operations } from '@tillkit/server/ops/api-description';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { newVerifier, shop, startTill, type TestTill } from '../support/till.ts';
import { deliverGenuine, eventBody } from './signed.ts';

const canary = {
  secretKey: 'sk_live_canaryCANARYcanary0000000001',
  restrictedKey: 'rk_live_canaryCANARYcanary0000000002',
  webhookSecret: 'whsec_canaryCANARYcanary0000000003',
  session: `till_${'canary-CANARY_'.repeat(4).slice(0, 43)}`,
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOiJjYW5hcnkifQ.canaryCANARYcanary0000000004',
  clientSecret: 'cs_live_canary_secret_canaryCANARYcanary05',
  card: '4242424242424242',
  email: 'canary.person@canary-mail.example',
  verifier: 'canaryCANARYcanaryCANARYcanaryCANARYcanary6',
  password: 'canary-password-0000000007',
} as const;
const all = Object.values(canary);
const team = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

describe('secrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'till-canaries-'));
  const lines: string[] = [];
  const answers: string[] = [];
  let till: TestTill;
  let inner: TestTill;
  let failing = false;

  /** A Stripe that repeats in its errors whatever it was sent, as Stripe does with keys. */
  const talkative: typeof globalThis.fetch = (input, init) => {
    const status = [401, 400, 402, 500][lines.length % 4]!;
    const error = {
      type: status === 402 ? 'card_error' : 'invalid_request_error',
      message: `Invalid: ${all.join(' ')}`,
      code: 'canary',
      param: 'canary',
    };
    if (failing) return Promise.resolve(Response.json({ error }, { status, headers: { 'stripe-should-retry': 'false' } }));
    return inner.sandbox.fetch(new Request(input, init));
  };

  beforeAll(async () => {
    inner = await startTill();
    till = await startTill({
      database: openSqlite(join(folder, 'till.sqlite')),
      app: { stripeFetch: talkative, log: createLog((line) => lines.push(line)), catalogFile: async () => inner.file },
    });
  });
  afterAll(async () => {
    await till.close();
    await inner.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const send = async (method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<void> => {
    const response = await till.app.fetch(
      new Request(`https://till.example${path}`, {
        method,
        headers: { origin: shop, 'content-type': 'application/json', ...headers },
        ...(method !== 'GET' && { body: JSON.stringify(body) }),
      }),
    );
    answers.push([...response.headers].flat().join(' '), await response.text());
  };

  it('are in no line, no answer and no byte of the database, whatever was sent and however Stripe fails', async () => {
    const { verifierHash } = newVerifier();
    const token = await till.signIn('ada');
    for (failing of [false, true]) {
      for (const secret of all) {
        const bodies = [
          { token: secret },
          { checkoutSessionId: secret, verifier: canary.verifier },
          { selection: { ...team, planId: secret }, returnUrl: shop, verifierHash },
          { selection: team, returnUrl: `${shop}/?x=${encodeURIComponent(secret)}`, verifierHash, promotionCode: secret.slice(0, 40) },
          { selection: team, promotionCode: secret.slice(0, 99) },
          { preview: secret },
          { comment: secret },
          { [secret]: secret },
        ];
        for (const { method, path } of operations) {
          if (path.startsWith('/till')) continue;
          const address = path.replace(/:\w+/gu, encodeURIComponent(secret));
          const query = `?after=${encodeURIComponent(secret)}&locale=${encodeURIComponent(secret)}&x=${encodeURIComponent(secret)}`;
          for (const body of method === 'get' ? [undefined] : bodies) {
            const authorization = [`Bearer ${token}`, `Bearer ${secret}`, `Basic ${secret}`][answers.length % 3]!;
            await send(method.toUpperCase(), address + query, body, {
              authorization,
              'x-request-id': secret,
              'user-agent': secret,
              referer: `${shop}/?${secret}`,
              cookie: `a=${secret}`,
              'stripe-signature': secret,
              'x-forwarded-for': secret,
            });
          }
        }
      }
      await deliverGenuine(till, eventBody(`evt_canary_${failing}`, { request: { id: canary.secretKey }, account_name: canary.email }));
      await till.app.drain();
    }
    expect(answers.length).toBeGreaterThan(1000);
    expect(lines.length).toBeGreaterThan(1000);
    const spoken = answers.join('\n');
    // what somebody wished for is told back to them in words such as "It is about …"; keys, tokens and people never
    const wishes = new Set<string>([canary.password, canary.card, canary.verifier]);
    expect(all.filter((secret) => !wishes.has(secret) && lines.some((line) => line.includes(secret)))).toEqual([]);
    expect(lines.filter((line) => all.some((secret) => line.includes(secret)))).toEqual([]);
    expect(spoken).not.toContain(canary.email + ' ');
    expect(spoken).not.toContain(`Invalid: ${canary.secretKey}`);
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    expect(all.filter((secret) => files.some((bytes) => bytes.includes(secret)))).toEqual([]);
  });

  it('would be found: a log without its redaction tells them', () => {
    const told: string[] = [];
    createLog((line) => told.push(line)).warn('test', { message: `about ${canary.email} and ${canary.secretKey}` });
    expect(told.join()).toContain('[redacted]');
    expect(all.some((secret) => told.join().includes(secret))).toBe(false);
  });
});
