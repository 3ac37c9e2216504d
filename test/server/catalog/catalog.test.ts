import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CatalogSchema, type Catalog } from '@tillkit/core/catalog/catalog';
import type { Problem } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

describe('GET /v1/catalog', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill();
  });
  afterEach(() => till.close());

  const read = (query = '', headers: Record<string, string> = {}) =>
    till.call<Catalog & Problem>('GET', `/v1/catalog${query}`, { origin: null, headers });

  it('is what the contract describes, with Stripe’s amounts', async () => {
    const { status, body } = await read();
    expect(status).toBe(200);
    expect(v.is(CatalogSchema, body)).toBe(true);
    expect(body.plans.find((plan) => plan.id === 'team')?.prices[0]?.amounts.usd).toBe(2900);
    expect(body.publishableKey).toBe('pk_test_till');
  });

  it('speaks the language that is asked for, and the first one for any other', async () => {
    const name = async (query: string) => (await read(query)).body.plans[1]?.features[0]?.text;
    const [english, hebrew] = [await name(''), await name('?locale=he')];
    expect(hebrew).toMatch(/[\u0590-\u05ff]/u);
    expect(await name('?locale=he-IL')).toBe(hebrew);
    expect(await name('?locale=fr')).toBe(english);
    expect(await name('?locale=%00%00')).toBe(english);
  });

  it('writes money in the language that is asked for even where its texts are missing', async () => {
    expect((await read('?locale=de')).body.money.eur).toMatchObject({ decimal: ',', positive: ['', '\u00a0€'] });
  });

  it('shows one currency when asked to', async () => {
    const { body } = await read('?currency=JPY');
    expect(body.currencies).toEqual(['jpy']);
    expect(Object.keys(body.money)).toEqual(['jpy']);
    expect(body.plans.every((plan) => plan.prices.every((price) => Object.keys(price.amounts).join() === 'jpy'))).toBe(true);
    expect((await read('?currency=xyz')).body.code).toBe('currency_not_offered');
  });

  it('is confirmed by its ETag, which differs by language and currency', async () => {
    const { headers } = await read();
    const etag = headers.get('etag')!;
    expect(headers.get('cache-control')).toContain('stale-while-revalidate');
    expect((await read('', { 'if-none-match': etag })).status).toBe(304);
    expect((await read('', { 'if-none-match': `W/${etag}` })).status).toBe(304);
    expect((await read('?locale=he', { 'if-none-match': etag })).status).toBe(200);
    expect((await read('?currency=eur', { 'if-none-match': etag })).status).toBe(200);
  });

  it.each([
    ['br', 'br'],
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', null],
  ])('comes compressed for Accept-Encoding %s', async (accepted, encoding) => {
    const response = await till.app.request('/v1/catalog', { headers: { 'accept-encoding': accepted } });
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('vary')).toContain('Accept-Encoding');
  });

  it('follows Stripe when a price changes there', async () => {
    await read();
    const stripe = await till.stripe();
    const [old] = (await stripe.prices.list({ lookup_keys: ['team_month'] })).data;
    const product = typeof old!.product === 'string' ? old!.product : old!.product.id;
    await stripe.prices.create({
      product,
      currency: 'usd',
      unit_amount: 3500,
      recurring: { interval: 'month' },
      lookup_key: 'team_month',
      transfer_lookup_key: true,
    });
    await till.settle();
    expect((await read()).body.plans.find((plan) => plan.id === 'team')?.prices[0]?.amounts).toEqual({ usd: 3500 });
  });

  it('leaves a price out that Stripe lacks, and keeps selling the rest', async () => {
    const stripe = await till.stripe();
    const [price] = (await stripe.prices.list({ lookup_keys: ['team_year'] })).data;
    await stripe.prices.update(price!.id, { active: false });
    await till.settle();
    const { body } = await read();
    expect(body.plans.find((plan) => plan.id === 'team')?.prices.map((known) => known.interval)).toEqual(['month']);
  });
});

describe('a price that Stripe taxes otherwise than the catalog says', () => {
  it.each([
    ['inclusive', 'exclusive', false],
    ['inclusive', 'unspecified', false],
    ['inclusive', 'inclusive', true],
    ['exclusive', 'inclusive', false],
    ['exclusive', 'unspecified', true],
  ] as const)('is not sold where another amount would be charged than is shown: %s, %s', async (tax, behavior, isSold) => {
    const till = await startTill({ catalog: { ...monthlyCatalog(monthlyPlan('plus', 1900), monthlyPlan('other', 2900)), tax } });
    const stripe = await till.stripe();
    const [price] = (await stripe.prices.list({ lookup_keys: ['plus_month'] })).data;
    const dearer = { currency: 'usd', unit_amount: 2000, recurring: { interval: 'month' }, tax_behavior: behavior } as const;
    await stripe.prices.create({ product: String(price!.product), ...dearer, lookup_key: 'plus_month', transfer_lookup_key: true });
    await till.settle();
    const { plans } = (await till.call<Catalog>('GET', '/v1/catalog')).body;
    expect(plans.map((plan) => plan.prices[0]?.amounts)).toEqual([isSold ? { usd: 2000 } : undefined, { usd: 2900 }]);
    const body = {
      selection: { planId: 'plus', interval: 'month', currency: 'usd', seats: 1, addOns: {} },
      returnUrl: shop,
      verifierHash: newVerifier().verifierHash,
    };
    expect((await till.call('POST', '/v1/checkout-sessions', { body })).status).toBe(isSold ? 201 : 422);
    await till.close();
  });
});

describe('a Stripe that does not answer', () => {
  it('leaves the last catalog in place', async () => {
    let broken = false;
    const till = await startTill();
    const other = await startTill({
      app: {
        stripeFetch: (input, init) =>
          broken
            ? Promise.resolve(new Response('{"error":{"type":"invalid_request_error"}}', { status: 400 }))
            : till.sandbox.fetch(new Request(input, init)),
      },
    });
    expect((await other.call('GET', '/v1/catalog')).status).toBe(200);
    broken = true;
    await other.advance(301);
    expect((await other.call('GET', '/v1/catalog')).status).toBe(200);
    expect((await other.call('GET', '/v1/catalog')).status).toBe(200);
    await other.close();
    await till.close();
  });

  it('is said as 503 while there has never been a catalog', async () => {
    const till = await startTill({
      app: {
        stripeFetch: () => Promise.resolve(new Response('{"error":{"type":"invalid_request_error","message":"canary"}}', { status: 400 })),
      },
    });
    const { status, body } = await till.call<Problem>('GET', '/v1/catalog');
    expect([status, body.code]).toEqual([503, 'catalog_unavailable']);
    expect(JSON.stringify(body)).not.toContain('canary');
    expect((await till.call('GET', '/readyz')).status).toBe(503);
    expect((await till.call('GET', '/healthz')).status).toBe(200);
    await till.close();
  });
});
