/** Threat 22: who tries out stolen cards does not get more turns by looking like many. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { defaultLimits } from '@tillkit/server/http/limits';
import { siteWindows } from '@tillkit/server/http/rate-limit';
import { createTillApp, openStore, type TillApp } from '@tillkit/server';
import { silentLog } from '@tillkit/server/ops/log';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { hasPostgres, newPostgresDatabase } from '../support/databases.ts';
import { newVerifier, shop, startTill, type TestTill } from '../support/till.ts';

const team = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const { checkout } = defaultLimits;

interface Disguise {
  readonly from: string;
  readonly headers?: Record<string, string>;
}

/** One attacker in as many disguises as there are turns. */
const disguises: Readonly<Record<string, (turn: number) => Disguise>> = {
  'one IPv4 address': () => ({ from: '203.0.113.7' }),
  'the same address in other spellings': (turn) => ({ from: ['203.0.113.7', '::ffff:203.0.113.7', '::FFFF:203.0.113.7'][turn % 3]! }),
  'the 65,536 addresses of a household': (turn) => ({ from: `2001:db8:1:2::${(turn % 65_536).toString(16)}` }),
  'one IPv6 address in other spellings': (turn) => ({
    from: ['2001:db8:1:3::1', '2001:DB8:1:3::1', '2001:0db8:0001:0003:0000:0000:0000:0001', '2001:db8:1:3:0:0:0:1%eth0'][turn % 4]!,
  }),
  'a forwarding header of its own': (turn) => ({ from: '203.0.113.8', headers: { 'x-forwarded-for': `198.51.100.${turn % 256}` } }),
  'other headers that name an address': (turn) => ({
    from: '203.0.113.9',
    headers: {
      forwarded: `for=198.51.100.${turn % 256}`,
      'x-real-ip': `198.51.100.${turn % 256}`,
      'cf-connecting-ip': `198.51.100.${turn % 256}`,
      'true-client-ip': `198.51.100.${turn % 256}`,
      'x-client-ip': `198.51.100.${turn % 256}`,
    },
  }),
};

