/** Threats 31 and 32: a token that was copied is of little use, and a browser sends nothing of its own accord. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  CheckoutSessionResponse,
  PaymentMethodList,
  PaymentMethodSetup,
  Problem,
  SessionResponse,
  SubscriptionList,
} from '@tillkit/core/contract/contract';
import { hashSecret } from '@tillkit/server/identity/session-token';
import type { SessionRow } from '@tillkit/server/store/sessions';
import type { Tables } from '@tillkit/server/store/store';
import { operations } from '@tillkit/server/ops/api-description';
import { databases } from '../support/databases.ts';
import { newVerifier, shop, startTill, type TestTill } from '../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const tenMinutes = 600;

/** What a person owns that somebody could end. */
interface Things {
  readonly subscription: string;
  readonly paymentMethod: string;
}

/** Every route that does what cannot be undone. */
const final: Readonly<Record<string, (things: Things) => { method: string; path: string; body?: unknown }>> = {
  'post /v1/subscriptions/:id/cancel': ({ subscription }) => ({
    method: 'POST',
    path: `/v1/subscriptions/${subscription}/cancel`,
    body: { when: 'now' },
  }),
  'post /v1/portal-sessions': () => ({ method: 'POST', path: '/v1/portal-sessions', body: { returnUrl: shop } }),
  'delete /v1/payment-methods/:id': ({ paymentMethod }) => ({ method: 'DELETE', path: `/v1/payment-methods/${paymentMethod}` }),
};
/** Every other one: it reads, can be taken back, or costs only who pays for it. */
const undoable = [
  'delete /v1/sessions',
  'get /v1/subscriptions',
  'post /v1/subscriptions',
  'get /v1/subscriptions/:id',
  'post /v1/subscriptions/:id/changes',
  'delete /v1/subscriptions/:id/changes',
  'post /v1/subscriptions/:id/resume',
  'post /v1/subscriptions/:id/pause',
  'post /v1/subscriptions/:id/pay',
  'get /v1/invoices',
  'get /v1/entitlements',
  'get /v1/payment-methods',
  'post /v1/payment-methods',
  'post /v1/payment-methods/added',
  'post /v1/payment-methods/:id/default',
];
const keyOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;
const bySession = operations.filter(({ access }) => access === 'session');

