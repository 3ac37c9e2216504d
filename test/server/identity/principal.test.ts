/** Who is asking: how long a token is good for, to the second, and which Stripe customer belongs to somebody. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, Problem, SubscriptionList } from '@tillkit/core/contract/contract';
import { hashSecret } from '@tillkit/server/identity/session-token';
import { newVerifier, shop, startTill, type CallOptions, type TestTill } from '../../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

let till: TestTill;
beforeEach(async () => {
  till = await startTill();
});
afterEach(() => till.close());

const owned = (options: CallOptions) => till.call<SubscriptionList & Problem>('GET', '/v1/subscriptions', options);
const wait = (seconds: number) => till.sandbox.clock.advance(seconds);

describe('a session token', () => {
  it('is asked for where somebody must be known', async () => {
    const { status, body } = await owned({});
    expect([status, body.code]).toEqual([401, 'signed_out']);
  });

  it('counts with nothing in front of it and nothing behind it', async () => {
    const token = await till.signIn('ada');
    for (const authorization of [`x Bearer ${token}`, `Bearer ${token}x`, `Bearer ${token} x`, `bearer ${token}`, token])
      expect([authorization, (await owned({ headers: { authorization } })).status]).toEqual([authorization, 401]);
    expect((await owned({ token })).status).toBe(200);
  });

  it('reads without an origin too, as a page of the server’s own origin does', async () => {
    const token = await till.signIn('ada');
    expect((await owned({ token, origin: null })).status).toBe(200);
  });

  it('says how somebody proved who they are', async () => {
    const token = await till.signIn('ada');
    expect(await till.store.sessions.find(hashSecret(token))).toMatchObject({ issuer: 'owner', subject: 'ada', method: 'owner' });
  });

  it('has its last use written down once a minute', async () => {
    const token = await till.signIn('ada');
    const lastUse = async () => (await till.store.sessions.find(hashSecret(token)))!.lastUsedAt;
    const made = await lastUse();
    await wait(59);
    await owned({ token });
    expect(await lastUse()).toBe(made);
    await wait(1);
    await owned({ token });
    expect(await lastUse()).toBe(made + 60);
  });

  it('is followed by another after ten minutes, not before', async () => {
    const token = await till.signIn('ada');
    await wait(599);
    expect((await owned({ token })).headers.get('till-session')).toBeNull();
    await wait(1);
    expect((await owned({ token })).headers.get('till-session')).toMatch(/^till_/u);
  });

  it('does what cannot be undone for a quarter of an hour, to the second', async () => {
    let token = await till.signIn('ada');
    await till.buy(company, { token });
    await wait(900);
    const portal = (given: string) => till.call<Problem>('POST', '/v1/portal-sessions', { token: given, body: { returnUrl: shop } });
    const last = await portal(token);
    expect(last.status).toBe(201);
    token = last.headers.get('till-session') ?? token;
    await wait(1);
    expect((await portal(token)).body.code).toBe('step_up_required');
  });

  it('leaves the other devices of the same person alone when one signs out', async () => {
    const [here, there] = [await till.signIn('ada'), await till.signIn('ada')];
    await till.call('DELETE', '/v1/sessions', { token: here });
    expect([(await owned({ token: here })).status, (await owned({ token: there })).status]).toEqual([401, 200]);
  });
});

describe('the customer of somebody signed in', () => {
  async function customerOf(token: string): Promise<string> {
    const { body } = await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', {
      token,
      body: { selection: company, returnUrl: shop, verifierHash: newVerifier().verifierHash },
    });
    const client = await till.stripe();
    return String((await client.checkout.sessions.retrieve(body.checkoutSessionId)).customer);
  }
  const made = (): number => till.stripeCalls.filter((call) => call === 'POST /v1/customers').length;

  it('is one for each person, and stays', async () => {
    const [ada, eve] = [await till.signIn('ada'), await till.signIn('eve')];
    const customer = await customerOf(ada);
    expect(customer).toMatch(/^cus_/u);
    expect(await customerOf(eve)).not.toBe(customer);
    expect(await customerOf(await till.signIn('ada'))).toBe(customer);
    expect(made()).toBe(2);
  });

  it('is not the one of somebody of the same name elsewhere', async () => {
    const [here, elsewhere] = [await till.signIn('ada'), await till.signIn('ada', { iss: 'https://elsewhere.example' })];
    expect(await customerOf(here)).not.toBe(await customerOf(elsewhere));
  });

  it('has their verified address at Stripe, and none where there is none', async () => {
    const client = await till.stripe();
    const emailOf = async (token: string): Promise<unknown> =>
      Reflect.get(await client.customers.retrieve(await customerOf(token)), 'email');
    expect(await emailOf(await till.signIn('ada', { email: 'Ada@example.com', email_verified: true }))).toBe('ada@example.com');
    expect(await emailOf(await till.signIn('eve', { email: 'eve@example.com' }))).toBeNull();
    expect(till.stripeSent.findLast((call) => call.startsWith('POST /v1/customers '))).not.toContain('email');
  });
});