describe('somebody who wants many checkouts', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill({ app: { limits: { checkout } } });
  });
  afterEach(() => till.close());

  const attempt = (disguise: Disguise) =>
    till.call<Problem>('POST', '/v1/checkout-sessions', {
      ...disguise,
      body: { selection: team, returnUrl: shop, verifierHash: newVerifier().verifierHash },
    });
  const opened = (): number => till.stripeCalls.filter((call) => call === 'POST /v1/checkout/sessions').length;

  it.each(Object.entries(disguises))('gets five a minute and twenty an hour behind %s', async (_, disguise) => {
    for (let turn = 0; turn < 500; turn += 1) {
      const { status, body, headers } = await attempt(disguise(turn));
      if (turn < 5) expect(status).toBe(201);
      else expect([status, body.code, Number(headers.get('retry-after')) > 0]).toEqual([429, 'too_many_requests', true]);
    }
    expect(opened()).toBe(5);
    for (let minute = 0; minute < 10; minute += 1) {
      await till.sandbox.clock.advance(61);
      for (let turn = 0; turn < 12; turn += 1) await attempt(disguise(turn));
    }
    expect(opened()).toBe(20);
  });

  it('gets no more by other spellings of the route', async () => {
    const spellings = ['/', '?', '?a=1', '//', '%2F', '%2f', '#x', ';a', '%20', '/.', '/./', '/../checkout-sessions'].map(
      (end) => `/v1/checkout-sessions${end}`,
    );
    const others = [
      '/v1/checkout%2Dsessions',
      '/v1/%63heckout-sessions',
      '/v1//checkout-sessions',
      '/V1/checkout-sessions',
      '//v1/checkout-sessions',
    ];
    for (let round = 0; round < 4; round += 1)
      for (const path of [...spellings, ...others])
        await till.app.fetch(
          new Request(`https://till.example${path}`, {
            method: 'POST',
            headers: { origin: shop, 'content-type': 'application/json' },
            body: JSON.stringify({ selection: team, returnUrl: shop, verifierHash: newVerifier().verifierHash }),
          }),
          { incoming: { socket: { remoteAddress: '203.0.113.7' } } },
        );
    // what leads nowhere takes a turn too
    expect(opened()).toBeGreaterThan(1);
    expect(opened()).toBeLessThanOrEqual(5);
  });

  it('leaves nothing behind an hour later, from however many networks', async () => {
    const rows = async (): Promise<number> =>
      (await till.store.own<{ rateTurns: { key: string } }>().selectFrom('rateTurns').select('key').execute()).length;
    for (let network = 0; network < 300; network += 1) await attempt({ from: `2001:db8:0:${network.toString(16)}::1` });
    expect(await rows()).toBe(300);
    await till.sandbox.clock.advance(3600 - 1);
    await till.app.runJobs();
    expect(await rows()).toBe(300);
    await till.sandbox.clock.advance(601);
    await till.app.runJobs();
    expect(await rows()).toBe(0);
  });

  it('leaves others their turns', async () => {
    for (let turn = 0; turn < 10; turn += 1) await attempt({ from: '203.0.113.7' });
    expect((await attempt({ from: '203.0.113.8' })).status).toBe(201);
    expect((await attempt({ from: '2001:db8:9::1' })).status).toBe(201);
  });

  it('is the visitor, not the proxy, where the owner names the proxy; and the rest of the header is nobody’s word', async () => {
    const behind = await startTill({ app: { limits: { checkout } }, config: { trustedProxies: ['10.0.0.0/8'] } });
    const statuses: number[] = [];
    for (let turn = 0; turn < 8; turn += 1)
      statuses.push(
        (
          await behind.call('POST', '/v1/checkout-sessions', {
            from: '10.0.0.2',
            headers: { 'x-forwarded-for': `198.51.100.${turn}, 203.0.113.7` },
            body: { selection: team, returnUrl: shop, verifierHash: newVerifier().verifierHash },
          })
        ).status,
      );
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429, 429, 429]);
    await behind.close();
  });
});

describe('somebody who tries promotion codes', () => {
  const ways = {
    '/v1/discounts': (promotionCode: string) => ({ selection: team, promotionCode }),
    '/v1/previews': (promotionCode: string) => ({ selection: team, promotionCode }),
    '/v1/checkout-sessions': (promotionCode: string) => ({
      selection: team,
      promotionCode,
      returnUrl: shop,
      verifierHash: newVerifier().verifierHash,
    }),
  };
  const routes = Object.keys(ways) as (keyof typeof ways)[];
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill({ app: { limits: { checkout: [], preview: [], code: defaultLimits.code } } });
  });
  afterEach(() => till.close());
  const attempt = async (route: keyof typeof ways, code: string): Promise<number> =>
    (await till.call('POST', route, { body: ways[route](code) })).status;

  it.each([...routes, 'every way in turn'] as const)('has ten wrong ones a minute: %s', async (way) => {
    const statuses: number[] = [];
    for (let turn = 0; turn < 30; turn += 1) {
      const route = way === 'every way in turn' ? routes[turn % routes.length]! : way;
      statuses.push(await attempt(route, `TRY${turn}`));
    }
    expect(statuses.filter((status) => status === 422)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });

  it('gets no more through by asking for all of them at once', async () => {
    const statuses = await Promise.all(Array.from({ length: 60 }, (_, turn) => attempt(routes[turn % 3]!, `TRY${turn}`)));
    expect(statuses.filter((status) => status === 422)).toHaveLength(10);
  });

  it('is not slowed down with a code that is good, and cannot hide guesses behind it', async () => {
    const stripe = await till.stripe();
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
    await stripe.promotionCodes.create({ code: 'SPRING', promotion: { type: 'coupon', coupon: coupon.id } });
    const statuses: number[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      for (let more = 0; more < 2; more += 1) expect(await attempt('/v1/previews', 'SPRING')).toBe(201);
      statuses.push(await attempt('/v1/discounts', `TRY${turn}`));
    }
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 422));
    expect(await attempt('/v1/discounts', 'TRY')).toBe(429);
  });
});