describe.each(databases)('session tokens on %s', (_, openDatabase) => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill({ database: await openDatabase() });
  });
  afterEach(() => till.close());

  const use = (token: string) => till.call<SubscriptionList & Problem>('GET', '/v1/subscriptions', { token });
  const wait = (seconds: number) => till.sandbox.clock.advance(seconds);
  /** The token that an answer hands over, if any. */
  const handedOver = async (token: string): Promise<string | null> => (await use(token)).headers.get('till-session');

  it('are followed by a fresh one after ten minutes, which the page is allowed to read', async () => {
    const token = await till.signIn('ada');
    expect(await handedOver(token)).toBeNull();
    await wait(tenMinutes);
    const answer = await use(token);
    const fresh = answer.headers.get('till-session')!;
    expect(fresh).toMatch(/^till_[\w-]{43}$/u);
    expect(fresh).not.toBe(token);
    expect(answer.headers.get('access-control-expose-headers')).toContain('Till-Session');
    expect((await use(fresh)).status).toBe(200);
  });

  it('are handed over to one of a hundred requests that come at once, and all hundred are answered', async () => {
    const token = await till.signIn('ada');
    await wait(tenMinutes);
    const answers = await Promise.all(Array.from({ length: 100 }, () => use(token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers.filter(({ headers }) => headers.get('till-session') !== null)).toHaveLength(1);
  });

  it('stay good for half a minute after the fresh one was first used, for requests on their way', async () => {
    const token = await till.signIn('ada');
    await wait(tenMinutes);
    const fresh = (await handedOver(token))!;
    await use(fresh);
    await wait(30);
    expect((await use(token)).status).toBe(200);
    expect((await use(fresh)).status).toBe(200);
  });

  it('end the whole family when an old one comes again: whoever copied it is out, by one request', async () => {
    const token = await till.signIn('ada');
    await wait(tenMinutes);
    const fresh = (await handedOver(token))!;
    await use(fresh);
    await wait(31);
    expect((await use(token)).body.code).toBe('signed_out');
    expect((await use(fresh)).body.code).toBe('signed_out');
  });

  it('sign nobody out whose answer got lost: the old one gets another, and the lost one ends the family when it turns up', async () => {
    const token = await till.signIn('ada');
    await wait(tenMinutes);
    const lost = (await handedOver(token))!;
    await wait(20);
    expect(await handedOver(token)).toBeNull();
    await wait(20 * 60);
    const second = (await handedOver(token))!;
    expect(second).not.toBe(lost);
    expect((await use(second)).status).toBe(200);
    expect((await use(lost)).body.code).toBe('signed_out');
    expect((await use(second)).body.code).toBe('signed_out');
  });

  it('sign nobody out whose answers overtake one another: of two fresh ones the first that is used counts', async () => {
    const token = await till.signIn('ada');
    await wait(tenMinutes);
    // its answer waits for Stripe, and a second request of the page goes out meanwhile
    const slow = (await handedOver(token))!;
    await wait(31);
    const second = (await handedOver(token))!;
    expect((await use(slow)).status).toBe(200);
    await wait(60);
    expect((await use(slow)).status).toBe(200);
    await wait(tenMinutes);
    const next = (await handedOver(slow))!;
    expect((await use(next)).status).toBe(200);
    // and whoever has the other one is not the person
    expect((await use(second)).body.code).toBe('signed_out');
    expect((await use(next)).body.code).toBe('signed_out');
  });

  it.each([
    ['signing out', (tables: Tables, session: SessionRow) => tables.sessions.removeFamily(session)],
    ['ending everything', (tables: Tables, session: SessionRow) => tables.sessions.removePerson(session)],
  ] as const)('leave none alive that was just being handed over: %s', async (_, remove) => {
    const token = await till.signIn('ada');
    const fresh = `till_${'f'.repeat(43)}`;
    const session = (await till.store.sessions.find(hashSecret(token)))!;
    let removed: Promise<void> | undefined;
    // both have a connection already
    await Promise.all([use(token), use(token), use(token)]);
    await till.store.transaction(async (tables) => {
      expect(await tables.sessions.rotate(session, hashSecret(fresh), till.now(), 30)).toBe(true);
      removed = till.store.transaction((others) => remove(others, session));
      // some way to go yet before the handing over is committed, in which the other one begins
      for (let look = 0; look < 40; look += 1) await tables.sessions.find(session.tokenHash);
    });
    await removed;
    expect([(await use(token)).status, (await use(fresh)).status]).toEqual([401, 401]);
  });

  it.each([
    ['signing out', (tables: Tables, session: SessionRow) => tables.sessions.removeFamily(session)],
    ['ending everything', (tables: Tables, session: SessionRow) => tables.sessions.removePerson(session)],
  ] as const)('leave none alive that a repeated return from a checkout was just getting: %s', async (_, remove) => {
    const { verifier, verifierHash } = newVerifier();
    const { body: opened } = await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', {
      body: { selection: company, returnUrl: shop, verifierHash },
    });
    await till.pay(opened.checkoutSessionId);
    const body = { checkoutSessionId: opened.checkoutSessionId, verifier };
    const exchange = () => till.call<SessionResponse & Problem>('POST', '/v1/sessions', { body });
    const session = (await till.store.sessions.find(hashSecret((await exchange()).body.token)))!;
    let again: ReturnType<typeof exchange> | undefined;
    await till.store.transaction(async (tables) => {
      await remove(tables, session);
      const lastCall = till.stripeCalls.findLast((call) => call.includes('/v1/invoices/'))!;
      const before = till.stripeCalls.length;
      again = exchange();
      // SQLite lets nobody go on beside a transaction
      while (till.store.kind !== 'sqlite' && !till.stripeCalls.slice(before).includes(lastCall)) await tables.sessions.find('');
      for (let look = 0; look < 100; look += 1) await tables.sessions.find('');
    });
    expect((await again)!.body.code).toBe('checkout_not_yours');
  });

  it('end eight hours after the sign-in, however often they were followed', async () => {
    let token = await till.signIn('ada');
    for (let turn = 0; turn < 19; turn += 1) {
      await wait(25 * 60);
      token = (await handedOver(token)) ?? token;
    }
    await wait(5 * 60);
    expect((await use(token)).status).toBe(401);
  });

  it('are never taken from a client that chose one', async () => {
    for (const token of [`till_${'a'.repeat(43)}`, `till_${'-'.repeat(43)}`]) {
      expect((await use(token)).status).toBe(401);
      const signedIn = await till.call<{ token: string }>('POST', '/v1/sessions', { token, body: { token: await till.ownerToken('ada') } });
      expect(signedIn.body.token).not.toBe(token);
      expect((await use(token)).status).toBe(401);
    }
  });

  it('end everywhere when one asks for it, and nobody else’s do', async () => {
    const [here, there, other] = [await till.signIn('ada'), await till.signIn('ada'), await till.signIn('eve')];
    expect((await till.call('DELETE', '/v1/sessions?everywhere=1', { token: here })).status).toBe(204);
    expect([(await use(here)).status, (await use(there)).status, (await use(other)).status]).toEqual([401, 401, 200]);
  });

  it('end the tokens that followed when one signs out', async () => {
    const token = await till.signIn('ada');
    await wait(tenMinutes);
    const fresh = (await handedOver(token))!;
    await till.call('DELETE', '/v1/sessions', { token: fresh });
    expect([(await use(token)).status, (await use(fresh)).status]).toEqual([401, 401]);
  });
});

