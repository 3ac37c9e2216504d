/** `POST /v1/sessions` finds the way in that a request is for, and lets nobody in by one that is not open. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { BillingError } from '@tillkit/server/http/billing-error';
import { hashSecret } from '@tillkit/server/identity/session-token';
import type { TillModule } from '@tillkit/server/module';
import { startTill, type TestTill } from '../../support/till.ts';

type Session = Problem & { token: string };
const enter = (till: TestTill, body: unknown) => till.call<Session>('POST', '/v1/sessions', { body });
const code = { challengeId: 'c'.repeat(22), code: '12345678', verifier: 'v'.repeat(43) };

describe('a way in that a module adds', () => {
  const knocker: TillModule = {
    name: 'knocker',
    introduction: '',
    install: () => ({
      signIn: {
        recognizes: (request) => 'challengeId' in request,
        async exchange(request) {
          if (!('code' in request) || request.code !== code.code) throw new BillingError('email_code_wrong', { triesLeft: 1 });
          return { identity: { issuer: 'knocker', subject: 'ada' }, method: 'knock' };
        },
      },
    }),
  };

  it('is taken by the requests that it recognizes, and only by them', async () => {
    const till = await startTill({ modules: [knocker] });
    const { status, body } = await enter(till, code);
    expect(status).toBe(201);
    expect(await till.store.sessions.find(hashSecret(body.token))).toMatchObject({ issuer: 'knocker', subject: 'ada', method: 'knock' });
    expect((await enter(till, { ...code, code: '87654321' })).body.code).toBe('email_code_wrong');
    expect((await enter(till, { token: 'x' })).body.code).toBe('token_invalid');
    expect((await enter(till, { checkoutSessionId: 'cs_test_1', verifier: code.verifier })).body.code).toBe('checkout_not_yours');
    await till.close();
  });

  it('does not exist without the module', async () => {
    const till = await startTill();
    const { status, body } = await enter(till, code);
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    await till.close();
  });
});

describe('an owner’s token', () => {
  it('opens with a key of the published set that the configuration names', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const set = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'a', alg: 'ES256', use: 'sig' }] });
    const server = createServer((_, response) => void response.setHeader('content-type', 'application/json').end(set));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const ownerJwksUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);
    const till = await startTill({ config: { ownerJwksUrl } });
    const token = await new SignJWT({ aud: 'till', sub: 'ada', iat: till.now(), exp: till.now() + 300, jti: 'x'.repeat(16) })
      .setProtectedHeader({ alg: 'ES256', kid: 'a' })
      .sign(privateKey);
    expect((await enter(till, { token })).status).toBe(201);
    expect((await enter(till, { token: await till.ownerToken('ada') })).status).toBe(201);
    await till.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('works once, also in the half minute in which clocks may differ', async () => {
    const till = await startTill();
    const token = await till.ownerToken('ada');
    expect((await enter(till, { token })).status).toBe(201);
    await till.sandbox.clock.advance(329);
    expect((await enter(till, { token: await till.ownerToken('eve') })).status).toBe(201);
    expect((await enter(till, { token })).body.code).toBe('token_invalid');
    await till.close();
  });

  it('would still open in that half minute, had it not been used', async () => {
    const till = await startTill();
    const token = await till.ownerToken('ada');
    await till.sandbox.clock.advance(329);
    expect((await enter(till, { token })).status).toBe(201);
    await till.close();
  });
});