describe('somebody with a /48 of their own', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill({ app: { limits: { signIn: defaultLimits.signIn, code: defaultLimits.code, preview: [] } } });
  });
  afterEach(() => till.close());
  const networkOf = (turn: number, site = '2001:db8:1'): string => `${site}:${turn.toString(16)}::${turn % 7}`;
  const signIn = async (from: string): Promise<number> =>
    (await till.call('POST', '/v1/sessions', { from, body: { token: 'a.b.c' } })).status;

  it('signs in no oftener than four networks together, whichever of the 65,536 is used', async () => {
    const statuses: number[] = [];
    for (let turn = 0; turn < 120; turn += 1) statuses.push(await signIn(networkOf(turn)));
    expect(statuses.slice(0, 80)).not.toContain(429);
    expect(new Set(statuses.slice(80))).toEqual(new Set([429]));
    expect(await signIn(networkOf(1, '2001:db8:2'))).not.toBe(429);
    expect(await signIn('203.0.113.7')).not.toBe(429);
  });

  it('takes no turn of its network for what the site is refused', async () => {
    expect(siteWindows(defaultLimits.signIn)).toEqual([
      { seconds: 60, limit: 80 },
      { seconds: 3600, limit: 480 },
    ]);
    for (let turn = 0; turn < 200; turn += 1) await signIn(networkOf(turn % 100));
    await till.sandbox.clock.advance(61);
    const own: number[] = [];
    for (let turn = 0; turn < 21; turn += 1) own.push(await signIn(networkOf(99)));
    expect([own.slice(0, 20).includes(429), own[20]]).toEqual([false, 429]);
  });

  it('guesses forty promotion codes a minute at most', async () => {
    const statuses: number[] = [];
    for (let turn = 0; turn < 60; turn += 1)
      statuses.push(
        (await till.call('POST', '/v1/discounts', { from: networkOf(turn), body: { selection: team, promotionCode: `TRY${turn}` } }))
          .status,
      );
    expect(statuses.filter((status) => status === 422)).toHaveLength(40);
  });
});

describe.runIf(hasPostgres)('four servers on one PostgreSQL', () => {
  it('let five a minute through together', async () => {
    const url = await newPostgresDatabase();
    const till = await startTill({ database: await openPostgres(url), app: { limits: { checkout } } });
    const stores = await Promise.all([1, 2, 3].map(async () => openStore(await openPostgres(url))));
    const more = stores.map((store): TillApp =>
      createTillApp({
        config: { ...till.config },
        store,
        stripeFetch: async (input, init) => {
          const request = new Request(input, init);
          till.stripeCalls.push(`${request.method} ${new URL(request.url).pathname}`);
          return till.sandbox.fetch(request);
        },
        catalogFile: async () => till.file,
        limits: { checkout },
        now: till.now,
        log: silentLog,
      }),
    );
    const apps = [till.app, ...more];
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, turn) =>
        apps[turn % 4]!.fetch(
          new Request('https://till.example/v1/checkout-sessions', {
            method: 'POST',
            headers: { origin: shop, 'content-type': 'application/json' },
            body: JSON.stringify({ selection: team, returnUrl: shop, verifierHash: newVerifier().verifierHash }),
          }),
          { incoming: { socket: { remoteAddress: '203.0.113.7' } } },
        ),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(till.stripeCalls.filter((call) => call === 'POST /v1/checkout/sessions')).toHaveLength(5);
    await Promise.all(more.map((app) => app.stop()));
    await Promise.all(stores.map((store) => store.close()));
    await till.close();
  });
});