describe('what cannot be undone', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill();
  });
  afterEach(() => till.close());

  it('is told from the rest for every route that takes a session', () => {
    const known = [...Object.keys(final), ...undoable];
    expect(bySession.map(keyOf).filter((key) => !known.includes(key))).toEqual([]);
    expect(bySession.filter(({ refusals = [] }) => refusals.includes('step_up_required')).map(keyOf)).toEqual(Object.keys(final));
  });

  /** Ada, who has something to end, and a second card to remove. */
  const owner = async () => {
    const token = await till.signIn('ada');
    const { checkout, token: returned } = await till.buy(company, { token });
    const page = await till.call<PaymentMethodSetup>('POST', '/v1/payment-methods', { token, body: { returnUrl: shop } });
    await till.pay(page.body.checkoutSessionId, '5555 5555 5555 4444');
    const body = { checkoutSessionId: page.body.checkoutSessionId };
    const { paymentMethods } = (await till.call<PaymentMethodList>('POST', '/v1/payment-methods/added', { token, body })).body;
    expect(paymentMethods).toHaveLength(2);
    return { token, returned, things: { subscription: checkout.subscription!.id, paymentMethod: paymentMethods[1]!.id } };
  };
  const ask = (key: string, things: Things, token: string) => {
    const { method, path, body } = final[key]!(things);
    return till.call<Problem>(method, path, { token, ...(body !== undefined && { body }) });
  };

  it.each(Object.keys(final))('%s takes a sign-in of the last quarter of an hour, however fresh the token is', async (key) => {
    const { token, things } = await owner();
    await till.sandbox.clock.advance(901);
    const fresh = (await till.call('GET', '/v1/subscriptions', { token })).headers.get('till-session')!;
    const writes = () => till.stripeCalls.filter((call) => !call.startsWith('GET')).length;
    const before = writes();
    for (const old of [token, fresh]) {
      const { status, body } = await ask(key, things, old);
      expect([status, body.code]).toEqual([403, 'step_up_required']);
    }
    expect(writes()).toBe(before);
    expect((await ask(key, things, await till.signIn('ada'))).status).toBeLessThan(300);
  });

  it.each(Object.keys(final))('%s does not take the return from a checkout for a sign-in', async (key) => {
    const { returned, things } = await owner();
    expect((await ask(key, things, returned)).body.code).toBe('step_up_required');
    const stranger = await till.buy(company);
    expect((await ask(key, things, stranger.token)).body.code).toBe('step_up_required');
  });

  it('opens the portal for one’s own customer only, and leads back to an allowed page', async () => {
    const token = await till.signIn('ada');
    expect((await till.call<Problem>('POST', '/v1/portal-sessions', { token, body: { returnUrl: shop } })).body.code).toBe('not_found');
    const { checkout } = await till.buy(company, { token });
    const foreign = await till.call<Problem>('POST', '/v1/portal-sessions', { token, body: { returnUrl: 'https://evil.example' } });
    expect(foreign.body.code).toBe('return_url_not_allowed');
    await till.call('POST', '/v1/portal-sessions', { token, body: { returnUrl: `${shop}/account` } });
    const sent = till.stripeSent.findLast((call) => call.startsWith('POST /v1/billing_portal/sessions'))!;
    expect(sent).toContain(`customer=${checkout.customerId}`);
    expect(sent).toContain(`return_url=${shop}/account`);
  });
});

describe('cookies and simple requests', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill();
  });
  afterEach(() => till.close());

  it('do not exist: no route sets a cookie or allows credentials, and what a form can send is refused', async () => {
    for (const { method, path, access, request } of operations) {
      const address = path.replace(/:\w+/gu, 'sub_1');
      const { headers } = await till.app.fetch(
        new Request(`https://till.example${address}`, {
          method: method.toUpperCase(),
          headers: { origin: shop, cookie: 'till=1', 'content-type': 'application/json' },
          ...(method !== 'get' && { body: '{}' }),
        }),
      );
      expect([path, headers.get('set-cookie'), headers.get('access-control-allow-credentials')]).toEqual([path, null, null]);
      if (method !== 'post' || access === 'public' || !request) continue;
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'text/plain; application/json',
      ]) {
        const token = access === 'session' ? await till.signIn('ada') : undefined;
        const { status, body } = await till.call<Problem>('POST', address, { token, body: '{}', headers: { 'content-type': type } });
        expect([path, type, status, body.code]).toEqual([path, type, 415, 'json_expected']);
      }
    }
  });
});
