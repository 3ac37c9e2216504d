/** Threats 31 and 32: a token that was copied is of little use, and a browser sends nothing of its own accord. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem, SubscriptionList, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { operations } from '@tillkit/server/ops/api-description';
import { databases } from '../support/databases.ts';
import { shop, startTill, type TestTill } from '../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const tenMinutes = 600;

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

  it('takes a sign-in of the last quarter of an hour, however fresh the token is', async () => {
    let token = await till.signIn('ada');
    const { checkout } = await till.buy(company, { token });
    const id = checkout.subscription!.id;
    const attempts = [
      ['/v1/portal-sessions', { returnUrl: shop }],
      [`/v1/subscriptions/${id}/cancel`, { when: 'now' }],
    ] as const;
    await till.sandbox.clock.advance(901);
    const seen = await till.call('GET', '/v1/subscriptions', { token });
    token = seen.headers.get('till-session') ?? token;
    for (const [path, body] of attempts) {
      const answer = await till.call<Problem>('POST', path, { token, body });
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'step_up_required']);
    }
    const again = await till.signIn('ada');
    const portal = await till.call<{ url: string }>('POST', '/v1/portal-sessions', { token: again, body: { returnUrl: shop } });
    expect([portal.status, URL.canParse(portal.body.url)]).toEqual([201, true]);
    const ended = await till.call<SubscriptionResponse>('POST', attempts[1][0], { token: again, body: attempts[1][1] });
    expect([ended.status, ended.body.subscription.status]).toEqual([200, 'canceled']);
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
